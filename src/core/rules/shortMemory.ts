import { formatShare } from '../format';
import type { TaskMeasurement } from '../report/report';
import { learns } from './progress';
import type { MeasuredRule } from './rule';

/** Below this share of its time steps a recurrent layer forgets; shorter sequences than `leastSteps` say little. */
const horizonLimit = 0.3;
const leastSteps = 10;

/** Explained loss of the task of early steps: from here on they are remembered, below it they are not. */
const remembers = 0.1;
const forgets = 0.05;

/**
 * Memory of a recurrent layer: g_x(t) = RMS over batch and features of ∂Loss/∂x_t; the horizon is how far back g_x stays above a tenth of
 * its largest value. AUC 0.87 for tasks that need early steps; where the label depends on late or on all steps it is no disease, so it
 * stays a note unless the net does not learn either, or was tried on a task that needs early steps and does not learn that: then it is a
 * warning. Where it does learn that, nothing is said. Source: Pascanu et al. 2013; the tasks are those of Hochreiter and Schmidhuber 1997.
 */
export const shortMemory: MeasuredRule = {
  kind: 'measured',
  id: 'GD112',
  name: 'short-memory',
  check(evidence) {
    const early = evidence.tasks.find(({ name }) => name === 'early');
    const tried = early?.explainedLoss ?? null;
    if (tried !== null && tried >= remembers) {
      return [];
    }
    const forgotten = tried !== null && tried < forgets;
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
          level: learns(evidence) && !forgotten ? ('note' as const) : ('warn' as const),
          layers: [layer.id],
          argument: 'recurrent_initializer',
          title: `${layer.id} remembers the last ${remembered} of ${steps} steps`,
          message: `${layer.id} learns from about the last ${remembered} of ${steps} time steps: for earlier ones the gradient falls below a tenth. ${early && forgotten ? tasksInWords(evidence.tasks, early) : ''}If the answer depends on the beginning, it cannot be learned.`,
          headline: `${layer.id} remembers only the last ${remembered} of ${steps} time steps.`,
          evidence: [
            {
              name: 'share of the time steps that is remembered',
              value: remembered / steps,
              threshold: horizonLimit,
              unit: '',
            },
            ...evidence.tasks.flatMap(({ name, description, explainedLoss }) =>
              explainedLoss === null
                ? []
                : [
                    {
                      name: `explained loss where ${description}`,
                      value: explainedLoss,
                      threshold: name === 'early' ? remembers : null,
                      unit: '',
                    },
                  ],
            ),
          ],
        },
      ];
    });
  },
};

/** 'Tried on a task where the first 2 of 20 steps tell the answer, the network explains 0 % of the loss after 150 steps; 45 % where all steps do. ' */
function tasksInWords(tasks: readonly TaskMeasurement[], early: TaskMeasurement): string {
  const all = tasks.find(({ name }) => name === 'all')?.explainedLoss ?? null;
  return `Tried on a task where ${early.description}, the network explains ${formatShare(early.explainedLoss)} of the loss after ${early.steps} updates${all === null ? '' : `, and ${formatShare(all)} where all steps together tell it`}. `;
}
