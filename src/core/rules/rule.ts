import type { ModelSpec } from '../model/spec';
import type { LongerLook, SeedMeasurement } from '../model/measurement';
import type { Evidence, Severity, TaskMeasurement } from '../report/report';
import type { Range } from '../text/range';
import type { RefusedArgument } from '../source/reader';
import type { GradientProfile } from './gradientProfile';

/** How bad a finding is for the verdict; 'note' leaves the verdict alone. */
export type Level = 'fail' | 'warn' | 'note';

/** What a rule says about one model (of one seed, where it measures). */
export interface RuleFinding {
  readonly level: Level;
  /** Layer ids, the one to underline first. */
  readonly layers: readonly string[];
  /** The argument of the first layer's call that is to blame; underlined if it is written, else the call is. */
  readonly argument?: string;
  /** Where to underline when it is no layer. */
  readonly range?: Range;
  /** A few words for lists: 'Gradient vanishes: 11.9 decades'. */
  readonly title: string;
  /** What, how much, and what it means for training. */
  readonly message: string;
  /** The verdict in one sentence, should this finding decide it. */
  readonly headline: string;
  readonly evidence: readonly Evidence[];
  /** Why a measured finding says nothing about this program after all, to go on from “Cannot tell: ”; it is a note then. */
  readonly doubt?: string;
}

interface RuleIdentity {
  /** Stable: 'GD101'. */
  readonly id: string;
  /** 'vanishing-gradient' */
  readonly name: string;
}

/** Needs the source alone; runs as the user types. */
export interface SourceRule extends RuleIdentity {
  readonly kind: 'source';
  /** The finding is as bad as the probe says: a note where the net learns, an error where it does not. */
  readonly provisional?: boolean;
  check(spec: ModelSpec, refused: readonly RefusedArgument[]): readonly RuleFinding[];
}

/** Needs the probe; asked once a seed. */
export interface MeasuredRule extends RuleIdentity {
  readonly kind: 'measured';
  /** About how far training gets: a note where the program begins with a low rate and raises it later. */
  readonly needsRate?: true;
  /** About what training does with the weights: nothing can be told where the program does not say how it trains. */
  readonly needsTraining?: true;
  /**
   * The least level at which it is a witness beside missing progress; 'never' for one that explains slow training, not training that cannot
   * succeed. By default 'warn'.
   */
  readonly explainsFailure?: 'fail' | 'never';
  check(evidence: MeasuredEvidence): readonly RuleFinding[];
}

/** What a rule has to know of the program before its findings count. */
export type RuleNeeds = Pick<MeasuredRule, 'needsRate' | 'needsTraining'>;

export type Rule = SourceRule | MeasuredRule;

/** All that a measured rule may look at. */
export interface MeasuredEvidence {
  readonly spec: ModelSpec;
  readonly seed: SeedMeasurement;
  readonly measuredSteps: readonly number[];
  readonly profile: GradientProfile;
  /** Whether the data were the user's own or a known set, so that progress alone is a witness. */
  readonly realData: boolean;
  /** The first seed after more steps, where the measured ones left doubt. */
  readonly longer: LongerLook | null;
  /** What the first seed learned of tasks that need early time steps, and all; empty where they were not measured. */
  readonly tasks: readonly TaskMeasurement[];
}

/** The severity that a level is shown with. */
export function severityOf(level: Level): Severity {
  return level === 'fail' ? 'error' : level === 'warn' ? 'warning' : 'information';
}
