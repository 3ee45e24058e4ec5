import { formatNumber } from '../format';
import { GraphIndex, isAdaptive, isNormalization } from '../model/graphQueries';
import type { ModelSpec } from '../model/spec';
import { propagationCulprit } from './culprit';
import type { MeasuredRule } from './rule';

/**
 * The gradient grows on its way to the input: DR = log10(d first / d last hidden layer) > 0, in decades. Nets with skips or with Batch
 * Normalization bear more. Measured precision of `fail` in plain nets: 0.95 at step 0, 1.00 at step 20. Source: Pascanu et al. 2013;
 * Yang et al. 2019 for Batch Normalization; Zhang et al. 2019 for skips.
 */
export function explodingThresholds(spec: ModelSpec): { readonly warn: number; readonly fail: number } {
  return explodingLevels({
    adaptive: isAdaptive(spec),
    skips: GraphIndex.of(spec).hasSkips(),
    normalized: spec.layers.some(isNormalization),
  });
}

/** The same from the three facts that count. */
export function explodingLevels(net: {
  readonly adaptive: boolean;
  readonly skips: boolean;
  readonly normalized: boolean;
}): { readonly warn: number; readonly fail: number } {
  if (net.skips) {
    return net.adaptive ? { warn: 2.5, fail: 5 } : { warn: 2, fail: 2.5 };
  }
  if (net.normalized) {
    return { warn: 1.5, fail: net.adaptive ? 2.5 : 2 };
  }
  return { warn: 1, fail: net.adaptive ? 1.5 : 2 };
}

export const explodingGradient: MeasuredRule = {
  kind: 'measured',
  id: 'GD102',
  name: 'exploding-gradient',
  check({ spec, profile }) {
    const { warn, fail } = explodingThresholds(spec);
    const worst = [profile.at(0), profile.at(20)]
      .filter((at) => at !== undefined)
      .filter((at) => (at.dynamicRange ?? 0) >= warn)
      .sort((a, b) => (b.dynamicRange ?? 0) - (a.dynamicRange ?? 0))[0];
    if (!worst) {
      return [];
    }
    const range = worst.dynamicRange ?? 0;
    const level = range >= fail ? 'fail' : 'warn';
    const perLayer = 10 ** (range / Math.max(1, worst.levels.length - 1));
    const first = worst.levels[0]?.gradient ?? null;
    const last = worst.levels.at(-1)?.gradient ?? null;
    return [
      {
        level,
        layers: worst.levels.flatMap((l) => l.layers),
        argument: propagationCulprit(spec, worst.levels[0]?.layers[0]),
        title: `Gradient explodes: ${formatNumber(range, 3)} decades`,
        message:
          `The gradient grows ${formatNumber(perLayer)} times per layer on its way to the input, ${formatNumber(range, 3)} decades over ` +
          `${profile.hidden.length} hidden layers: the last receives ${formatNumber(last)}, the first ${formatNumber(first)}. ` +
          `One learning rate cannot fit both.`,
        headline:
          level === 'fail'
            ? 'This network will not learn: the gradient explodes on its way to the input.'
            : 'This network is hard to train: the gradient grows on its way to the input.',
        evidence: [
          {
            name: 'growth of the gradient',
            value: range,
            threshold: level === 'fail' ? fail : warn,
            unit: 'decades',
          },
          {
            name: 'gradient at the first hidden layer',
            value: first ?? 'not finite',
            threshold: null,
            unit: '',
          },
          {
            name: 'gradient at the last hidden layer',
            value: last ?? 'not finite',
            threshold: null,
            unit: '',
          },
          { name: 'step', value: worst.step, threshold: null, unit: '' },
        ],
      },
    ];
  },
};
