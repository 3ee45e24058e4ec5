import { reshaped } from '../operations/shaping';
import type { Config, Json } from '../spec';
import { dataFormat, optional, required, shape as shapeArgument, tuple } from './arguments';
import { isList, numberOf, numbersOf, sizesOf, stringOf } from './configAccess';
import { inputOf, layerClass, output } from './layer';
import { ShapeError, type LayerClass } from './layerClass';
import { added, product, requireRank, scaled, spatialAxes } from './shapes';

/** `1`, `(1, 2)` and `((1, 1), (2, 2))` as pairs, one an axis (keras 3.15, `ZeroPadding2D.__init__`). */
function pairs(value: Json | undefined, rank: number): readonly (readonly [number, number])[] {
  const pair = (each: Json | undefined): readonly [number, number] => {
    if (isList(each)) {
      const [before, after] = each;
      return [typeof before === 'number' ? before : 0, typeof after === 'number' ? after : 0];
    }
    return typeof each === 'number' ? [each, each] : [0, 0];
  };
  if (rank === 1) {
    return [pair(value)];
  }
  return Array.from({ length: rank }, (_, index) => pair(isList(value) ? value[index] : value));
}

function pairConfig(config: Config, name: string, rank: number): Config {
  const list = pairs(config[name], rank);
  return { ...config, [name]: rank === 1 ? (list[0] ?? [0, 0]) : list };
}

/** Cropping takes from both ends, padding adds to them. */
function edges(kind: 'Cropping' | 'ZeroPadding', rank: number): LayerClass {
  const className = `${kind}${rank}D`;
  const [argument, sign] = kind === 'Cropping' ? (['cropping', -1] as const) : (['padding', 1] as const);
  const usual = kind === 'Cropping' && rank === 2 ? 0 : 1;
  return layerClass({
    className,
    arguments: [optional(argument, usual), ...(className === 'Cropping1D' ? [] : [dataFormat])],
    normalize: (config) => pairConfig(config, argument, rank),
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 2, className);
      const amounts = pairs(config[argument], rank);
      const result = [...shape];
      spatialAxes(stringOf(config, 'data_format'), shape.length).forEach((axis, index) => {
        const [before, after] = amounts[index] ?? [0, 0];
        const size = added(shape[axis] ?? null, sign * (before + after));
        if (size !== null && size <= 0) {
          throw new ShapeError(
            `Values in \`${argument}\` argument should be smaller than the corresponding spatial dimension of the input.`,
          );
        }
        result[axis] = size;
      });
      return output(config, result);
    },
  });
}

function upSampling(rank: number): LayerClass {
  const className = `UpSampling${rank}D`;
  return layerClass({
    className,
    arguments: [
      rank === 1 ? optional('size', 2, 'length') : tuple('size', rank, 2),
      ...(rank === 1 ? [] : [dataFormat]),
      ...(rank === 2 ? [optional('interpolation', 'nearest')] : []),
    ],
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, rank + 2, className);
      const factors = numbersOf(config, 'size');
      const result = [...shape];
      spatialAxes(stringOf(config, 'data_format'), shape.length).forEach((axis, index) => {
        result[axis] = scaled(shape[axis] ?? null, factors[index] ?? 2);
      });
      return output(config, result);
    },
  });
}

export const reshapingLayers: readonly LayerClass[] = [
  layerClass({
    className: 'Flatten',
    arguments: [dataFormat],
    build: (config, inputs) => {
      const [batch, ...rest] = inputOf(inputs).shape;
      return output(config, [batch ?? null, product(rest)]);
    },
  }),
  layerClass({
    className: 'Reshape',
    arguments: [shapeArgument('target_shape', undefined, 'dims')],
    build: (config, inputs) => {
      const [batch, ...rest] = inputOf(inputs).shape;
      const target = sizesOf(config, 'target_shape');
      const result = reshaped(rest, target);
      const before = product(rest);
      const after = product(result);
      if (before !== null && after !== null && before !== after) {
        throw new ShapeError(
          `The total size of the tensor must be unchanged. Received: input_shape=${JSON.stringify(rest)}, target_shape=${JSON.stringify(target)}`,
        );
      }
      return output(config, [batch ?? null, ...result]);
    },
  }),
  layerClass({
    className: 'Permute',
    arguments: [required('dims')],
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      const dims = numbersOf(config, 'dims');
      requireRank(shape, dims.length + 1, 'Permute');
      return output(config, [shape[0] ?? null, ...dims.map((axis) => shape[axis] ?? null)]);
    },
  }),
  layerClass({
    className: 'RepeatVector',
    arguments: [required('n')],
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      requireRank(shape, 2, 'RepeatVector');
      return output(config, [shape[0] ?? null, numberOf(config, 'n'), shape[1] ?? null]);
    },
  }),
  ...[1, 2, 3].flatMap((rank) => [edges('Cropping', rank), edges('ZeroPadding', rank), upSampling(rank)]),
];
