import type { Json } from '../spec';

/** A Keras class that source may construct: a layer, an initializer, a loss, an optimizer, an operation … */
export interface ClassDefinition {
  readonly className: string;
  /** Other names of it over Keras 1 to 3: 'Convolution2D', 'MaxPool2D', 'CuDNNLSTM'. */
  readonly aliases: readonly string[];
  /** Constructor arguments in positional order, then keyword-only ones. */
  readonly arguments: readonly ArgumentDefinition[];
  /** Further keywords that its base class takes: `name`, `dtype`, … */
  readonly keywords?: readonly ArgumentDefinition[];
  /** Keywords of older versions that mean nothing any more. */
  readonly ignored?: readonly string[];
}

export interface ArgumentDefinition {
  readonly name: string;
  /** Keras 3's default; undefined = required. Initializers and the like as Keras' string for them. */
  readonly default: Json | undefined;
  readonly kind: ArgumentKind;
  /** Old spellings: 'nb_filter', 'output_dim', 'init', 'border_mode', 'alpha'. */
  readonly oldNames: readonly string[];
  /** A number given here means a list of so many equal numbers: `kernel_size=3` is [3, 3]. */
  readonly tuple?: number;
  /** Taken by the constructor, but no part of `get_config()`. */
  readonly transient?: boolean;
}

export type ArgumentKind =
  'plain' | 'activation' | 'initializer' | 'regularizer' | 'constraint' | 'layer' | 'layers' | 'shape';
