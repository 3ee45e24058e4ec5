import type { ModelSpec } from '../model/spec';
import type { Note } from '../report/report';
import type { Range } from '../text/range';
import type { SourceText } from '../text/sourceText';

/** Turns source text into the models that it builds. One reader a notation; nothing behind it knows which one it was. */
export interface Reader {
  /** Never throws on bad input and never executes it. Milliseconds. */
  read(source: SourceText, options?: ReadOptions): ReadResult;
}

export interface ReadOptions {
  /**
   * The file that an import means: `module` as it is written ('helpers', '.layers', 'pkg.blocks'), `from` the path of the importing file.
   * Undefined where there is none.
   */
  readonly resolve?: ((module: string, from: string) => SourceText | undefined) | undefined;
}

export interface ReadResult {
  /** In the order in which the program builds them. */
  readonly models: readonly ModelSpec[];
  /** What could not be read outside any model. */
  readonly unknowns: readonly Note[];
  /** Arguments that Keras would refuse, with the nearest right name where there is one. */
  readonly refused: readonly RefusedArgument[];
}

/**
 * `Dense(10, activation_function="softmax")`, `Dense()`: Keras would stop with a TypeError. The reader goes on without the argument, or with a usual
 * value for the missing one.
 */
export interface RefusedArgument {
  /** ModelSpec.id of the models that are concerned; empty when none could be built. */
  readonly models: readonly string[];
  /** LayerSpec.id in those models, null for compile, optimizers and losses. */
  readonly layer: string | null;
  readonly className: string;
  readonly written: string;
  readonly nearest: string | null;
  /** The argument with its value. */
  readonly range: Range;
  /** The keyword alone. */
  readonly keyword: Range;
  /** The call lacks the argument: `written` is its name, both ranges are the call's. */
  readonly missing?: true;
}
