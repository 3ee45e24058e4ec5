import type { Shape } from '../../report/report';
import type { Config, TensorSpec, WeightSpec } from '../spec';
import { layerKeywords } from './arguments';
import { ShapeError, type LayerBuild, type LayerClass, type LayerInputs } from './layerClass';
import { computeType } from './weights';

/** A row of a family's table; what is left out has the usual value. */
export type LayerRow = Pick<LayerClass, 'className' | 'arguments' | 'build'> &
  Partial<Omit<LayerClass, 'className' | 'arguments' | 'build'>>;

export function layerClass(row: LayerRow): LayerClass {
  return { aliases: [], callArguments: ['inputs'], keywords: layerKeywords, ...row };
}

/** The only input of a layer that takes one. */
export function inputOf(inputs: LayerInputs): TensorSpec {
  const [input] = inputsOf(inputs);
  if (!input) {
    throw new ShapeError('the layer was called without an input');
  }
  return input;
}

/** All input tensors. */
export function inputsOf(inputs: LayerInputs): readonly TensorSpec[] {
  return Object.values(inputs).flat();
}

/** One output tensor in the layer's compute type. */
export function output(config: Config, shape: Shape, weights: readonly WeightSpec[] = []): LayerBuild {
  return { outputs: [{ shape, dtype: computeType(config) }], weights };
}

/** A layer without weights that leaves the shape as it is. */
export function sameShape(config: Config, inputs: LayerInputs): LayerBuild {
  return output(config, inputOf(inputs).shape);
}
