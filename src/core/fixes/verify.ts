import type { Measurement } from '../model/measurement';
import type { ModelSpec } from '../model/spec';
import type { Fix, FixEffect, FixStatus } from '../report/report';
import type { Prober, ProbeSettings } from '../probing';
import { diagnose, inspect } from '../rules/diagnose';
import type { RuleSettings } from '../rules/suppression';
import type { Reader, ReadResult } from '../source/reader';
import type { SourceText } from '../text/sourceText';
import { effectOf, judge, progressOf, type Judgement, type Outcome } from './effect';
import type { FixCandidate } from './fix';
import { unifiedDiff } from './unifiedDiff';

export interface VerifyContext {
  readonly source: SourceText;
  readonly reader: Reader;
  readonly prober: Prober;
  readonly settings: ProbeSettings;
  readonly rules: RuleSettings;
  readonly spec: ModelSpec;
  /** The other models of the file: a fix that changes them too has to say so. */
  readonly others: readonly ModelSpec[];
  readonly before: Outcome;
  readonly signal: AbortSignal;
  /** When verification has to end, as `performance.now()` tells it; the rest is listed as not verified. */
  readonly deadline: number;
}

/**
 * Probes every candidate's edited text, as many side by side as the prober allows, and calls back with each result. Combinations are tried
 * only where no single change works.
 */
export async function verifyAll(
  context: VerifyContext,
  candidates: readonly FixCandidate[],
  onVerified: (fixes: readonly Fix[]) => void,
): Promise<readonly Fix[]> {
  const fixes: Fix[] = [];
  const verifyWave = async (wave: readonly FixCandidate[]): Promise<void> => {
    const queue = [...wave];
    const work = async (): Promise<void> => {
      for (let candidate = queue.shift(); candidate && !context.signal.aborted; candidate = queue.shift()) {
        fixes.push(await verify(context, candidate));
        onVerified(rank(fixes));
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, context.prober.concurrency) }, work));
  };
  await verifyWave(candidates.filter((candidate) => !candidate.combination));
  if (!fixes.some((fix) => fix.verified.status === 'works')) {
    await verifyWave(candidates.filter((candidate) => candidate.combination));
  }
  return rank(fixes);
}

/** Applies the edit to a copy of the text, reads and probes the copy with the same seeds and data, and compares. */
export async function verify(context: VerifyContext, candidate: FixCandidate): Promise<Fix> {
  const { source, reader, spec, before } = context;
  const edited = source.apply(candidate.edits);
  const result = reader.read(edited);
  const changed = modelAfter(spec, result);
  const diagnosing = { source: edited, refused: result.refused, rules: context.rules };
  const elsewhere = changedElsewhere(context.others, result, spec.id);
  const fix = ({ status, reason }: Judgement, after: FixEffect): Fix => ({
    id: candidate.id,
    title: candidate.title,
    edits: candidate.edits,
    diff: unifiedDiff(source, edited),
    verified: { status, reason: reason + elsewhere, before: before.effect, after },
  });
  const nothing: FixEffect = {
    verdict: 'unknown',
    explainedLoss: null,
    dynamicRange: null,
    loss: null,
    findings: [],
  };
  if (!changed) {
    return fix({ status: 'not-verified', reason: 'the edited text builds no such model' }, nothing);
  }
  if (candidate.syntactic) {
    const diagnosis = inspect(changed, diagnosing);
    const refused = diagnosis.findings.filter((finding) => finding.id === 'GD401').length;
    const status: FixStatus =
      refused < before.effect.findings.filter((id) => id === 'GD401').length ? 'works' : 'no-effect';
    return fix({ status, reason: 'Keras accepts the call' }, effectOf(changed, diagnosis, null));
  }
  if (performance.now() > context.deadline) {
    return fix({ status: 'not-verified', reason: 'the time for verifying fixes was used up' }, nothing);
  }
  try {
    const compare = (
      measurement: Measurement,
    ): { readonly judgement: Judgement; readonly after: FixEffect } => {
      const after = effectOf(changed, diagnose(changed, diagnosing, measurement), measurement);
      const outcome: Outcome = { effect: after, progress: progressOf(measurement) };
      return { judgement: judge(before, outcome, measurement.measuredSteps.at(-1) ?? 0), after };
    };
    // One seed is enough to see that nothing helps; what seems to help has to help with the others too.
    const [firstSeed = 1, ...otherSeeds] = context.settings.seeds;
    const measureSeeds = (seeds: readonly number[]): Promise<Measurement> =>
      context.prober.run(changed, { ...context.settings, seeds }, { signal: context.signal });
    const first = await measureSeeds([firstSeed]);
    let { judgement, after } = compare(first);
    if (otherSeeds.length > 0 && (judgement.status === 'works' || judgement.status === 'helps')) {
      const others = await measureSeeds(otherSeeds);
      ({ judgement, after } = compare({ ...first, seeds: [...first.seeds, ...others.seeds] }));
    }
    return fix(judgement, after);
  } catch (error) {
    if (context.signal.aborted) {
      throw error;
    }
    return fix({ status: 'not-verified', reason: firstLine(error) }, nothing);
  }
}

/** Models share layers, builders and optimizers: which of the others the edit changes too, in words. */
function changedElsewhere(others: readonly ModelSpec[], { models }: ReadResult, own: string): string {
  const meaning = ({ layers, compile }: ModelSpec): string =>
    JSON.stringify([
      layers.map(({ className, config }) => [className, config]),
      compile && [compile.loss, compile.optimizer.className, compile.optimizer.config],
    ]);
  const after = new Map(models.map((model) => [model.id, model]));
  const changed = others.filter((other) => {
    const now = after.get(other.id);
    return other.id !== own && (!now || meaning(now) !== meaning(other));
  });
  return changed.length === 0 ? '' : `; it changes ${changed.map((model) => model.id).join(', ')} too`;
}

/** What went wrong, without a stack. */
function firstLine(error: unknown): string {
  return String((error as Error).message).split('\n')[0] ?? '';
}

/** The same model in the edited text: by id, which edits do not change. */
function modelAfter(spec: ModelSpec, result: ReadResult): ModelSpec | undefined {
  return result.models.find((model) => model.id === spec.id);
}

const statusOrder: Readonly<Record<FixStatus, number>> = {
  works: 0,
  helps: 1,
  'not-verified': 2,
  'no-effect': 3,
  worse: 4,
};
const verdictOrder = { healthy: 0, warning: 1, unknown: 2, failing: 3 } as const;

/** Best first: what works, leaves nothing else to mend, learns most (in steps of 10 %), and changes least. */
function rank(fixes: readonly Fix[]): readonly Fix[] {
  const progress = (fix: Fix): number => Math.round(Math.max(0, fix.verified.after.explainedLoss ?? 0) * 10);
  const size = (fix: Fix): number => fix.edits.reduce((sum, edit) => sum + edit.newText.length + 20, 0);
  return [...fixes].sort(
    (a, b) =>
      statusOrder[a.verified.status] - statusOrder[b.verified.status] ||
      verdictOrder[a.verified.after.verdict] - verdictOrder[b.verified.after.verdict] ||
      progress(b) - progress(a) ||
      size(a) - size(b),
  );
}

/** Whether a fix may be offered for applying. */
export function isOffered(fix: Fix): boolean {
  return fix.verified.status === 'works' || fix.verified.status === 'helps';
}
