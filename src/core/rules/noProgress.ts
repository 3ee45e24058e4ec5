import { formatShare } from '../format';
import type { MeasuredEvidence } from './rule';
import type { RuleFinding } from './rule';

export const noProgressRule = { id: 'GD111', name: 'no-progress' } as const;

/**
 * Nothing learned by step 50: explained loss below 0.002 and accuracy at chance. Alone it proves nothing on made-up data
 * (0.21 false alarms on noise), so it counts only beside another sign, or on the user's own data. Precision with a sign 0.91.
 */
export function noProgress(
  { seed, measuredSteps, realData }: MeasuredEvidence,
  otherSigns: boolean,
): RuleFinding | null {
  const step = measuredSteps.at(-1) ?? 0;
  const explained = seed.explainedLoss.at(-1) ?? null;
  if (step < 50 || explained === null || !(otherSigns || realData)) {
    return null;
  }
  const accuracy = seed.accuracy?.at(-1) ?? null;
  const atChance = accuracy === null || accuracy <= (seed.chanceAccuracy ?? 0) + 0.02;
  const level =
    explained < 0.002 && atChance && otherSigns ? 'fail' : explained < 0.01 && atChance ? 'warn' : null;
  return level === null
    ? null
    : {
        level,
        layers: [],
        argument: 'optimizer',
        title: `No progress in ${step} steps`,
        message: `After ${step} steps the network explains ${formatShare(explained)} of the loss that always guessing the same leaves.`,
        headline:
          level === 'fail'
            ? `This network will not learn: no progress in ${step} steps.`
            : `No progress in ${step} steps.`,
        evidence: [
          { name: 'explained loss', value: explained, threshold: level === 'fail' ? 0.002 : 0.01, unit: '' },
        ],
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
