import { formatNumber } from '../format';
import type { MeasuredRule } from './rule';

/**
 * Label sensitivity ls = |g(y) - g(πy)| / (|g(y)| + |g(πy)|), π shuffles the labels of the batch: below 1e-3 at step 20 the gradient
 * no longer knows which input has which label. Measured precision 0.95.
 */
export const labelCollapse: MeasuredRule = {
  kind: 'measured',
  needsRate: true,
  id: 'GD109',
  name: 'blind-to-labels',
  check({ seed, measuredSteps, profile }) {
    const i = measuredSteps.findLastIndex((step) => step <= 20);
    const sensitivity = seed.labelSensitivity[i] ?? null;
    // labels that are all the same say nothing
    if (
      seed.constantLoss === 0 ||
      sensitivity === null ||
      sensitivity >= 1e-3 ||
      (measuredSteps[i] ?? 0) < 20
    ) {
      return [];
    }
    return [
      {
        level: 'fail',
        layers: profile.hidden.map((layer) => layer.id),
        argument: 'activation',
        title: 'Every input looks the same',
        message: `Exchanging the labels of the batch changes the gradient by ${formatNumber(sensitivity)} only: by the time the signal reaches the output, every input looks the same to it.`,
        headline: 'This network will not learn: every input looks the same to its output.',
        evidence: [{ name: 'label sensitivity at step 20', value: sensitivity, threshold: 1e-3, unit: '' }],
      },
    ];
  },
};
