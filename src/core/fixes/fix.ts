import type { LayerSpec, ModelSpec } from '../model/spec';
import type { Finding } from '../report/report';
import type { RefusedArgument } from '../source/reader';
import type { TextEdit } from '../text/range';
import type { SourceText } from '../text/sourceText';
import type { SourceWriter } from './edits/sourceWriter';

/** A change of the text that may cure; it is offered only after it was probed. */
export interface FixCandidate {
  /** Unique among the candidates of a model. */
  readonly id: string;
  readonly title: string;
  /** Rule ids of the findings that it answers. */
  readonly answers: readonly string[];
  readonly edits: readonly TextEdit[];
  /** Smaller is tried first. */
  readonly priority: number;
  /** A combination of changes: tried only where no single change works. */
  readonly combination?: boolean;
  /** True where the text need not be probed: Keras refuses it as it is. */
  readonly syntactic?: boolean;
  /** Why no probe can tell whether it works, in a sentence: it is listed as not verified, never offered as a cure. */
  readonly unverifiable?: string;
  /** Where the change is known from, in one line; its maker's unless it has one of its own. */
  readonly source?: string;
}

/** Makes the candidates of one kind of fix. */
export interface FixMaker {
  readonly name: string;
  /** Rule ids; it is asked only when one of them was found. */
  readonly answers: readonly string[];
  /** Paper or guide, in one line. */
  readonly source: string;
  propose(context: FixContext): readonly FixCandidate[];
}

/** What a fix may look at. */
export interface FixContext {
  readonly spec: ModelSpec;
  readonly source: SourceText;
  readonly findings: readonly Finding[];
  readonly refused: readonly RefusedArgument[];
  /** Hidden kernel layers, input first: all but the output's. */
  readonly hidden: readonly LayerSpec[];
  readonly writer: SourceWriter;
}
