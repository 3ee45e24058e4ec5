import type { Shape } from '../../report/report';
import type { Config, TensorSpec, WeightSpec } from '../spec';
import { optional, required, seed, transient } from './arguments';
import { flagOf, isList, numberOf, numbersOf, stringOf } from './configAccess';
import { kernelArguments } from './core';
import { inputsOf, layerClass, output } from './layer';
import { lastAxis, ShapeError, type LayerClass, type LayerInputs } from './layerClass';
import { plainWeight, weight, within } from './weights';

const ones = { class_name: 'Ones', config: {} };
const glorot = { class_name: 'GlorotUniform', config: { seed: null, input_axes: null, output_axes: null } };

/** `Attention()([query, value, key])` and `MultiHeadAttention()(query, value, key)` alike. */
function parts(inputs: LayerInputs): {
  readonly query: TensorSpec;
  readonly value: TensorSpec;
  readonly key: TensorSpec;
} {
  const list = inputsOf(inputs);
  const query = inputs.query?.[0] ?? list[0];
  const value = inputs.value?.[0] ?? list[1];
  const key = inputs.key?.[0] ?? (inputs.value ? undefined : list[2]) ?? value;
  if (!query || !value || !key) {
    throw new ShapeError('Attention layer must be called with a query and a value.');
  }
  return { query, value, key };
}

function dotAttention(className: string): LayerClass {
  const additive = className === 'AdditiveAttention';
  return layerClass({
    className,
    arguments: [
      optional('use_scale', additive),
      ...(additive ? [] : [optional('score_mode', 'dot')]),
      optional('dropout', 0),
      ...(additive ? [] : [seed]),
    ],
    build: (config, inputs) => {
      const { query, value } = parts(inputs);
      const weights: WeightSpec[] = [];
      if (flagOf(config, 'use_scale')) {
        weights.push(
          additive
            ? plainWeight(config, 'scale', [lastAxis(query.shape, className)], glorot)
            : plainWeight(config, 'scale', [], ones),
        );
      }
      if (stringOf(config, 'score_mode') === 'concat') {
        weights.push(plainWeight(config, 'concat_score_weight', [], ones));
      }
      return output(config, [...query.shape.slice(0, -1), value.shape.at(-1) ?? null], weights);
    },
  });
}

/** One projection of a multi-head layer; its initializers are those of the layer. */
function projection(
  config: Config,
  name: string,
  from: number | readonly number[],
  to: readonly number[],
): readonly WeightSpec[] {
  const left = typeof from === 'number' ? [from] : from;
  return within(name, [
    weight(config, 'kernel', [...left, ...to]),
    ...(flagOf(config, 'use_bias') ? [weight(config, 'bias', to)] : []),
  ]);
}

function headWeights(
  config: Config,
  { query, value, key }: ReturnType<typeof parts>,
  heads: {
    readonly query: number;
    readonly value: number;
    readonly keySize: number;
    readonly valueSize: number;
  },
  result: Shape,
): readonly WeightSpec[] {
  const size = (tensor: TensorSpec): number => lastAxis(tensor.shape, 'MultiHeadAttention');
  return [
    ...projection(config, 'query', size(query), [heads.query, heads.keySize]),
    ...projection(config, 'key', size(key), [heads.value, heads.keySize]),
    ...(flagOf(config, 'use_gate')
      ? projection(config, 'gate', size(query), [heads.query, heads.valueSize])
      : []),
    ...projection(config, 'value', size(value), [heads.value, heads.valueSize]),
    ...projection(
      config,
      'attention_output',
      [heads.query, heads.valueSize],
      result.map((each) => each ?? 0),
    ),
  ];
}

const hiddenLayers = ['Softmax', 'Dropout'];

const multiHead = layerClass({
  className: 'MultiHeadAttention',
  arguments: [
    required('num_heads'),
    required('key_dim', 'head_size', 'key_size'),
    optional('value_dim', null),
    optional('dropout', 0),
    optional('use_bias', true),
    optional('output_shape', null),
    optional('attention_axes', null),
    optional('sliding_window', null),
    transient(optional('flash_attention', null)),
    ...kernelArguments,
    optional('use_gate', false),
    seed,
  ],
  callArguments: ['query', 'value', 'key'],
  hiddenLayers,
  normalize: (config) => ({
    ...config,
    value_dim: config.value_dim ?? config.key_dim ?? null,
    output_shape:
      typeof config.output_shape === 'number' ? [config.output_shape] : (config.output_shape ?? null),
  }),
  build: (config, inputs) => {
    const tensors = parts(inputs);
    const keySize = numberOf(config, 'key_dim');
    const heads = numberOf(config, 'num_heads');
    const result = isList(config.output_shape)
      ? numbersOf(config, 'output_shape')
      : [lastAxis(tensors.query.shape, 'MultiHeadAttention')];
    const weights = headWeights(
      config,
      tensors,
      { query: heads, value: heads, keySize, valueSize: numberOf(config, 'value_dim', keySize) },
      result,
    );
    return output(config, [...tensors.query.shape.slice(0, -1), ...result], weights);
  },
});

const groupedQuery = layerClass({
  className: 'GroupedQueryAttention',
  aliases: ['GroupQueryAttention'],
  arguments: [
    required('head_dim'),
    required('num_query_heads'),
    required('num_key_value_heads'),
    optional('dropout', 0),
    optional('use_bias', true),
    optional('sliding_window', null),
    transient(optional('flash_attention', null)),
    ...kernelArguments,
    optional('use_gate', false),
    seed,
  ],
  callArguments: ['query', 'value', 'key'],
  hiddenLayers,
  build: (config, inputs) => {
    const tensors = parts(inputs);
    const size = numberOf(config, 'head_dim');
    const result = [lastAxis(tensors.query.shape, 'GroupedQueryAttention')];
    const heads = {
      query: numberOf(config, 'num_query_heads'),
      value: numberOf(config, 'num_key_value_heads'),
      keySize: size,
      valueSize: size,
    };
    return output(config, tensors.query.shape, headWeights(config, tensors, heads, result));
  },
});

export const attentionLayers: readonly LayerClass[] = [
  dotAttention('Attention'),
  dotAttention('AdditiveAttention'),
  multiHead,
  groupedQuery,
];
