import type { ModelReport, Verdict } from '../core/report/report';

/** A model's state in the few numbers by which two analyses are compared. */
export interface ModelSummary {
  readonly modelId: string;
  readonly verdict: Verdict;
  readonly headline: string;
  readonly explainedLoss: number | null;
  /** Gradient norm at the first layer that has weights, at the last measured step. */
  readonly firstGradient: number | null;
}

export function effectOfReport(model: ModelReport): ModelSummary {
  const first = model.probe?.layers.find((layer) => layer.weights.length > 0);
  return {
    modelId: model.id,
    verdict: model.verdict,
    headline: model.headline,
    explainedLoss: model.probe?.explainedLoss.at(-1) ?? null,
    firstGradient: first?.gradientNorm.at(-1) ?? null,
  };
}
