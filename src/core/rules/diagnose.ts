import type { Measurement } from '../model/measurement';
import type { ModelSpec } from '../model/spec';
import type { Finding, Note, Severity, Verdict } from '../report/report';
import type { RefusedArgument } from '../source/reader';
import type { SourceText } from '../text/sourceText';
import { inDoubt } from './doubt';
import { GradientProfile } from './gradientProfile';
import { locate } from './locate';
import { noProgress, noProgressRule } from './noProgress';
import { isRaisedLater } from './learningRateFarOff';
import { withoutPretrained } from './pretrainedBase';
import { learns } from './progress';
import { severityOf, type Level, type MeasuredEvidence, type RuleFinding, type RuleNeeds } from './rule';
import { measuredRules, sourceRules } from './rules';
import { isIgnored, settingOf, type RuleSettings } from './suppression';

/** The outcome of all rules over one model. */
export interface Diagnosis {
  readonly verdict: Verdict;
  readonly headline: string;
  /** Worst first. */
  readonly findings: readonly Finding[];
}

/** What the rules may know beside the model. */
export interface DiagnoseContext {
  readonly source: SourceText;
  readonly refused: readonly RefusedArgument[];
  readonly rules: RuleSettings;
}

/** A finding before it is shown: which rule, how many seeds agree. */
interface Raised {
  readonly rule: { readonly id: string; readonly name: string; readonly provisional?: boolean };
  readonly finding: RuleFinding;
  readonly agreeing: number;
  readonly seeds: number;
}

const order: Readonly<Record<Level, number>> = { fail: 0, warn: 1, note: 2 };

/** What the source alone tells, in milliseconds. The verdict is 'unknown' unless Keras would refuse the program. */
export function inspect(spec: ModelSpec, context: DiagnoseContext): Diagnosis {
  return conclude(spec, context, raiseFromSource(spec, context.refused), null, null);
}

/** What source and probe tell together. The probe overrules the source in both directions. */
export function diagnose(spec: ModelSpec, context: DiagnoseContext, measurement: Measurement): Diagnosis {
  const evidence = measurement.seeds.map((seed): MeasuredEvidence => ({
    spec,
    seed: withoutPretrained(seed, spec),
    measuredSteps: measurement.measuredSteps,
    profile: new GradientProfile(spec, seed, measurement.measuredSteps),
    realData: measurement.data.kind === 'file',
    longer: measurement.longer ?? null,
    tasks: measurement.tasks ?? [],
  }));
  const first = evidence[0];
  if (!first) {
    return inspect(spec, context);
  }
  const fromSource = raiseFromSource(spec, context.refused).map((raised) => judgeByProgress(raised, first));
  const measured = raiseFromProbe(evidence);
  return conclude(spec, context, [...fromSource, ...measured], first, measurement);
}

function raiseFromSource(spec: ModelSpec, refused: readonly RefusedArgument[]): Raised[] {
  return sourceRules.flatMap((rule) =>
    rule.check(spec, refused).map((finding) => ({ rule, finding, agreeing: 0, seeds: 0 })),
  );
}

/** What the source suggests is as bad as the probe says: it trains, or it does not. */
function judgeByProgress(raised: Raised, evidence: MeasuredEvidence): Raised {
  // through fresh weights in place of pretrained ones no progress is no sign
  if (!raised.rule.provisional || raised.finding.level === 'fail' || evidence.spec.pretrained.length > 0) {
    return raised;
  }
  const explained = evidence.seed.explainedLoss.at(-1) ?? -1;
  const level: Level = learns(evidence)
    ? 'note'
    : explained < 0.02 && raised.finding.level === 'warn'
      ? 'fail'
      : raised.finding.level;
  return { ...raised, finding: { ...raised.finding, level } };
}

/** Every measured rule on every seed: the first seed that raises a rule speaks, the others agree or not. */
function raiseFromProbe(evidence: readonly MeasuredEvidence[]): Raised[] {
  const raised = measuredRules.flatMap((rule) =>
    combine(
      rule,
      evidence.map((e) => worth(rule, rule.check(e), e).map((finding) => overruled(finding, e))),
    ),
  );
  const progress = evidence.map((e) => {
    const sign = measuredRules.some(
      (rule) =>
        rule.explainsFailure !== 'never' &&
        worth(rule, rule.check(e), e).some(
          ({ level }) => level === 'fail' || (level === 'warn' && rule.explainsFailure !== 'fail'),
        ),
    );
    return worth(
      noProgressRule,
      [noProgress(e, sign)].filter((finding) => finding !== null),
      e,
    );
  });
  return [...raised, ...combine(noProgressRule, progress)];
}

