import { dataFormat, optional, tuple } from './arguments';
import { flagOf, isList, numbersOf, sizesOf, stringOf } from './configAccess';
import { inputOf, layerClass, output } from './layer';
import type { LayerClass } from './layerClass';
import { channelAxis, requireRank, spatialAxes, windowed } from './shapes';

/** Keras has a default for max pooling only; averages without one were taken over 2 before Keras 3. */
function pooling(kind: 'Max' | 'Average', rank: number): LayerClass {
  const className = `${kind}Pooling${rank}D`;
  const short = kind === 'Average' ? 'Avg' : kind;
  return layerClass({
    className,
    aliases: [`${short}Pool${rank}D`],
    arguments: [
      tuple('pool_size', rank, kind === 'Max' ? 2 : undefined, 'pool_length', 'ds'),
      tuple('strides', rank, null, 'stride'),
      optional('padding', 'valid', 'border_mode'),
      dataFormat,
      optional('name', null),
    ],
    normalize: (config) => ({
      ...config,
      strides: isList(config.strides) ? config.strides : (config.pool_size ?? null),
    }),
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 2, className);
      const size = numbersOf(config, 'pool_size');
      const strides = numbersOf(config, 'strides');
      const padding = stringOf(config, 'padding', 'valid').toLowerCase();
      const result = [...shape];
      spatialAxes(stringOf(config, 'data_format'), shape.length).forEach((axis, index) => {
        result[axis] = windowed(
          shape[axis] ?? null,
          size[index] ?? 2,
          strides[index] ?? size[index] ?? 2,
          padding,
        );
      });
      return output(config, result);
    },
  });
}

function globalPooling(kind: 'Max' | 'Average', rank: number): LayerClass {
  const className = `Global${kind}Pooling${rank}D`;
  const short = kind === 'Average' ? 'Avg' : kind;
  return layerClass({
    className,
    aliases: [`Global${short}Pool${rank}D`],
    arguments: [dataFormat, optional('keepdims', false)],
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 2, className);
      const gone = new Set(spatialAxes(stringOf(config, 'data_format'), shape.length));
      return output(
        config,
        flagOf(config, 'keepdims')
          ? shape.map((size, axis) => (gone.has(axis) ? 1 : size))
          : shape.filter((_, axis) => !gone.has(axis)),
      );
    },
  });
}

function adaptivePooling(kind: 'Max' | 'Average', rank: number): LayerClass {
  const className = `Adaptive${kind}Pooling${rank}D`;
  return layerClass({
    className,
    arguments: [tuple('output_size', rank, undefined), dataFormat],
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 2, className);
      const sizes = sizesOf(config, 'output_size');
      const channels = shape[channelAxis(stringOf(config, 'data_format'), shape.length)] ?? null;
      const batch = shape[0] ?? null;
      return output(
        config,
        stringOf(config, 'data_format') === 'channels_first'
          ? [batch, channels, ...sizes]
          : [batch, ...sizes, channels],
      );
    },
  });
}

export const poolingLayers: readonly LayerClass[] = [1, 2, 3].flatMap((rank) =>
  (['Max', 'Average'] as const).flatMap((kind) => [
    pooling(kind, rank),
    globalPooling(kind, rank),
    adaptivePooling(kind, rank),
  ]),
);
