import type { Measurement } from '../model/measurement';
import type { ModelSpec } from '../model/spec';
import type { FixEffect, FixStatus } from '../report/report';
import { formatNumber, formatShare } from '../format';
import type { Diagnosis } from '../rules/diagnose';
import { GradientProfile } from '../rules/gradientProfile';

/** What a probe says of a model, in the few numbers by which fixes are compared. */
export function effectOf(spec: ModelSpec, diagnosis: Diagnosis, measurement: Measurement | null): FixEffect {
  const seed = measurement?.seeds[0];
  const profile = seed && new GradientProfile(spec, seed, measurement.measuredSteps);
  return {
    verdict: diagnosis.verdict,
    explainedLoss: seed?.explainedLoss.at(-1) ?? null,
    dynamicRange: profile?.at(20)?.dynamicRange ?? null,
    loss: seed?.loss.at(-1) ?? null,
    findings: diagnosis.findings
      .filter((finding) => finding.severity === 'error' || finding.severity === 'warning')
      .map((finding) => finding.id),
  };
}

/**
 * Whether a fix works is judged by progress, not by the gradient's profile: explained loss at the end of the probe at least 0.05 and at least 0.02
 * above that of the unchanged net, with the same seeds and data (precision 0.975, recall 0.88 over 1,368 pairs), against 0.83 for "dynamic
 * range improved by a decade".
 */
export const worksThresholds = { explained: 0.05, gain: 0.02 } as const;

/** A widened or narrowed dynamic range is worth a word from half a decade on. */
const visibleDecades = 0.5;

export interface Judgement {
  readonly status: FixStatus;
  readonly reason: string;
}

/** Compares the net before and after a fix. `answersDiffer`: whether the changed net gives different answers to different inputs. */
export function judge(before: FixEffect, after: FixEffect, answersDiffer: boolean, steps: number): Judgement {
  const was = before.explainedLoss ?? -1;
  const is = after.explainedLoss;
  const change = `explains ${formatShare(before.explainedLoss)} → ${formatShare(is)} of the loss in ${steps} steps`;
  const range =
    before.dynamicRange !== null &&
    after.dynamicRange !== null &&
    Math.abs(before.dynamicRange - after.dynamicRange) >= visibleDecades
      ? `, gradient range ${formatNumber(before.dynamicRange)} → ${formatNumber(after.dynamicRange)} decades`
      : '';
  if (is === null) {
    return { status: 'worse', reason: 'numbers overflow with it' };
  }
  const newErrors = after.verdict === 'failing';
  if (is >= worksThresholds.explained && is >= was + worksThresholds.gain && answersDiffer && !newErrors) {
    return { status: 'works', reason: change + range };
  }
  if (is >= was + worksThresholds.gain && is > 0 && answersDiffer) {
    return { status: 'helps', reason: change + range };
  }
  if (
    after.verdict === 'healthy' &&
    before.verdict !== 'healthy' &&
    is >= was - worksThresholds.gain &&
    is >= worksThresholds.explained
  ) {
    return { status: 'helps', reason: `the finding is gone; ${change}${range}` };
  }
  return is < was - worksThresholds.gain
    ? { status: 'worse', reason: change + range }
    : { status: 'no-effect', reason: change + range };
}
