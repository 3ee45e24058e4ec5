import type { Shape } from '../../report/report';
import type { Config, WeightSpec } from '../spec';
import {
  activation,
  constraint,
  dataFormat,
  initializer,
  optional,
  regularizer,
  required,
  tuple,
} from './arguments';
import type { ArgumentDefinition } from './classDefinition';
import { flagOf, isList, numberOf, numbersOf, stringOf } from './configAccess';
import { kernelArguments, useBias } from './core';
import { inputOf, layerClass, output } from './layer';
import { ShapeError, type LayerClass } from './layerClass';
import { channelAxis, requireRank, spatialAxes, transposed, windowed, type Size } from './shapes';
import { weight } from './weights';

const filters = required('filters', 'nb_filter', 'num_filters');
const groups = optional('groups', 1);
const depthMultiplier = optional('depth_multiplier', 1);
const padding = optional('padding', 'valid', 'border_mode');

function kernelSize(rank: number): ArgumentDefinition {
  return tuple('kernel_size', rank, undefined, 'filter_length', 'filter_size', 'nb_row');
}

function strides(rank: number): ArgumentDefinition {
  return tuple('strides', rank, 1, 'subsample', 'subsample_length');
}

function dilation(rank: number): ArgumentDefinition {
  return tuple('dilation_rate', rank, 1, 'atrous_rate');
}

/** Keras 1 wrote a second size. */
const ignored = ['nb_col', 'kernel_dim3', 'output_shape'];

interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: string;
}

function windowOf(config: Config): Window {
  return {
    size: numbersOf(config, 'kernel_size'),
    strides: numbersOf(config, 'strides'),
    dilation: numbersOf(config, 'dilation_rate'),
    padding: stringOf(config, 'padding', 'valid').toLowerCase(),
  };
}

/** The number of input channels; Keras cannot build without it. */
export function channelsOf(shape: Shape, config: Config, className: string): number {
  const channels = shape[channelAxis(stringOf(config, 'data_format'), shape.length)];
  if (channels === null || channels === undefined) {
    throw new ShapeError(
      `The channel dimension of the inputs to ${className} should be defined. Found \`None\`.`,
    );
  }
  return channels;
}

/** The input's shape with new spatial sizes and channels. */
export function spatialShape(
  shape: Shape,
  config: Config,
  channels: number,
  resize: (size: Size, index: number) => Size,
): Shape {
  const format = stringOf(config, 'data_format');
  const result = [...shape];
  spatialAxes(format, shape.length).forEach((axis, index) => {
    result[axis] = resize(shape[axis] ?? null, index);
  });
  result[channelAxis(format, shape.length)] = channels;
  return result;
}

export function convolved(shape: Shape, config: Config, channels: number): Shape {
  const { size, strides: steps, padding: pad, dilation: rate } = windowOf(config);
  return spatialShape(shape, config, channels, (length, index) =>
    windowed(length, size[index] ?? 1, steps[index] ?? 1, pad, rate[index] ?? 1),
  );
}

function bias(config: Config, channels: number): readonly WeightSpec[] {
  return flagOf(config, 'use_bias') ? [weight(config, 'bias', [channels])] : [];
}

function convolution(rank: number): LayerClass {
  const className = `Conv${rank}D`;
  return layerClass({
    className,
    aliases: [`Convolution${rank}D`, ...(rank === 1 ? [] : [`AtrousConvolution${rank}D`])],
    arguments: [
      filters,
      kernelSize(rank),
      strides(rank),
      padding,
      dataFormat,
      dilation(rank),
      groups,
      activation(),
      useBias,
      ...kernelArguments,
    ],
    ignored,
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 2, className);
      const count = numberOf(config, 'filters');
      const channels = channelsOf(shape, config, className);
      const parts = numberOf(config, 'groups', 1);
      if (channels % parts !== 0) {
        throw new ShapeError(
          `The number of input channels must be evenly divisible by the number of groups. Received groups=${parts}, but the input has ${channels} channels.`,
        );
      }
      const kernel = weight(config, 'kernel', [...numbersOf(config, 'kernel_size'), channels / parts, count]);
      return output(config, convolved(shape, config, count), [kernel, ...bias(config, count)]);
    },
  });
}

