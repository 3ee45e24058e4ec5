import { isAdaptive } from '../model/graphQueries';
import type { Architecture, Finding, ModelReport } from './report';
import { explodingLevels } from '../rules/explodingGradient';
import { vanishingThresholds } from '../rules/vanishingGradient';
import { referenceLayer, type LayerRow } from './layerRows';

/** What a layer suffers from at one step; the shape says which, filled or hollow how bad. */
export interface Condition {
  readonly kind: 'healthy' | 'vanishing' | 'exploding' | 'notFinite' | 'named';
  readonly level: 'ok' | 'warn' | 'sick';
  /** ▼ vanishing, ▲ exploding, ✕ not finite, ■ named by another finding; hollow only warns. */
  readonly glyph: string;
  readonly word: string;
}

export const healthy: Condition = { kind: 'healthy', level: 'ok', glyph: '', word: 'healthy' };
const notFinite: Condition = { kind: 'notFinite', level: 'sick', glyph: '✕', word: 'not finite' };
const vanishing: Condition = { kind: 'vanishing', level: 'sick', glyph: '▼', word: 'vanishing' };
const weak: Condition = { kind: 'vanishing', level: 'warn', glyph: '▽', word: 'weak' };
const exploding: Condition = { kind: 'exploding', level: 'sick', glyph: '▲', word: 'exploding' };
const strong: Condition = { kind: 'exploding', level: 'warn', glyph: '△', word: 'strong' };
const noGradient: Condition = { kind: 'healthy', level: 'ok', glyph: '', word: 'no gradient' };

/** Findings about single layers that the gradient alone does not show. */
const namedRules: Readonly<Record<string, string>> = {
  GD105: 'large updates',
  GD107: 'dead units',
  GD108: 'saturated',
  GD202: 'constant start',
};

/** Decades round the reference layer, from the rules themselves. */
export interface Levels {
  readonly vanish: { readonly warn: number; readonly fail: number };
  readonly explode: { readonly warn: number; readonly fail: number };
}

/** The levels that the rules apply to this network. */
export function levelsOf(architecture: Architecture): Levels {
  const kind = isAdaptive(architecture) ? 'adaptive' : 'sgd';
  return {
    vanish: { warn: vanishingThresholds.warn[kind], fail: vanishingThresholds.fail[kind] },
    explode: explodingLevels({
      adaptive: kind === 'adaptive',
      skips: architecture.layers.some(
        ({ className, inbound }) =>
          inbound.length > 1 && /^(Add|Concatenate|Average|Maximum)$/.test(className),
      ),
      normalized: architecture.layers.some(({ className }) => className.endsWith('Normalization')),
    }),
  };
}

/** log10 of a size; an exact 0 is less than float32 can hold, what is not finite has none. */
export function log(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
    ? Math.log10(Math.max(value, 1e-45))
    : null;
}

/** Where a healthy layer's log10 gradient lies at this step; null where nothing is known. */
export function healthyBand(
  rows: readonly LayerRow[],
  step: number,
  { vanish, explode }: Levels,
): readonly [number, number] | null {
  const reference = log(referenceLayer(rows)?.gradient[step]);
  return reference === null ? null : [reference - vanish.warn, reference + explode.warn];
}

/** The condition of every layer at one measured step. A page never calls a layer sick that no finding speaks of. */
export function conditions(
  model: ModelReport,
  rows: readonly LayerRow[],
  step: number,
): readonly Condition[] {
  const levels = levelsOf(model.architecture);
  const reference = log(referenceLayer(rows)?.gradient[step]);
  const found = new Map(model.findings.map((finding) => [finding.id, finding]));
  const named = namedConditions(model.findings);
  return rows.map((layer) => {
    if ((layer.nonFinite[step] ?? 0) > 0) {
      return notFinite;
    }
    const gradient = log(layer.gradient[step]);
    if (gradient === null) {
      return layer.measurement ? noGradient : healthy;
    }
    const drop = layer.number === null || reference === null ? 0 : reference - gradient;
    if (found.has('GD101') && drop >= levels.vanish.warn) {
      return drop >= levels.vanish.fail && found.get('GD101')?.severity === 'error' ? vanishing : weak;
    }
    if (found.has('GD102') && -drop >= levels.explode.warn) {
      return -drop >= levels.explode.fail ? exploding : strong;
    }
    return named.get(layer.id) ?? healthy;
  });
}

function namedConditions(findings: readonly Finding[]): ReadonlyMap</* layer id */ string, Condition> {
  const named = new Map<string, Condition>();
  for (const { id, severity, layers } of findings) {
    const word = namedRules[id];
    if (word !== undefined && (severity === 'error' || severity === 'warning')) {
      const sick = severity === 'error';
      for (const layer of layers.filter((layerId) => !named.has(layerId))) {
        named.set(layer, { kind: 'named', level: sick ? 'sick' : 'warn', glyph: sick ? '■' : '□', word });
      }
    }
  }
  return named;
}
