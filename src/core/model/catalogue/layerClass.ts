import type { Shape } from '../../report/report';
import type { Config, Json, TensorSpec, WeightSpec } from '../spec';

/** All that is known of one Keras layer class, in one place. Source of defaults: keras 3.15, the class's `__init__` and `build`. */
export interface LayerClass {
  readonly className: string;
  /** Other names of it over Keras 1 to 3: 'Convolution2D', 'MaxPool2D', 'CuDNNLSTM'. */
  readonly aliases: readonly string[];
  /** Constructor arguments in positional order, then keyword-only ones; the base Layer's (`name`, `dtype`, `trainable`, …) are added by the catalogue. */
  readonly arguments: readonly ArgumentDefinition[];
  /** Names of `call`'s tensor arguments in positional order: ['inputs'], ['query', 'value', 'key'], ['sequence', 'initial_state']. */
  readonly callArguments: readonly string[];
  /** Output tensors and weights for these inputs, by call argument. Throws a ShapeError in Keras' words where Keras would refuse. */
  build(config: Config, inputs: LayerInputs): LayerBuild;
}

export interface ArgumentDefinition {
  readonly name: string;
  /** Keras 3's default, serialised; undefined = required. */
  readonly default: Json | undefined;
  readonly kind:
    'plain' | 'activation' | 'initializer' | 'regularizer' | 'constraint' | 'layer' | 'layers' | 'shape';
  /** Old spellings: 'nb_filter', 'output_dim', 'init', 'border_mode', 'alpha'. */
  readonly oldNames: readonly string[];
}

export type LayerInputs = { readonly [argument: string]: readonly TensorSpec[] };

export interface LayerBuild {
  readonly outputs: readonly TensorSpec[];
  /** Trainable as the class makes them; flags of layers and models are applied by the caller. */
  readonly weights: readonly WeightSpec[];
  /** Whether the layer returns a list even of one. */
  readonly multiple?: boolean;
}

/** Keras would refuse to build the layer on these inputs; the message says so in its words. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** A shape's last axis, where the layer needs to know it. Throws a ShapeError where it is unknown. */
export function lastAxis(shape: Shape, className: string): number {
  const size = shape.at(-1);
  if (size === null || size === undefined) {
    throw new ShapeError(
      `the last dimension of the inputs to a ${className} layer should be defined, found ${JSON.stringify(shape)}`,
    );
  }
  return size;
}
