import { numberOf, numbersOf, sizesOf } from '../../core/model/catalogue/configAccess';
import type { Json } from '../../core/model/spec';
import { customOperation } from '../engine/customOperation';
import * as tf from '../engine/tf';
import { input, type Forward, type ForwardTable } from '../graph/layerCall';
import { channelsLast, isChannelsFirst, perAxis } from './geometry';
import { resample } from './resample';

const flatten: Forward = (call) => {
  let x = input(call);
  if (isChannelsFirst(call.config) && x.rank > 2) {
    x = tf.transpose(x, [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2), 1]);
  }
  return tf.reshape(x, [x.shape[0] ?? 1, x.shape.slice(1).reduce((a, b) => a * b, 1)]);
};

/** One size may be −1 (or variable): what is left. */
const reshape: Forward = (call) => {
  const x = input(call);
  return tf.reshape(x, [x.shape[0] ?? 1, ...sizesOf(call.config, 'target_shape').map((size) => size ?? -1)]);
};

const permute: Forward = (call) => tf.transpose(input(call), [0, ...numbersOf(call.config, 'dims')]);

const repeatVector: Forward = (call) =>
  repeat(tf.expandDims(input(call), 1), numberOf(call.config, 'n', 1), 1);

/** `((top, bottom), (left, right))`, `(rows, columns)` or one number as pairs, one a spatial axis. */
function pairs(value: Json | undefined, rank: number): [number, number][] {
  if (typeof value === 'number') {
    return Array.from({ length: rank }, () => [value, value]);
  }
  const list = Array.isArray(value) ? (value as readonly Json[]) : [];
  if (rank === 1 && list.length === 2 && list.every((each) => typeof each === 'number')) {
    return [list as unknown as [number, number]];
  }
  return Array.from({ length: rank }, (_, i) => {
    const each = list[i];
    return Array.isArray(each)
      ? (each as unknown as [number, number])
      : [Number(each ?? 0), Number(each ?? 0)];
  });
}

const zeroPadding: Forward = (call) =>
  channelsLast(input(call), call.config, (x) =>
    tf.pad(x, [[0, 0], ...pairs(call.config['padding'], x.rank - 2), [0, 0]]),
  );

const cropping: Forward = (call) =>
  channelsLast(input(call), call.config, (x) => {
    const ends = pairs(call.config['cropping'], x.rank - 2);
    return tf.slice(
      x,
      [0, ...ends.map(([start]) => start), 0],
      [
        x.shape[0] ?? 1,
        ...ends.map(([start, end], i) => (x.shape[i + 1] ?? 0) - start - end),
        x.shape.at(-1) ?? 1,
      ],
    );
  });

/** Every element several times along an axis. */
export function repeat(x: tf.Tensor, times: number, axis: number): tf.Tensor {
  if (times === 1) {
    return x;
  }
  const copies = [...x.shape.slice(0, axis + 1), times, ...x.shape.slice(axis + 1)];
  const [y] = customOperation({
    inputs: { x },
    forward: () => [
      tf.reshape(
        tf.tile(
          tf.expandDims(x, axis + 1),
          copies.map((_, i) => (i === axis + 1 ? times : 1)),
        ),
        x.shape.map((size, i) => (i === axis ? size * times : size)),
      ),
    ],
    backward: ([dy]) => ({ x: () => tf.sum(tf.reshape(dy as tf.Tensor, copies), axis + 1) }),
  });
  return y as tf.Tensor;
}

/** All of x so many times along each axis. tfjs' gradient of it ends at rank 4. */
export function tile(x: tf.Tensor, times: readonly number[]): tf.Tensor {
  const split = x.shape.flatMap((size, i) => [times[i] ?? 1, size]);
  const copies = x.shape.map((_, i) => 2 * i);
  const [y] = customOperation({
    inputs: { x },
    forward: () => [tf.tile(x, [...times])],
    backward: ([dy]) => ({ x: () => tf.sum(tf.reshape(dy as tf.Tensor, split), copies) }),
  });
  return y as tf.Tensor;
}

/** The slices along an axis. tfjs' gradient of it does not bear a single one. */
export function unstack(x: tf.Tensor, axis: number): tf.Tensor[] {
  const at = axis < 0 ? axis + x.rank : axis;
  return x.shape[at] === 1 ? [tf.squeeze(x, [at])] : tf.unstack(x, at);
}

const upSampling: Forward = (call) =>
  channelsLast(input(call), call.config, (x) => {
    const factors = perAxis(call.config, 'size', x.rank - 2, 2);
    const method = call.config['interpolation'];
    if (typeof method === 'string' && method !== 'nearest') {
      const size: [number, number] = [
        (x.shape[1] ?? 1) * (factors[0] ?? 1),
        (x.shape[2] ?? 1) * (factors[1] ?? 1),
      ];
      return resample(call.engine, x, size, method);
    }
    return factors.reduce((y, times, i) => repeat(y, times, i + 1), x);
  });

export const shapeLayers: ForwardTable = {
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  RepeatVector: repeatVector,
  ZeroPadding1D: zeroPadding,
  ZeroPadding2D: zeroPadding,
  ZeroPadding3D: zeroPadding,
  Cropping1D: cropping,
  Cropping2D: cropping,
  Cropping3D: cropping,
  UpSampling1D: upSampling,
  UpSampling2D: upSampling,
  UpSampling3D: upSampling,
};
