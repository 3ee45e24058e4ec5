import type { ClassDefinition } from './classDefinition';
import { lookup } from './classes';
import { augmentationLayers } from './augmentation';
import type { LayerBuild, LayerClass, LayerInputs } from './layerClass';
import { plainLayers } from './plainLayers';
import { preprocessingLayers } from './preprocessing';
import { shortNames } from './weights';
import { wrapperLayers } from './wrappers';
import type { Config, Json } from '../spec';
import { completeConfig as completed } from './config';

export { bindArguments, type BoundArguments } from './binding';
export {
  findActivation,
  findConstraint,
  findInitializer,
  findLoss,
  findOptimizer,
  findRegularizer,
  findSchedule,
} from './classes';

/** Every layer class of Keras 3, one file a family. */
export const layerClasses: readonly LayerClass[] = [
  ...plainLayers,
  ...wrapperLayers,
  ...preprocessingLayers,
  ...augmentationLayers,
];

/** Finds a layer class by its name in any version of Keras. */
export const findLayerClass = lookup(layerClasses);

/** The configuration as Keras' `get_config()` gives it, from arguments by Keras 3's name. */
export function completeConfig(
  definition: ClassDefinition & Partial<Pick<LayerClass, 'normalize'>>,
  bound: Readonly<Record<string, Json>>,
): Config {
  const config = completed(definition, bound);
  return definition.normalize?.(config) ?? config;
}

/** Output tensors and weights, named as short as they can be told apart inside the layer. */
export function buildLayer(definition: LayerClass, config: Config, inputs: LayerInputs): LayerBuild {
  const build = definition.build(config, inputs);
  return { ...build, weights: shortNames(build.weights) };
}