/** What is left of findings where the probe trained something else than the program does: parts that are not known, or rates that are set later. */
function worth(
  rule: RuleNeeds,
  findings: readonly RuleFinding[],
  { spec }: MeasuredEvidence,
): readonly RuleFinding[] {
  const beforeRise = rule.needsRate === true && isRaisedLater(spec);
  return findings
    .map((finding) => inDoubt(rule, beforeRise ? { ...finding, level: 'note' } : finding, spec))
    .filter((finding) => finding !== null);
}

/** A net that learns is never failing, at most worth a warning; numbers that overflow stay what they are. */
function overruled(finding: RuleFinding, evidence: MeasuredEvidence): RuleFinding {
  return finding.level === 'fail' && learns(evidence) ? { ...finding, level: 'warn' } : finding;
}

function combine(rule: Raised['rule'], bySeed: readonly (readonly RuleFinding[])[]): Raised[] {
  const seeds = bySeed.length;
  const raising = bySeed.filter((findings) => findings.length > 0);
  // More than half of the seeds have to agree; with one seed it decides alone.
  const speaker = raising[0];
  return speaker && raising.length * 2 > seeds
    ? speaker.map((finding) => ({ rule, finding, agreeing: raising.length, seeds }))
    : [];
}

function conclude(
  spec: ModelSpec,
  context: DiagnoseContext,
  raised: readonly Raised[],
  evidence: MeasuredEvidence | null,
  measurement: Measurement | null,
): Diagnosis {
  const shown = raised.flatMap((one) => respectUser(spec, context, one));
  const sorted = shown.sort((a, b) => order[a.finding.level] - order[b.finding.level]);
  const findings = sorted.map(({ rule, finding, agreeing, seeds }): Finding => ({
    id: rule.id,
    rule: rule.name,
    severity: severityOf(finding.level),
    layers: finding.layers,
    range: locate(spec, finding),
    title: finding.title,
    message: finding.message,
    evidence: finding.evidence,
    confidence: { seeds, agreeing },
    fixes: [],
  }));
  const worst = sorted[0]?.finding;
  if (worst && worst.level !== 'note') {
    return { verdict: worst.level === 'fail' ? 'failing' : 'warning', headline: worst.headline, findings };
  }
  if (!evidence || !measurement) {
    return { verdict: 'unknown', headline: cannotTell(spec.unprobeable), findings };
  }
  // A part of a network may be well and the whole sick: what is left out with `...` was not measured.
  if (spec.assumptions.some((note) => note.id === 'layers-left-out')) {
    return {
      verdict: 'unknown',
      headline: 'Cannot tell: layers are left out of the source; the written ones look healthy.',
      findings,
    };
  }
  const doubt = sorted.find(({ finding }) => finding.doubt !== undefined)?.finding.doubt;
  if (doubt !== undefined) {
    return { verdict: 'unknown', headline: `Cannot tell: ${doubt}`, findings };
  }
  return { verdict: 'healthy', headline: healthyHeadline(evidence), findings };
}

const levelOf: Readonly<Record<Severity, Level>> = {
  error: 'fail',
  warning: 'warn',
  information: 'note',
  hint: 'note',
};

/** What the user silenced by a comment or a setting is gone; what the user gave another severity has it. */
function respectUser(spec: ModelSpec, { source, rules }: DiagnoseContext, raised: Raised): Raised[] {
  const { rule, finding } = raised;
  const named = { id: rule.id, rule: rule.name, range: locate(spec, finding) };
  const setting = settingOf(rules, named);
  if (setting === 'off' || isIgnored(source, named)) {
    return [];
  }
  return [setting === undefined ? raised : { ...raised, finding: { ...finding, level: levelOf[setting] } }];
}

function cannotTell(reason: Note | null): string {
  return reason ? `Cannot tell: ${reason.text}` : 'Not measured yet.';
}

function healthyHeadline({ seed, profile, measuredSteps }: MeasuredEvidence): string {
  const layers = profile.hidden.length;
  const explained = seed.explainedLoss.at(-1) ?? null;
  const learning =
    explained !== null && explained >= 0.05 ? `, and it learns within ${measuredSteps.at(-1)} steps` : '';
  return layers < 2
    ? `This network is healthy${learning}.`
    : `This network is healthy: gradient reaches all ${layers} hidden layers${learning}.`;
}
