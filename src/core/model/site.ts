import type { Range } from '../text/range';

/**
 * A call in the source: what findings underline and edits change. Layers that one call makes in a loop or helper share one site.
 * Ranges are tight: no surrounding white space, no comments.
 */
export interface CallSite {
  /** Equal for all layers that this call made. */
  readonly id: number;
  /** The whole expression `layers.Dense(10, activation="relu")`, or the string when an object is named by a string. */
  readonly range: Range;
  /** `layers.Dense` */
  readonly callee: Range;
  readonly calleeText: string;
  /** Between the parentheses, without them; null for a string or expression that is no call. */
  readonly argumentList: Range | null;
  /** In source order. */
  readonly arguments: readonly ArgumentSite[];
  readonly context: SiteContext;
  /** False where the text must not be edited (another file, generated code). */
  readonly editable: boolean;
}

export interface ArgumentSite {
  /** Keras 3's name of the argument; null for `*args`, `**kwargs` and arguments that the layer does not know. */
  readonly name: string | null;
  /** The keyword as it is written, null when positional. */
  readonly keyword: string | null;
  /** `activation="relu"` with its keyword. */
  readonly range: Range;
  /** `"relu"` */
  readonly value: Range;
  readonly valueText: string;
  /** Where the value is really written when it came through a constant, a parameter's default or a dictionary; null when it is written here. */
  readonly origin: Range | null;
  /** A call given as the value (an initializer, an optimizer …). */
  readonly call: CallSite | null;
}

/** How the expression stands in the source, so that another layer can be put before or after it. */
export type SiteContext =
  /** An element of the list given to Sequential. */
  | { readonly kind: 'list-item'; readonly list: Range }
  /** `model.add(Layer(…))` as a statement of its own. */
  | { readonly kind: 'add'; readonly statement: Range; readonly receiver: string }
  /** `x = Layer(…)(x)`: `call` is the whole application, `input` the text between its parentheses, `target` the assigned name. */
  | {
      readonly kind: 'apply';
      readonly statement: Range;
      readonly call: Range;
      readonly input: Range;
      readonly target: string | null;
    }
  /** `dense = Layer(…)`, applied elsewhere. */
  | { readonly kind: 'variable'; readonly statement: Range; readonly target: string }
  | { readonly kind: 'other' };

/** What names of Keras the file has at hand, so that an edit writes them as the file does. */
export interface SourceNames {
  /** Bound at module level: 'layers' → 'keras.layers', 'tf' → 'tensorflow', 'Dense' → 'keras.layers.Dense'. `tensorflow.keras` is written as `keras`. */
  readonly bound: Readonly<Record<string, string>>;
  readonly imports: readonly ImportSite[];
}

export interface ImportSite {
  /** As written: 'tensorflow.keras.layers'; '' for `import a, b`. */
  readonly module: string;
  readonly statement: Range;
  /** Imported names, last written last; '*' for a star import. */
  readonly names: readonly { readonly name: string; readonly alias: string | null; readonly range: Range }[];
}
