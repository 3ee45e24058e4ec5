import type { Shape } from '../../report/report';
import type { Config, SerializedObject, TensorSpec, WeightSpec } from '../spec';
import { layer, optional, transient } from './arguments';
import { isList, isSerialized, objectOf, stringOf } from './configAccess';
import { inputOf, layerClass } from './layer';
import { ShapeError, type LayerBuild, type LayerClass } from './layerClass';
import { lookup } from './classes';
import { augmentationLayers } from './augmentation';
import { plainLayers } from './plainLayers';
import { preprocessingLayers } from './preprocessing';
import { plainWeight, within } from './weights';

function wrapped(config: Config): SerializedObject {
  const object = objectOf(config, 'layer');
  if (!object) {
    throw new ShapeError('a wrapper needs a layer');
  }
  return object;
}

/** Builds a layer that stands serialised in another's configuration; a Sequential is built layer by layer. */
export function buildSerialized(object: SerializedObject, input: TensorSpec): LayerBuild {
  if (object.class_name === 'Sequential' && isList(object.config.layers)) {
    let tensor = input;
    const weights: WeightSpec[] = [];
    for (const each of object.config.layers) {
      if (isSerialized(each) && each.class_name !== 'InputLayer') {
        const build = buildSerialized(each, tensor);
        weights.push(...within(stringOf(each.config, 'name', each.class_name), build.weights));
        tensor = build.outputs[0] ?? tensor;
      }
    }
    return { outputs: [tensor], weights };
  }
  const definition = findInner(object.class_name);
  if (!definition) {
    throw new ShapeError(`what a ${object.class_name} computes is not known`);
  }
  return definition.build(object.config, { inputs: [input] });
}

const timeDistributed = layerClass({
  className: 'TimeDistributed',
  arguments: [layer('layer')],
  build: (config, inputs) => {
    const { shape, dtype } = inputOf(inputs);
    if (shape.length < 3) {
      throw new ShapeError(
        `\`TimeDistributed\` Layer should be passed an \`input_shape\` with at least 3 dimensions, received: ${JSON.stringify(shape)}`,
      );
    }
    const object = wrapped(config);
    const build = buildSerialized(object, { shape: [shape[0] ?? null, ...shape.slice(2)], dtype });
    return {
      outputs: build.outputs.map((each) => ({
        ...each,
        shape: [each.shape[0] ?? null, shape[1] ?? null, ...each.shape.slice(1)],
      })),
      weights: within(stringOf(object.config, 'name', object.class_name), build.weights),
    };
  },
});

function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(prefix) ? name.slice(prefix.length) : name;
}

/** The two layers of a Bidirectional (keras 3.15, `Bidirectional.__init__`). */
export function directions(config: Config): readonly [SerializedObject, SerializedObject] {
  const given = wrapped(config);
  const plain = withoutPrefix(stringOf(given.config, 'name', given.class_name), 'forward_');
  const forward = { ...given, config: { ...given.config, name: `forward_${plain}` } };
  const other = objectOf(config, 'backward_layer');
  const backward = other ?? {
    ...given,
    config: { ...given.config, go_backwards: given.config.go_backwards !== true },
  };
  const backwardName = withoutPrefix(
    withoutPrefix(stringOf(backward.config, 'name', plain), 'forward_'),
    'backward_',
  );
  return [forward, { ...backward, config: { ...backward.config, name: `backward_${backwardName}` } }];
}

const bidirectional = layerClass({
  className: 'Bidirectional',
  arguments: [
    layer('layer'),
    optional('merge_mode', 'concat'),
    transient(optional('weights', null)),
    layer('backward_layer', null),
  ],
  callArguments: ['sequences', 'initial_state'],
  normalize: (config) => {
    if (!objectOf(config, 'layer')) {
      return config;
    }
    const [forward, backward] = directions(config);
    return { ...config, layer: forward, backward_layer: backward };
  },
  build: (config, inputs) => {
    const input = inputOf(inputs);
    const builds = directions(config).map((object) => {
      const build = buildSerialized(object, input);
      return { ...build, weights: within(stringOf(object.config, 'name'), build.weights) };
    });
    const [forward, backward] = builds;
    const [first, ...forwardStates] = forward?.outputs ?? [];
    const [second, ...backwardStates] = backward?.outputs ?? [];
    if (!first || !second) {
      throw new ShapeError('Bidirectional needs a recurrent layer');
    }
    const merged: readonly TensorSpec[] =
      config.merge_mode === null
        ? [first, second]
        : [
            {
              ...first,
              shape: config.merge_mode === 'concat' ? doubled(first.shape, second.shape) : first.shape,
            },
          ];
    const outputs = [...merged, ...forwardStates, ...backwardStates];
    return { outputs, weights: builds.flatMap(({ weights }) => weights), multiple: outputs.length > 1 };
  },
});

function doubled(a: Shape, b: Shape): Shape {
  const left = a.at(-1) ?? null;
  const right = b.at(-1) ?? null;
  return [...a.slice(0, -1), left === null || right === null ? null : left + right];
}

const spectralNormalization = layerClass({
  className: 'SpectralNormalization',
  arguments: [layer('layer'), optional('power_iterations', 1)],
  build: (config, inputs) => {
    const object = wrapped(config);
    const build = buildSerialized(object, inputOf(inputs));
    const [kernel, ...others] = within(stringOf(object.config, 'name', object.class_name), build.weights);
    if (!kernel) {
      throw new ShapeError(`${object.class_name} object has no attribute 'kernel' nor 'embeddings'`);
    }
    const start = { class_name: 'TruncatedNormal', config: { mean: 0, stddev: 0.02, seed: null } };
    const vector = plainWeight(config, 'vector_u', [1, kernel.shape.at(-1) ?? 1], start, false);
    return { outputs: build.outputs, weights: [kernel, vector, ...others] };
  },
});

export const wrapperLayers: readonly LayerClass[] = [
  timeDistributed,
  bidirectional,
  spectralNormalization,
  layerClass({
    className: 'Wrapper',
    arguments: [layer('layer')],
    build: (config, inputs) => buildSerialized(wrapped(config), inputOf(inputs)),
  }),
];

const findInner = lookup<LayerClass>([
  ...plainLayers,
  ...wrapperLayers,
  ...preprocessingLayers,
  ...augmentationLayers,
]);
