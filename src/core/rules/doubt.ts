import { formatNumber } from '../format';
import { areInputsKnown, isAdaptive } from '../model/graphQueries';
import type { ModelSpec } from '../model/spec';
import { effectiveRate, isFarBelowUsual } from './learningRateFarOff';
import { judgedOutside, pretrainedNames } from './pretrainedBase';
import type { RuleFinding, RuleNeeds } from './rule';

/** Notes of the reader about parts for which something stands in that may compute something else. */
const standIns: ReadonlySet<string> = new Set(['opaque-layer', 'unknown-constant']);

/**
 * What is left of a measured finding where the probe trained something else than the program may do: a note, with the reason why nothing can be told,
 * or null. The finding is as it was where nothing stood in for what is not known.
 */
export function inDoubt(rule: RuleNeeds, finding: RuleFinding, spec: ModelSpec): RuleFinding | null {
  const doubt =
    spec.pretrained.length > 0
      ? `the pretrained weights of ${pretrainedNames(spec)} are loaded when the program runs, and were not measured.`
      : doubtAbout(rule, spec);
  const left = judgedOutside(finding, spec);
  return left === null || doubt === null || finding.level === 'note'
    ? left
    : { ...left, level: 'note', doubt };
}

function doubtAbout({ needsRate, needsTraining }: RuleNeeds, spec: ModelSpec): string | null {
  const standIn = [...spec.unknowns, ...spec.assumptions].find(({ id }) => standIns.has(id));
  if (standIn) {
    return standIn.text;
  }
  if ((needsRate || needsTraining) && spec.compile === null) {
    return 'the source does not tell how this model is trained, and with what was assumed it shows signs of trouble. Analyze the file that compiles it, or compile it here.';
  }
  return needsRate && isMadeForItsInputs(spec)
    ? `a rate of ${formatNumber(effectiveRate(spec))} may fit large inputs, and how large these are is not known. Say it with your data: “Use My Data …”.`
    : null;
}

/** A rate of gradient descent far below the usual, for inputs of unknown size: the larger they are, the lower it has to be. */
function isMadeForItsInputs(spec: ModelSpec): boolean {
  return !isAdaptive(spec) && isFarBelowUsual(spec) && !areInputsKnown(spec);
}
