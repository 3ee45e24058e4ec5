import { log } from '../core/report/condition';
import { layerRows, referenceLayer } from '../core/report/layerRows';
import type { ModelReport, Verdict } from '../core/report/report';

/** A model's state in the few numbers by which two analyses are compared. */
export interface ModelSummary {
  readonly modelId: string;
  readonly verdict: Verdict;
  readonly headline: string;
  readonly explainedLoss: number | null;
  /** Gradient norm at the first layer that has weights, at the last measured step. */
  readonly firstGradient: number | null;
  /** log10 of that over the gradient at the last hidden layer. Absent in entries that were kept before it was. */
  readonly dynamicRange?: number | null;
  /** Of those that matter, worst first; absent likewise. */
  readonly findings?: readonly { readonly id: string; readonly title: string }[];
}

export function effectOfReport(model: ModelReport): ModelSummary {
  const first = model.probe?.layers.find((layer) => layer.weights.length > 0);
  return {
    modelId: model.id,
    verdict: model.verdict,
    headline: model.headline,
    explainedLoss: model.probe?.explainedLoss.at(-1) ?? null,
    firstGradient: first?.gradientNorm.at(-1) ?? null,
    dynamicRange: dynamicRange(model),
    findings: model.findings
      .filter(({ severity }) => severity === 'error' || severity === 'warning')
      .map(({ id, title }) => ({ id, title })),
  };
}

function dynamicRange(model: ModelReport): number | null {
  const rows = layerRows(model);
  const [first, last] = [rows.find(({ number }) => number === 1), referenceLayer(rows)].map((row) =>
    log(row?.gradient.at(-1)),
  );
  return typeof first === 'number' && typeof last === 'number' ? first - last : null;
}
