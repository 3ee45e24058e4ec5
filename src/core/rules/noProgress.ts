import { formatShare } from '../format';
import { areInputsKnown } from '../model/graphQueries';
import { leadsNowhere, outlook } from './progress';
import type { Level, MeasuredEvidence, RuleFinding } from './rule';
import { kernelUpdates } from './updateSize';

export const noProgressRule = { id: 'GD111', name: 'no-progress', needsRate: true } as const;

/** Explained loss of the longer look that is as good as none. */
export const noProgressBelow = 0.05;

/**
 * Nothing learned by step 50: explained loss below 0.002 and accuracy at chance. Alone it proves nothing on made-up data
 * (0.21 false alarms on noise), so it counts only beside another sign, or on the user's own data. Precision with a sign 0.91.
 * Where the first seed was trained on, its state then decides: below 0.05 it fails with another sign, or where its pace leads nowhere in the steps
 * that the program plans, or where a classifier's answers are at chance and its loss no longer falls although its weights move: of the recorded nets
 * below 0.05 at step 200 95 % (MLPs) and 97 % (convolutional nets) never trained.
 */
export function noProgress(evidence: MeasuredEvidence, otherSigns: boolean): RuleFinding | null {
  const { seed, measuredSteps, longer, realData } = evidence;
  if (longer) {
    const { step, explained } = longer;
    if (stillFalls(evidence)) {
      return null;
    }
    const sure =
      otherSigns || leadsNowhere(outlook(evidence)) || movesInVain(evidence, explained)
        ? noProgressBelow
        : -Infinity;
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

/** Less than this of the loss was left after 100 more steps: what starts far off is on its way, unless the planned steps are over. */
const fallsTo = 0.7;

function stillFalls({ spec, longer }: MeasuredEvidence): boolean {
  if (!longer?.earlier || longer.explained === null) {
    return false;
  }
  const { step, explained, earlier } = longer;
  return step < (spec.data.plannedSteps ?? Infinity) && 1 - explained <= fallsTo * (1 - earlier.explained);
}

/** Whether a classifier is right no more often than always guessing the same; `slack` for the chance of a single batch. */
function isAtChance({ seed }: MeasuredEvidence, slack: number): boolean {
  const accuracy = seed.accuracy?.at(-1) ?? null;
  return accuracy !== null && accuracy <= (seed.chanceAccuracy ?? 0) + slack;
}

/**
 * A classifier at chance whose kernels move as those of healthy nets do (u ≥ 1e-4): more of the same steps will not change it. On inputs that nothing
 * is known of it proves nothing.
 */
function movesInVain(evidence: MeasuredEvidence, explained: number | null): boolean {
  if (!areInputsKnown(evidence.spec)) {
    return false;
  }
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
