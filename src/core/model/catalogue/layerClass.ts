import type { Shape } from '../../report/report';
import type { Config, TensorSpec, WeightSpec } from '../spec';
import type { ClassDefinition } from './classDefinition';

export type { ArgumentDefinition } from './classDefinition';

/** All that is known of one Keras layer class, in one place. Source of defaults: keras 3.15, the class's `__init__` and `build`. */
export interface LayerClass extends ClassDefinition {
  /** Names of `call`'s tensor arguments in positional order: ['inputs'], ['query', 'value', 'key'], ['sequence', 'initial_state']. */
  readonly callArguments: readonly string[];
  /** What Keras' constructor does to the completed configuration beyond defaults and tuples. */
  normalize?(config: Config): Config;
  /** Output tensors and weights for these inputs, by call argument. Throws a ShapeError in Keras' words where Keras would refuse. */
  build(config: Config, inputs: LayerInputs): LayerBuild;
  /** Class names of layers that the constructor, or the first call, makes inside: they take names from the counters. */
  readonly hiddenLayers?: readonly string[];
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
