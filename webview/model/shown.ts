import type { ModelReport, Probe } from '../../src/core/report/report';
import type { AnalysisView } from '../../src/shared/pageProtocol';
import { modelBefore, shownModel } from './answer';
import { chosenOverlay, overlays, type Overlay } from './overlay';
import { conditions, healthyBand, levelsOf, log, type Condition } from '../../src/core/report/condition';
import { layerRows, type LayerRow } from '../../src/core/report/layerRows';
import { openingStep, stepsDone } from '../../src/core/report/probeSteps';
import type { View } from './view';

/** One model at one step, ready to be drawn. */
export interface Shown {
  readonly model: ModelReport;
  readonly probe: Probe;
  readonly rows: readonly LayerRow[];
  /** Index into the measured steps. */
  readonly step: number;
  readonly stepsDone: number;
  /** Index into the rows. */
  readonly layer: number;
  readonly conditions: readonly Condition[];
  /** log10 of the gradient at a healthy layer. */
  readonly band: readonly [number, number] | null;
  /** The layers before the fix that was applied last, in the order of `rows`; null where there is none. */
  readonly before: readonly (LayerRow | undefined)[] | null;
  /** The fix that is drawn over the picture; null where there is none. */
  readonly overlay: Overlay | null;
  /** All that may be drawn over it: the axes have room for each, so that they stay as they are. */
  readonly overlays: readonly Overlay[];
}

/** Null where nothing was measured. `fixId` is the fix that a person looks at. */
export function shownOf(analysis: AnalysisView, view: View, fixId: string | null = null): Shown | null {
  const model = shownModel(analysis);
  const probe = model?.probe;
  if (!model || !probe || probe.layers.length === 0) {
    return null;
  }
  const rows = layerRows(model);
  const wanted = probe.measuredSteps.findIndex((step) => step === view.step);
  const done = stepsDone(probe);
  const step = wanted >= 0 && wanted < done ? wanted : openingStep(probe);
  const judged = conditions(model, rows, step);
  const drawable = overlays(model, rows);
  // After a fix the picture compares with what was before, unless another fix is looked at.
  const looked = drawable.some((overlay) => overlay.fixId === fixId) ? fixId : null;
  const compares = analysis.before !== null && looked === null;
  const chosen = rows.findIndex(({ id }) => id === view.layerId);
  return {
    model,
    probe,
    rows,
    step,
    stepsDone: done,
    layer: chosen >= 0 ? chosen : Math.max(0, worstLayer(rows, judged, step)),
    conditions: judged,
    band: healthyBand(rows, step, levelsOf(model.architecture)),
    before: beforeRows(modelBefore(analysis, model), rows),
    overlay: compares ? null : chosenOverlay(model, drawable, looked),
    overlays: drawable,
  };
}

/** The layer that is told about first: the first that is not finite, else the least or the largest gradient of the sick ones; -1 where all are well. */
export function worstLayer(rows: readonly LayerRow[], judged: readonly Condition[], step: number): number {
  const broken = judged.findIndex(({ kind }) => kind === 'notFinite');
  if (broken >= 0) {
    return broken;
  }
  const rank = (level: Condition['level']): number => (level === 'sick' ? 2 : level === 'warn' ? 1 : 0);
  let worst = -1;
  let worstScore = -Infinity;
  for (const [i, { level, kind }] of judged.entries()) {
    const gradient = log(rows[i]?.gradient[step]) ?? 0;
    const score =
      rank(level) * 1000 + (kind === 'vanishing' ? -gradient : kind === 'exploding' ? gradient : 0);
    if (level !== 'ok' && score > worstScore) {
      worst = i;
      worstScore = score;
    }
  }
  return worst;
}

function beforeRows(model: ModelReport | undefined, rows: readonly LayerRow[]): Shown['before'] {
  if (!model?.probe) {
    return null;
  }
  const byId = new Map(layerRows(model).map((layer) => [layer.id, layer]));
  return rows.map(({ id }) => byId.get(id));
}
