import {
  activation,
  constraint,
  dataFormat,
  initializer,
  layerKeywords,
  optional,
  regularizer,
  required,
  seed,
  tuple,
} from './arguments';
import { flagOf, numberOf, numbersOf, stringOf } from './configAccess';
import { channelsOf, convolved } from './convolution';
import { useBias } from './core';
import { inputOf, layerClass } from './layer';
import type { LayerClass } from './layerClass';
import { recurrentOutputs } from './recurrent';
import { requireRank } from './shapes';
import { weight, within } from './weights';

/** A convolution at every time step, in four gates: input (batch, time, …spatial, channels). */
function convLstm(rank: number): LayerClass {
  const className = `ConvLSTM${rank}D`;
  return layerClass({
    className,
    arguments: [
      required('filters', 'nb_filter'),
      tuple('kernel_size', rank, undefined),
      tuple('strides', rank, 1, 'subsample'),
      optional('padding', 'valid', 'border_mode'),
      dataFormat,
      tuple('dilation_rate', rank, 1),
      activation('tanh'),
      activation('sigmoid', 'recurrent_activation', 'inner_activation'),
      useBias,
      initializer('kernel', 'glorot_uniform', 'init'),
      initializer('recurrent', 'orthogonal', 'inner_init'),
      initializer('bias', 'zeros'),
      optional('unit_forget_bias', true),
      regularizer('kernel'),
      regularizer('recurrent'),
      regularizer('bias'),
      regularizer('activity'),
      constraint('kernel'),
      constraint('recurrent'),
      constraint('bias'),
      optional('dropout', 0),
      optional('recurrent_dropout', 0),
      seed,
      optional('return_sequences', false),
      optional('return_state', false),
      optional('go_backwards', false),
      optional('stateful', false),
    ],
    keywords: [...layerKeywords, optional('unroll', false), optional('zero_output_for_mask', false)],
    callArguments: ['sequences', 'initial_state'],
    ignored: ['implementation'],
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 3, className);
      const frame = [shape[0] ?? null, ...shape.slice(2)];
      const filters = numberOf(config, 'filters');
      const size = numbersOf(config, 'kernel_size');
      const channels = channelsOf(frame, config, className);
      const state = convolved(frame, { ...config, padding: stringOf(config, 'padding') }, filters).slice(1);
      const weights = [
        weight(config, 'kernel', [...size, channels, 4 * filters]),
        weight(config, 'recurrent_kernel', [...size, filters, 4 * filters], 'recurrent'),
        ...(flagOf(config, 'use_bias') ? [weight(config, 'bias', [4 * filters])] : []),
      ];
      return {
        ...recurrentOutputs(config, shape, state, [state, state]),
        weights: within('conv_lstm_cell', weights),
      };
    },
  });
}

export const convLstmLayers: readonly LayerClass[] = [1, 2, 3].map(convLstm);
