import { formatNumber, formatShare } from '../format';
import type { MeasuredRule } from './rule';

/**
 * Over the first 20 updates: (loss drop on the same batch) / (drop that the gradient promises). Below 0 in the median was always a rate
 * too high; the batch's own loss rising on 0.3 of the steps with nothing explained: precision 0.98, recall 0.74 (600 runs).
 */
export const learningRateTooHigh: MeasuredRule = {
  kind: 'measured',
  id: 'GD106',
  name: 'learning-rate-too-high',
  needsTraining: true,
  check({ seed }) {
    const kept = seed.promiseKept.slice(0, 20).filter((value) => value !== null);
    if (kept.length < 8) {
      return [];
    }
    const rises = kept.filter((value) => value < 0).length / kept.length;
    const explained = seed.explainedLoss.at(-1) ?? -1;
    if (rises < 0.3 || explained >= 0.02) {
      return [];
    }
    const median = [...kept].sort((a, b) => a - b)[kept.length >> 1] ?? 0;
    return [
      {
        level: 'fail',
        layers: [],
        argument: 'learning_rate',
        title: `Learning rate too high: the loss rises on ${formatShare(rises)} of the steps`,
        message:
          `On ${formatShare(rises)} of the first ${kept.length} updates the loss of the very batch that was learned rises; the gradient promised a fall, ` +
          `and ${formatNumber(median)} of it came true. The steps are too long for this loss surface.`,
        headline: 'This network will not learn: the learning rate is too high.',
        evidence: [
          { name: 'share of updates after which the loss rises', value: rises, threshold: 0.3, unit: '' },
          { name: 'median share of the promised drop', value: median, threshold: 0, unit: '' },
          { name: 'explained loss', value: explained, threshold: 0.02, unit: '' },
        ],
      },
    ];
  },
};
