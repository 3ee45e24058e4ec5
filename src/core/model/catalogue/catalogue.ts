import type { ClassDefinition } from './classDefinition';
import { isList, isSerialized } from './configAccess';
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
  const config = { ...completed(definition, bound) };
  for (const { name, kind } of definition.arguments) {
    const value = config[name];
    if (value !== undefined && (kind === 'layer' || kind === 'layers')) {
      config[name] = isList(value) ? value.map(completeInner) : completeInner(value);
    }
  }
  return definition.normalize?.(config) ?? config;
}

/** A layer that stands serialised in another's configuration. */
function completeInner(value: Json): Json {
  if (!isSerialized(value)) {
    return value;
  }
  const { class_name: className, config } = value;
  if (className === 'Sequential' && isList(config.layers)) {
    return { class_name: className, config: { ...config, layers: config.layers.map(completeInner) } };
  }
  const definition = findLayerClass(className);
  return definition
    ? { class_name: definition.className, config: completeConfig(definition, config) }
    : { class_name: className, config };
}

/** Output tensors and weights, named as short as they can be told apart inside the layer. */
export function buildLayer(definition: LayerClass, config: Config, inputs: LayerInputs): LayerBuild {
  const build = definition.build(config, inputs);
  return { ...build, weights: shortNames(build.weights) };
}