function transposedConvolution(rank: number): LayerClass {
  const className = `Conv${rank}DTranspose`;
  const outputPadding = tuple('output_padding', rank, null);
  return layerClass({
    className,
    aliases: [`Convolution${rank}DTranspose`, `Deconvolution${rank}D`],
    arguments: [
      filters,
      kernelSize(rank),
      strides(rank),
      padding,
      ...(rank === 3 ? [dataFormat, outputPadding] : [outputPadding, dataFormat]),
      dilation(rank),
      activation(),
      useBias,
      ...kernelArguments,
    ],
    ignored,
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 2, className);
      const count = numberOf(config, 'filters');
      const channels = channelsOf(shape, config, className);
      const { size, strides: steps, padding: pad, dilation: rate } = windowOf(config);
      const extra = isList(config.output_padding) ? numbersOf(config, 'output_padding') : null;
      const shapeOut = spatialShape(shape, config, count, (length, index) =>
        transposed(
          length,
          size[index] ?? 1,
          steps[index] ?? 1,
          pad,
          rate[index] ?? 1,
          extra?.[index] ?? null,
        ),
      );
      const kernel = weight(config, 'kernel', [...size, count, channels]);
      return output(config, shapeOut, [kernel, ...bias(config, count)]);
    },
  });
}

const depthwiseArguments: readonly ArgumentDefinition[] = [
  initializer('depthwise', 'glorot_uniform', 'kernel_initializer', 'init'),
  initializer('bias', 'zeros'),
  regularizer('depthwise', 'kernel_regularizer'),
  regularizer('bias'),
  regularizer('activity'),
  constraint('depthwise', 'kernel_constraint'),
  constraint('bias'),
];

function depthwise(rank: number): LayerClass {
  const className = `DepthwiseConv${rank}D`;
  return layerClass({
    className,
    arguments: [
      kernelSize(rank),
      strides(rank),
      padding,
      depthMultiplier,
      dataFormat,
      dilation(rank),
      activation(),
      useBias,
      ...depthwiseArguments,
    ],
    ignored,
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 2, className);
      const channels = channelsOf(shape, config, className);
      const multiplier = numberOf(config, 'depth_multiplier', 1);
      const kernel = weight(
        config,
        'kernel',
        [...numbersOf(config, 'kernel_size'), channels, multiplier],
        'depthwise',
      );
      const count = channels * multiplier;
      return output(config, convolved(shape, config, count), [kernel, ...bias(config, count)]);
    },
  });
}

const separableArguments: readonly ArgumentDefinition[] = [
  initializer('depthwise', 'glorot_uniform', 'init'),
  initializer('pointwise', 'glorot_uniform'),
  initializer('bias', 'zeros'),
  regularizer('depthwise'),
  regularizer('pointwise'),
  regularizer('bias'),
  regularizer('activity'),
  constraint('depthwise'),
  constraint('pointwise'),
  constraint('bias'),
];

function separable(rank: number): LayerClass {
  const className = `SeparableConv${rank}D`;
  return layerClass({
    className,
    aliases: [`SeparableConvolution${rank}D`],
    arguments: [
      filters,
      kernelSize(rank),
      strides(rank),
      padding,
      dataFormat,
      dilation(rank),
      depthMultiplier,
      activation(),
      useBias,
      ...separableArguments,
    ],
    ignored: [...ignored, 'kernel_initializer', 'kernel_regularizer', 'kernel_constraint'],
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 2, className);
      const count = numberOf(config, 'filters');
      const channels = channelsOf(shape, config, className);
      const multiplier = numberOf(config, 'depth_multiplier', 1);
      const size = numbersOf(config, 'kernel_size');
      return output(config, convolved(shape, config, count), [
        weight(config, 'depthwise_kernel', [...size, channels, multiplier], 'depthwise'),
        weight(config, 'pointwise_kernel', [...size.map(() => 1), channels * multiplier, count], 'pointwise'),
        ...bias(config, count),
      ]);
    },
  });
}

export const convolutionLayers: readonly LayerClass[] = [
  ...[1, 2, 3].map(convolution),
  ...[1, 2, 3].map(transposedConvolution),
  ...[1, 2].map(depthwise),
  ...[1, 2].map(separable),
];
