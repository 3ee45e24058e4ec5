import type { ModelSpec } from '../model/spec';
import type { Finding } from '../report/report';
import type { RefusedArgument } from '../source/reader';
import type { SourceText } from '../text/sourceText';
import { hiddenLevels } from '../model/graphQueries';
import { activationFix } from './activationFix';
import { alphaDropoutFix } from './alphaDropoutFix';
import { clippingFix } from './clippingFix';
import { combinations } from './combinations';
import { dataScalingFix } from './dataScalingFix';
import { SourceWriter } from './edits/sourceWriter';
import type { FixCandidate, FixContext, FixMaker } from './fix';
import { gatedCellFix } from './gatedCellFix';
import { inputScalingFix } from './inputScalingFix';
import { initializerFix } from './initializerFix';
import { learningRateFix } from './learningRateFix';
import { lossFormFix } from './lossFormFix';
import { normalizationBeforeFix } from './normalizationBeforeFix';
import { normalizationFix } from './normalizationFix';
import { outputFix } from './outputFix';
import { pretrainedFix } from './pretrainedFix';
import { recurrentActivationFix } from './recurrentActivationFix';
import { recurrentFix } from './recurrentFix';
import { refusedArgumentFix } from './refusedArgumentFix';
import { skipAdvice } from './skipAdvice';
import { zeroBiasFix } from './zeroBiasFix';

const makers: readonly FixMaker[] = [
  refusedArgumentFix,
  outputFix,
  lossFormFix,
  dataScalingFix,
  inputScalingFix,
  initializerFix,
  zeroBiasFix,
  alphaDropoutFix,
  recurrentFix,
  recurrentActivationFix,
  gatedCellFix,
  normalizationFix,
  activationFix,
  normalizationBeforeFix,
  clippingFix,
  learningRateFix,
  pretrainedFix,
  skipAdvice,
];

/** So many single changes are probed at first; the rest waits, with the combinations, until none of them works. */
const singlesAtFirst = 8;

/** The edits that may cure what was found, likeliest and smallest first; none is offered before it was probed. */
export function prescribe(
  spec: ModelSpec,
  source: SourceText,
  findings: readonly Finding[],
  refused: readonly RefusedArgument[],
): readonly FixCandidate[] {
  const context: FixContext = {
    spec,
    source,
    findings,
    refused,
    hidden: hiddenLevels(spec).flat(),
    writer: new SourceWriter(source, spec),
  };
  const found = new Set(findings.map((finding) => finding.id));
  const seen = new Set<string>();
  const singles = makers
    .filter((maker) => maker.answers.some((id) => found.has(id)))
    .flatMap((maker) =>
      maker
        .propose(context)
        .map((candidate): FixCandidate => ({ ...candidate, source: candidate.source ?? maker.source })),
    )
    .sort((a, b) => a.priority - b.priority);
  const isMeasured = (candidate: FixCandidate): boolean =>
    !candidate.combination && !candidate.syntactic && candidate.unverifiable === undefined;
  const late = new Set(singles.filter(isMeasured).slice(singlesAtFirst));
  return [...singles, ...combinations(context, singles)]
    .filter((candidate) => {
      const change = JSON.stringify(candidate.edits);
      const isNew = candidate.edits.length === 0 || (!seen.has(change) && changes(source, candidate));
      seen.add(change);
      return isNew;
    })
    .map((candidate) => (late.has(candidate) ? { ...candidate, combination: true } : candidate))
    .sort((a, b) => a.priority - b.priority);
}

/** An edit that writes what stands there already is no fix. */
function changes(source: SourceText, candidate: FixCandidate): boolean {
  return candidate.edits.some((edit) => source.slice(edit.range) !== edit.newText);
}
