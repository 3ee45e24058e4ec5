import { formatNumber, formatShare } from '../format';
import { gathersGradients, isKernel } from '../model/graphQueries';
import { isRaisedLater } from './learningRateFarOff';
import type { MeasuredRule } from './rule';

/** Every kernel moves less than this a step: the middle of the healthy band 1e-4 … 1e-2, where nothing is learned all the same. */
const smallUpdate = 1e-3;
/** Below the healthy band altogether: a warning. Above, published models train for many epochs at such a pace. */
const tinyUpdate = 1e-4;

/**
 * The gradient reaches every layer, the loss falls by what the gradient promises (no curvature in sight), and nothing moves: the rate is too low.
 * A rate 100 times higher cured 9 of 9, ten times 8 of 15. That updates are too small to matter at all is GD104's.
 */
export const learningRateTooLow: MeasuredRule = {
  kind: 'measured',
  id: 'GD113',
  name: 'learning-rate-too-low',
  needsRate: true,
  explainsFailure: 'never',
  check({ seed, spec, profile, measuredSteps, longer }) {
    const rate = spec.compile?.optimizer.config['learning_rate'];
    const i = measuredSteps.findLastIndex((step) => step <= 20);
    const kept = seed.promiseKept.slice(0, 20).filter((value) => value !== null);
    const ratios = seed.layers.flatMap((layer) =>
      layer.weights
        .filter((weight) => weight.trainable && isKernel(weight.name))
        .map((weight) => weight.updateRatio[i] ?? null)
        .filter((ratio) => ratio !== null)
        .filter((ratio) => ratio > 0 || !gathersGradients(spec)),
    );
    const explained = longer?.explained ?? seed.explainedLoss.at(-1) ?? null;
    const lost = (profile.at(0)?.widestDrop ?? 0) >= 1.5;
    if (
      typeof rate !== 'number' ||
      isRaisedLater(spec) ||
      kept.length < 8 ||
      ratios.length === 0 ||
      explained === null ||
      lost
    ) {
      return [];
    }
    const median = [...kept].sort((a, b) => a - b)[kept.length >> 1] ?? 0;
    const largest = Math.max(...ratios);
    if (median < 0.9 || median > 1.1 || largest >= smallUpdate || explained >= 0.05) {
      return [];
    }
    return [
      {
        level: largest < tinyUpdate ? 'warn' : 'note',
        layers: [],
        argument: 'learning_rate',
        title: `Learning rate too low: updates of ${formatNumber(largest)} at most`,
        message: `Each update brings ${formatShare(median)} of the fall that the gradient promises, so the way is straight, but no kernel moves by more than ${formatNumber(largest)} of its size a step, and ${formatShare(explained)} of the loss is explained. A rate ten to a hundred times ${formatNumber(rate)} would do.`,
        headline: 'This network learns too slowly: the learning rate is too low.',
        evidence: [
          { name: 'largest update ratio', value: largest, threshold: smallUpdate, unit: '' },
          { name: 'median share of the promised drop', value: median, threshold: 0.9, unit: '' },
          { name: 'explained loss', value: explained, threshold: 0.05, unit: '' },
        ],
      },
    ];
  },
};
