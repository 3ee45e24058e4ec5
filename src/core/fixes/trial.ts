import { firstLine } from '../humanError';
import type { Measurement } from '../model/measurement';
import type { ModelSpec } from '../model/spec';
import type { Fix, FixEffect, FixStatus } from '../report/report';
import type { Prober, ProbeSettings } from '../probing';
import { diagnose, inspect, type DiagnoseContext } from '../rules/diagnose';
import type { RuleSettings } from '../rules/suppression';
import type { Reader, ReadResult } from '../source/reader';
import type { SourceText } from '../text/sourceText';
import { costOf } from './cost';
import { effectOf, judge, profileOf, progressOf, type Judgement, type Outcome } from './effect';
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
  /** When verification has to end, as the prober's clock tells it; the rest is listed as not verified. */
  readonly deadline: number;
}

const nothing: FixEffect = {
  verdict: 'unknown',
  explainedLoss: null,
  dynamicRange: null,
  loss: null,
  findings: [],
};

/**
 * Applies the edit to a copy of the text, reads and probes the copy with the same data, and compares: with the first seed, and where that helps
 * with the others too.
 */
export async function tryOut(context: VerifyContext, candidate: FixCandidate): Promise<Fix> {
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
    ...(changed && candidate.edits.length > 0 ? { cost: costOf(spec, changed) } : {}),
    ...(candidate.source === undefined ? {} : { source: candidate.source }),
    verified: { status, reason: reason + elsewhere, before: before.effect, after },
  });
  const unverified = (reason: string): Fix => fix({ status: 'not-verified', reason }, nothing);
  if (!changed) {
    return unverified('the edited text builds no such model');
  }
  if (candidate.unverifiable !== undefined) {
    return unverified(candidate.unverifiable);
  }
  if (candidate.syntactic) {
    const diagnosis = inspect(changed, diagnosing);
    const refused = diagnosis.findings.filter((finding) => finding.id === 'GD401').length;
    const status: FixStatus =
      refused < before.effect.findings.filter((id) => id === 'GD401').length ? 'works' : 'no-effect';
    return fix({ status, reason: 'Keras accepts the call' }, effectOf(changed, diagnosis, null));
  }
  const compare = (measurement: Measurement): Fix => {
    const effect = (context: DiagnoseContext): FixEffect =>
      effectOf(changed, diagnose(changed, context, measurement), measurement);
    // A call that Keras refuses is another matter: it must not hide that the change cures what was measured.
    const outcome: Outcome = {
      effect: effect({ ...diagnosing, refused: [] }),
      progress: progressOf(measurement),
    };
    const after = { ...effect(diagnosing), profile: profileOf(measurement) };
    return fix(judge(before, outcome, measurement.measuredSteps.at(-1) ?? 0), after);
  };
  const probe = async (seeds: readonly number[], known: Measurement | null): Promise<Probed> => {
    if (context.prober.now() > context.deadline) {
      return { fix: unverified('the time for verifying fixes was used up'), measurement: null };
    }
    try {
      const made = await context.prober.run(
        changed,
        { ...context.settings, seeds },
        { signal: context.signal },
      );
      const measurement = known ? { ...known, seeds: [...known.seeds, ...made.seeds] } : made;
      return { fix: compare(measurement), measurement };
    } catch (error) {
      if (context.signal.aborted) {
        throw error;
      }
      return { fix: unverified(firstLine(error)), measurement: null };
    }
  };
  // One seed is enough to see that nothing helps; what seems to help has to help with the others too.
  const [firstSeed = 1, ...otherSeeds] = context.settings.seeds;
  const first = await probe([firstSeed], null);
  return otherSeeds.length > 0 && isOffered(first.fix)
    ? (await probe(otherSeeds, first.measurement)).fix
    : first.fix;
}

interface Probed {
  readonly fix: Fix;
  readonly measurement: Measurement | null;
}

/** Whether a fix may be offered for applying. */
export function isOffered(fix: Fix): boolean {
  return fix.verified.status === 'works' || fix.verified.status === 'helps';
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

/** The same model in the edited text: by id, which edits do not change. */
function modelAfter(spec: ModelSpec, result: ReadResult): ModelSpec | undefined {
  return result.models.find((model) => model.id === spec.id);
}
