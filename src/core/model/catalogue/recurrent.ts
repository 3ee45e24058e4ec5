import type { Shape } from '../../report/report';
import type { Config, SerializedObject, TensorSpec, WeightSpec } from '../spec';
import {
  activation,
  constraint,
  initializer,
  layer,
  layerKeywords,
  optional,
  regularizer,
  required,
  seed,
  transient,
} from './arguments';
import type { ArgumentDefinition } from './classDefinition';
import { flagOf, isList, isSerialized, numberOf, objectOf, stringOf } from './configAccess';
import { useBias } from './core';
import { inputOf, layerClass } from './layer';
import { lastAxis, ShapeError, type LayerClass } from './layerClass';
import { shapeText } from './shapes';
import { computeType, weight, within } from './weights';

const units = required('units', 'output_dim');
const recurrentActivation = activation('sigmoid', 'recurrent_activation', 'inner_activation');
const forgetBias = optional('unit_forget_bias', true);
const initializers: readonly ArgumentDefinition[] = [
  initializer('kernel', 'glorot_uniform', 'init'),
  initializer('recurrent', 'orthogonal', 'inner_init'),
  initializer('bias', 'zeros'),
];
const regularizers: readonly ArgumentDefinition[] = [
  regularizer('kernel', 'W_regularizer'),
  regularizer('recurrent', 'U_regularizer'),
  regularizer('bias', 'b_regularizer'),
];
const constraints: readonly ArgumentDefinition[] = [
  constraint('kernel'),
  constraint('recurrent'),
  constraint('bias'),
];
const dropouts: readonly ArgumentDefinition[] = [
  optional('dropout', 0, 'dropout_W'),
  optional('recurrent_dropout', 0, 'dropout_U'),
];
const sequenceFlags: readonly ArgumentDefinition[] = [
  optional('return_sequences', false),
  optional('return_state', false),
  optional('go_backwards', false),
  optional('stateful', false),
];
const unroll = optional('unroll', false);
const cudnn = transient(optional('use_cudnn', 'auto'));
const resetAfter = optional('reset_after', true);

/** Of Keras 1 and 2, without meaning now. */
const ignored = ['consume_less', 'implementation', 'time_major', 'input_length', 'forget_bias_init'];

/** How a kind of cell is made: gates side by side in one kernel. */
interface CellKind {
  readonly gates: number;
  readonly states: number;
}

const cells: Readonly<Record<string, CellKind>> = {
  SimpleRNNCell: { gates: 1, states: 1 },
  GRUCell: { gates: 3, states: 1 },
  LSTMCell: { gates: 4, states: 2 },
};

function cellWeights(kind: CellKind, config: Config, features: number): readonly WeightSpec[] {
  const size = numberOf(config, 'units');
  const wide = kind.gates * size;
  // Keras' GRU with reset_after keeps the recurrent bias apart: one row for the input, one for the state.
  const bias = kind.gates === 3 && flagOf(config, 'reset_after') ? [2, wide] : [wide];
  return [
    weight(config, 'kernel', [features, wide]),
    weight(config, 'recurrent_kernel', [size, wide], 'recurrent'),
    ...(flagOf(config, 'use_bias') ? [weight(config, 'bias', bias)] : []),
  ];
}

/** Output tensors of a recurrent layer: the output, then its states where they are returned. */
export function recurrentOutputs(
  config: Config,
  sequence: Shape,
  size: Shape,
  states: readonly Shape[],
): { readonly outputs: readonly TensorSpec[]; readonly multiple?: boolean } {
  const dtype = computeType(config);
  const batch = sequence[0] ?? null;
  const shape = flagOf(config, 'return_sequences') ? [batch, sequence[1] ?? null, ...size] : [batch, ...size];
  const first = { shape, dtype };
  if (!flagOf(config, 'return_state')) {
    return { outputs: [first] };
  }
  return {
    outputs: [first, ...states.map((state) => ({ shape: [batch, ...state], dtype }))],
    multiple: true,
  };
}

function requireSequence(input: TensorSpec, className: string): void {
  if (input.shape.length !== 3) {
    throw new ShapeError(
      `Input 0 of layer "${className}" is incompatible with the layer: expected ndim=3, found ndim=${input.shape.length}. Full shape received: ${shapeText(input.shape)}`,
    );
  }
}

function recurrent(className: string, cell: string, parameters: readonly ArgumentDefinition[]): LayerClass {
  const kind = cells[cell] ?? { gates: 1, states: 1 };
  const path =
    { SimpleRNNCell: 'simple_rnn_cell', GRUCell: 'gru_cell', LSTMCell: 'lstm_cell' }[cell] ?? 'cell';
  return layerClass({
    className,
    aliases: className === 'SimpleRNN' ? [] : [`CuDNN${className}`, `${className}V1`, `${className}V2`],
    arguments: parameters,
    callArguments: ['sequences', 'initial_state'],
    ignored,
    keywords: [...layerKeywords, optional('zero_output_for_mask', false)],
    build: (config, inputs) => {
      const input = inputOf(inputs);
      requireSequence(input, className);
      const size = numberOf(config, 'units');
      const weights = cellWeights(kind, config, lastAxis(input.shape, className));
      const states = Array.from({ length: kind.states }, () => [size]);
      return { ...recurrentOutputs(config, input.shape, [size], states), weights: within(path, weights) };
    },
  });
}

