import type { ModelSpec } from '../model/spec';
import type { Finding } from '../report/report';
import type { RefusedArgument } from '../source/reader';
import type { SourceText } from '../text/sourceText';
import { hiddenLevels } from '../model/graphQueries';
import { activationFix } from './activationFix';
import { batchNormalizationFix } from './batchNormalizationFix';
import { clippingFix } from './clippingFix';
import { combinations } from './combinations';
import { SourceWriter } from './edits/sourceWriter';
import type { FixCandidate, FixContext, FixMaker } from './fix';
import { gatedCellFix } from './gatedCellFix';
import { inputScalingFix } from './inputScalingFix';
import { initializerFix } from './initializerFix';
import { learningRateFix } from './learningRateFix';
import { outputFix } from './outputFix';
import { recurrentFix } from './recurrentFix';
import { refusedArgumentFix } from './refusedArgumentFix';

const makers: readonly FixMaker[] = [
  refusedArgumentFix,
  outputFix,
  inputScalingFix,
  initializerFix,
  recurrentFix,
  gatedCellFix,
  batchNormalizationFix,
  activationFix,
  clippingFix,
  learningRateFix,
];

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
    .flatMap((maker) => maker.propose(context));
  return [...singles, ...combinations(context, singles)]
    .filter((candidate) => {
      const change = JSON.stringify(candidate.edits);
      const isNew = candidate.edits.length > 0 && !seen.has(change) && changes(source, candidate);
      seen.add(change);
      return isNew;
    })
    .sort((a, b) => a.priority - b.priority);
}

/** An edit that writes what stands there already is no fix. */
function changes(source: SourceText, candidate: FixCandidate): boolean {
  return candidate.edits.some((edit) => source.slice(edit.range) !== edit.newText);
}
