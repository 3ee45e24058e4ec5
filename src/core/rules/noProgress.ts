import { formatShare } from '../format';
import type { Level, MeasuredEvidence, RuleFinding } from './rule';
import { kernelUpdates } from './updateSize';

export const noProgressRule = { id: 'GD111', name: 'no-progress', needsRate: true } as const;

/**
 * Nothing learned by step 50: explained loss below 0.002 and accuracy at chance. Alone it proves nothing on made-up data
 * (0.21 false alarms on noise), so it counts only beside another sign, or on the user's own data. Precision with a sign 0.91.
 * Where the first seed was trained on, its state after 200 steps decides: with another sign below 0.05 it fails. Over the 1,300 recorded MLPs
 * that, together with `learns`, brings false alarms from 3.9 to 1.9 % and recall from 87 to 91 %. Without another sign a classifier fails there
 * whose answers are at chance and whose loss no longer falls although its weights move: of the recorded nets below 0.05 at step 200 95 % (MLPs)
 * and 97 % (convolutional nets) never trained.
 */
export function noProgress(evidence: MeasuredEvidence, otherSigns: boolean): RuleFinding | null {
  const { seed, measuredSteps, longer, realData } = evidence;
  if (longer) {
    const { step, explained } = longer;
    const sure = otherSigns || movesInVain(evidence, explained) ? 0.05 : -Infinity;
    return noProgressAfter(step, explained, 'fail', sure) ?? noProgressAfter(step, explained, 'warn', 0.03);
  }
  const step = measuredSteps.at(-1) ?? 0;
  const explained = seed.explainedLoss.at(-1) ?? null;
  const atChance = seed.accuracy === null || isAtChance(evidence, 0.02);
  if (step < 50 || explained === null || !atChance || !(otherSigns || realData)) {
    return null;
  }
  return (
    (otherSigns ? noProgressAfter(step, explained, 'fail', 0.002) : null) ??
    noProgressAfter(step, explained, 'warn', 0.01)
  );
}

/** Whether a classifier is right no more often than always guessing the same; `slack` for the chance of a single batch. */
function isAtChance({ seed }: MeasuredEvidence, slack: number): boolean {
  const accuracy = seed.accuracy?.at(-1) ?? null;
  return accuracy !== null && accuracy <= (seed.chanceAccuracy ?? 0) + slack;
}

/** A classifier at chance whose kernels move as those of healthy nets do (u ≥ 1e-4): more of the same steps will not change it. */
function movesInVain(evidence: MeasuredEvidence, explained: number | null): boolean {
  const ratios = kernelUpdates(evidence, Infinity)
    .map(({ ratio }) => ratio)
    .sort((a, b) => a - b);
  const gained = (explained ?? 0) - (evidence.seed.explainedLoss.at(-1) ?? 0);
  return gained < 0.02 && isAtChance(evidence, 0.1) && (ratios[Math.floor(ratios.length / 2)] ?? 0) >= 1e-4;
}

function noProgressAfter(
  step: number,
  explained: number | null,
  level: Level,
  threshold: number,
): RuleFinding | null {
  if (explained === null || explained >= threshold) {
    return null;
  }
  return {
    level,
    layers: [],
    argument: 'optimizer',
    title: `No progress in ${step} steps`,
    message: `After ${step} steps the network explains ${formatShare(explained)} of the loss that always guessing the same leaves.`,
    headline:
      level === 'fail'
        ? `This network will not learn: no progress in ${step} steps.`
        : `No progress in ${step} steps.`,
    evidence: [{ name: 'explained loss', value: explained, threshold, unit: '' }],
  };
}

/** A net that explains this much is not failing, whatever else was seen; measured over 1,300 MLPs. */
export function learns(evidence: MeasuredEvidence): boolean {
  const { seed, measuredSteps, longer } = evidence;
  const at = (step: number): number => {
    const i = measuredSteps.indexOf(step);
    return i < 0 ? -Infinity : (seed.explainedLoss[i] ?? -Infinity);
  };
  // A single softmax unit shows a falling loss and gives one answer to every input: no witness.
  const answersDiffer = (seed.predictionSpread.at(-1) ?? 1) > 1e-3;
  const startsLate = longer !== null && longer.answersDiffer && (longer.explained ?? -1) >= 0.1;
  if (startsLate) {
    return true;
  }
  return (
    answersDiffer &&
    seed.firstNonFiniteStep === null &&
    (at(20) >= 0.1 || at(50) >= 0.05 || (seed.explainedLoss.at(-1) ?? -1) >= 0.1)
  );
}
