import { flagOf, numbersOf, stringOf } from '../../core/model/catalogue/configAccess';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';
import { input, inputMask, type Forward, type ForwardTable } from '../graph/layerCall';
import { channelsLast, type Geometry, isChannelsFirst, perAxis, slide } from './geometry';
import { averagePool, maxPool, reduceMax } from './pool';

type Pool = (engine: Engine, x: tf.Tensor, g: Geometry, outShape: readonly number[]) => tf.Tensor;

function pooling(pool: Pool): Forward {
  return (call) =>
    channelsLast(input(call), call.config, (x) => {
      const rank = x.rank - 2;
      const window = perAxis(call.config, 'pool_size', rank, 2);
      const strides =
        numbersOf(call.config, 'strides').length > 0 ? perAxis(call.config, 'strides', rank, 1) : window;
      const g = slide(
        x.shape[0] ?? 0,
        x.shape.slice(1, -1),
        window,
        strides,
        [],
        stringOf(call.config, 'padding', 'valid'),
      );
      return pool(call.engine, x, g, [g.batch, ...g.out.slice(3 - rank), x.shape.at(-1) ?? 1]);
    });
}

function spatial(x: tf.Tensor, first: boolean): number[] {
  return Array.from({ length: x.rank - 2 }, (_, i) => i + (first ? 2 : 1));
}

const globalMax: Forward = (call) => {
  const x = input(call);
  return reduceMax(x, spatial(x, isChannelsFirst(call.config)), flagOf(call.config, 'keepdims'));
};

/** GlobalAveragePooling1D leaves masked steps out of the mean. */
const globalAverage: Forward = (call) => {
  const x = input(call);
  const axes = spatial(x, isChannelsFirst(call.config));
  const keepDims = flagOf(call.config, 'keepdims');
  const mask = call.className.endsWith('1D') ? inputMask(call) : null;
  if (mask === null) {
    return tf.mean(x, axes, keepDims);
  }
  const valid = tf.expandDims(mask, isChannelsFirst(call.config) ? 1 : 2);
  return {
    outputs: [tf.div(tf.sum(tf.mul(x, valid), axes, keepDims), tf.sum(valid, axes, keepDims))],
    masks: [null],
  };
};

/** AdaptivePooling: windows whose ends are rounded, one an output (PyTorch's rule, keras 3.13 and later). */
function adaptive(reduce: (x: tf.Tensor, axis: number) => tf.Tensor): Forward {
  return (call) =>
    channelsLast(input(call), call.config, (x) => {
      let y = x;
      const wanted = perAxis(call.config, 'output_size', x.rank - 2, 1);
      wanted.forEach((count, i) => {
        const axis = i + 1;
        const size = y.shape[axis] ?? 1;
        const parts = Array.from({ length: count }, (_, k) => {
          const start = Math.floor((k * size) / count);
          const end = Math.ceil(((k + 1) * size) / count);
          const begin = y.shape.map((_s, a) => (a === axis ? start : 0));
          return reduce(
            tf.slice(
              y,
              begin,
              y.shape.map((s, a) => (a === axis ? end - start : s)),
            ),
            axis,
          );
        });
        y = tf.concat(parts, axis);
      });
      return y;
    });
}

export const poolingLayers: ForwardTable = {
  MaxPooling1D: pooling(maxPool),
  MaxPooling2D: pooling(maxPool),
  MaxPooling3D: pooling(maxPool),
  AveragePooling1D: pooling(averagePool),
  AveragePooling2D: pooling(averagePool),
  AveragePooling3D: pooling(averagePool),
  GlobalMaxPooling1D: globalMax,
  GlobalMaxPooling2D: globalMax,
  GlobalMaxPooling3D: globalMax,
  GlobalAveragePooling1D: globalAverage,
  GlobalAveragePooling2D: globalAverage,
  GlobalAveragePooling3D: globalAverage,
  AdaptiveAveragePooling1D: adaptive((x, axis) => tf.mean(x, axis, true)),
  AdaptiveAveragePooling2D: adaptive((x, axis) => tf.mean(x, axis, true)),
  AdaptiveAveragePooling3D: adaptive((x, axis) => tf.mean(x, axis, true)),
  AdaptiveMaxPooling1D: adaptive((x, axis) => reduceMax(x, [axis], true)),
  AdaptiveMaxPooling2D: adaptive((x, axis) => reduceMax(x, [axis], true)),
  AdaptiveMaxPooling3D: adaptive((x, axis) => reduceMax(x, [axis], true)),
};