function cell(className: string, parameters: readonly ArgumentDefinition[]): LayerClass {
  return layerClass({
    className,
    arguments: parameters,
    callArguments: ['inputs', 'states'],
    build: (config, inputs) => {
      const input = inputOf(inputs);
      const kind = cells[className] ?? { gates: 1, states: 1 };
      const shape = [input.shape[0] ?? null, numberOf(config, 'units')];
      const dtype = computeType(config);
      return {
        outputs: Array.from({ length: 1 + kind.states }, () => ({ shape, dtype })),
        weights: cellWeights(kind, config, lastAxis(input.shape, className)),
      };
    },
  });
}

/** What a cell given to `RNN` holds; stacked cells feed one another. */
function serializedCell(
  object: SerializedObject,
  features: number,
): {
  readonly weights: readonly WeightSpec[];
  readonly size: number;
  readonly states: readonly Shape[];
} {
  const { config, class_name: className } = object;
  if (isList(config.cells)) {
    let width = features;
    const weights: WeightSpec[] = [];
    const states: Shape[] = [];
    for (const each of config.cells) {
      if (isSerialized(each)) {
        const inner = serializedCell(each, width);
        weights.push(...within(stringOf(each.config, 'name', 'cell'), inner.weights));
        states.push(...inner.states);
        width = inner.size;
      }
    }
    return { weights, size: width, states };
  }
  const kind = cells[className];
  if (!kind) {
    throw new ShapeError(`what a ${className} computes is not known`);
  }
  const size = numberOf(config, 'units');
  return {
    weights: cellWeights(kind, config, features),
    size,
    states: Array.from({ length: kind.states }, () => [size]),
  };
}

const rnn = layerClass({
  className: 'RNN',
  arguments: [layer('cell'), ...sequenceFlags, unroll, optional('zero_output_for_mask', false)],
  callArguments: ['sequences', 'initial_state'],
  ignored,
  normalize: (config) =>
    isList(config.cell)
      ? {
          ...config,
          cell: { class_name: 'StackedRNNCells', config: { name: 'stacked_rnn_cells', cells: config.cell } },
        }
      : config,
  build: (config, inputs) => {
    const input = inputOf(inputs);
    requireSequence(input, 'RNN');
    const object = objectOf(config, 'cell');
    if (!object) {
      throw new ShapeError('RNN needs a cell');
    }
    const { weights, size, states } = serializedCell(object, lastAxis(input.shape, 'RNN'));
    const name = stringOf(object.config, 'name', 'cell');
    return { ...recurrentOutputs(config, input.shape, [size], states), weights: within(name, weights) };
  },
});

export const recurrentLayers: readonly LayerClass[] = [
  recurrent('SimpleRNN', 'SimpleRNNCell', [
    units,
    activation('tanh'),
    useBias,
    ...initializers,
    ...regularizers,
    regularizer('activity'),
    ...constraints,
    ...dropouts,
    ...sequenceFlags,
    unroll,
    seed,
  ]),
  recurrent('GRU', 'GRUCell', [
    units,
    activation('tanh'),
    recurrentActivation,
    useBias,
    ...initializers,
    ...regularizers,
    regularizer('activity'),
    ...constraints,
    ...dropouts,
    seed,
    ...sequenceFlags,
    unroll,
    resetAfter,
    cudnn,
  ]),
  recurrent('LSTM', 'LSTMCell', [
    units,
    activation('tanh'),
    recurrentActivation,
    useBias,
    ...initializers,
    forgetBias,
    ...regularizers,
    regularizer('activity'),
    ...constraints,
    ...dropouts,
    seed,
    ...sequenceFlags,
    unroll,
    cudnn,
  ]),
  cell('SimpleRNNCell', [
    units,
    activation('tanh'),
    useBias,
    ...initializers,
    ...regularizers,
    ...constraints,
    ...dropouts,
    seed,
  ]),
  cell('GRUCell', [
    units,
    activation('tanh'),
    recurrentActivation,
    useBias,
    ...initializers,
    ...regularizers,
    ...constraints,
    ...dropouts,
    resetAfter,
    seed,
  ]),
  cell('LSTMCell', [
    units,
    activation('tanh'),
    recurrentActivation,
    useBias,
    ...initializers,
    forgetBias,
    ...regularizers,
    ...constraints,
    ...dropouts,
    seed,
  ]),
  layerClass({
    className: 'StackedRNNCells',
    arguments: [{ name: 'cells', default: undefined, kind: 'layers', oldNames: [] }],
    callArguments: ['inputs', 'states'],
    build: (config, inputs) => {
      const input = inputOf(inputs);
      const { weights, size } = serializedCell(
        { class_name: 'StackedRNNCells', config },
        lastAxis(input.shape, 'StackedRNNCells'),
      );
      return { outputs: [{ shape: [input.shape[0] ?? null, size], dtype: computeType(config) }], weights };
    },
  }),
  rnn,
];
