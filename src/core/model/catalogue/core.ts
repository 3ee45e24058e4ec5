import type { Shape } from '../../report/report';
import type { Config } from '../spec';
import {
  activation,
  constraint,
  initializer,
  optional,
  regularizer,
  required,
  shape as shapeArgument,
  transient,
} from './arguments';
import type { ArgumentDefinition } from './classDefinition';
import { flagOf, isList, numberOf, sizesOf, stringOf } from './configAccess';
import { inputOf, inputsOf, layerClass, output, sameShape } from './layer';
import { lastAxis, ShapeError, type LayerClass } from './layerClass';
import { weight } from './weights';

/** Arguments that every layer with a kernel and a bias takes after `use_bias`. */
export const kernelArguments: readonly ArgumentDefinition[] = [
  initializer('kernel', 'glorot_uniform', 'init', 'weight_init'),
  initializer('bias', 'zeros'),
  regularizer('kernel', 'W_regularizer'),
  regularizer('bias', 'b_regularizer'),
  regularizer('activity'),
  constraint('kernel', 'W_constraint'),
  constraint('bias', 'b_constraint'),
];

export const useBias = optional('use_bias', true, 'bias');

const lora: readonly ArgumentDefinition[] = [
  transient(optional('lora_rank', null)),
  transient(optional('lora_alpha', null)),
];
const quantization = transient(optional('quantization_config', null));

export const inputLayer: LayerClass = layerClass({
  className: 'InputLayer',
  aliases: ['Input'],
  arguments: [
    transient(shapeArgument('shape', null, 'input_shape')),
    transient(optional('batch_size', null)),
    optional('dtype', 'float32'),
    optional('sparse', false),
    optional('ragged', false),
    shapeArgument('batch_shape', null, 'batch_input_shape'),
    transient(optional('input_tensor', null, 'tensor')),
    optional('optional', false),
    optional('name', null),
  ],
  keywords: [],
  callArguments: [],
  ignored: ['type_spec'],
  normalize: (config) => {
    const { shape, batch_size: batchSize, ...rest } = config;
    return isList(rest.batch_shape) || !isList(shape)
      ? rest
      : { ...rest, batch_shape: [batchSize ?? null, ...shape], dtype: rest.dtype ?? 'float32' };
  },
  build: (config) => ({
    outputs: [{ shape: sizesOf(config, 'batch_shape'), dtype: stringOf(config, 'dtype', 'float32') }],
    weights: [],
  }),
});

const dense = layerClass({
  className: 'Dense',
  arguments: [
    required('units', 'output_dim', 'nb_units'),
    activation(),
    useBias,
    ...kernelArguments,
    ...lora,
    quantization,
  ],
  build: (config, inputs) => {
    const { shape } = inputOf(inputs);
    if (shape.length < 2) {
      throw new ShapeError(
        `Input 0 of layer "${stringOf(config, 'name', 'dense')}" is incompatible with the layer: expected min_ndim=2, found ndim=${shape.length}.`,
      );
    }
    const units = numberOf(config, 'units');
    const kernel = weight(config, 'kernel', [lastAxis(shape, 'Dense'), units]);
    const bias = flagOf(config, 'use_bias') ? [weight(config, 'bias', [units])] : [];
    return output(config, [...shape.slice(0, -1), units], [kernel, ...bias]);
  },
});

/** Kernel and bias shapes of an EinsumDense (keras 3.15, `_analyze_einsum_string`). */
function einsumWeights(
  config: Config,
  from: Shape,
): { readonly kernel: readonly number[]; readonly bias: readonly number[]; readonly to: Shape } {
  const equation = stringOf(config, 'equation').replaceAll(' ', '');
  const [left = '', right = ''] = equation.split('->');
  const [input = '', kernelLetters = ''] = left.split(',');
  const sizes = new Map</* letter */ string, number | null>();
  const ellipsis = (term: string, rank: number, tail: string): string =>
    term.replace('...', tail.slice(0, Math.max(0, rank - term.replace('...', '').length)));
  const spare = '0123456789';
  [...ellipsis(input, from.length, spare)].forEach((letter, at) => sizes.set(letter, from[at] ?? null));
  // output_shape leaves the batch out; where it says null the input's size holds.
  const target = sizesOf(config, 'output_shape');
  const outputLetters = [...ellipsis(right, target.length + 1, spare)];
  outputLetters.slice(outputLetters.length - target.length).forEach((letter, at) => {
    const size = target[at];
    if (size !== null && size !== undefined) {
      sizes.set(letter, size);
    }
  });
  const known = (letter: string): number => sizes.get(letter) ?? 0;
  const biasAxes = stringOf(config, 'bias_axes');
  const first = Math.min(...[...biasAxes].map((letter) => outputLetters.indexOf(letter)));
  const bias = outputLetters.slice(first).map((letter) => (biasAxes.includes(letter) ? known(letter) : 1));
  return {
    kernel: [...kernelLetters].map(known),
    bias: biasAxes === '' ? [] : bias,
    // Keras leaves sizes open that output_shape does not tell.
    to: [from[0] ?? null, ...target],
  };
}

const einsumDense = layerClass({
  className: 'EinsumDense',
  arguments: [
    required('equation'),
    shapeArgument('output_shape', undefined),
    activation(),
    optional('bias_axes', null),
    ...kernelArguments.filter(({ name }) => name !== 'activity_regularizer'),
    ...lora,
    transient(optional('gptq_unpacked_column_size', null)),
    quantization,
  ],
  build: (config, inputs) => {
    const { kernel, bias, to } = einsumWeights(config, inputOf(inputs).shape);
    const weights = [weight(config, 'kernel', kernel)];
    return output(config, to, config.bias_axes ? [...weights, weight(config, 'bias', bias)] : weights);
  },
});

/** Classes that take nothing and leave everything as it is, or whose function is not known. */
export const coreLayers: readonly LayerClass[] = [
  inputLayer,
  dense,
  einsumDense,
  layerClass({
    className: 'Activation',
    arguments: [{ ...activation(), default: undefined }],
    build: sameShape,
  }),
  layerClass({
    className: 'Identity',
    arguments: [],
    build: (_, inputs) => ({ outputs: inputsOf(inputs), weights: [] }),
  }),
  layerClass({
    className: 'Masking',
    arguments: [optional('mask_value', 0)],
    build: sameShape,
  }),
  layerClass({
    className: 'Lambda',
    arguments: [
      required('function', 'func'),
      shapeArgument('output_shape', null),
      optional('mask', null),
      optional('arguments', null),
    ],
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      return isList(config.output_shape)
        ? output(config, [shape[0] ?? null, ...sizesOf(config, 'output_shape')])
        : output(config, shape);
    },
  }),
];
