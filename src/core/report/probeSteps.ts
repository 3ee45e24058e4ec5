import type { Probe } from './report';

/** How many of the measured steps have numbers so far. */
export function stepsDone(probe: Probe): number {
  return Math.min(probe.measuredSteps.length, probe.loss.length);
}

/** Where a page opens: the last step whose loss is finite, since a picture of nothing but ✕ tells little. */
export function openingStep(probe: Probe): number {
  const finite = probe.loss.findLastIndex((loss) => loss !== null);
  return Math.max(0, Math.min(finite, stepsDone(probe) - 1));
}

/** The step before the first one at which the loss is not finite; null where all are finite. */
export function firstBrokenStep(probe: Probe): number | null {
  const broken = probe.loss.findIndex((loss) => loss === null);
  return broken < 0 ? null : (probe.measuredSteps[broken] ?? null);
}

/** The loss that the best constant guess would leave, as far as the report tells. */
export function constantLoss(probe: Probe): number | null {
  for (const [i, explained] of probe.explainedLoss.entries()) {
    const loss = probe.loss[i];
    if (typeof loss === 'number' && explained !== null && explained < 0.9) {
      return loss / (1 - explained);
    }
  }
  return null;
}
