import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';
import type { ConvolutionKernels } from '../kernels/wasmConvolution';
import { eachPair, type Geometry, volume } from './geometry';

/** Largest of each window; the gradient goes to the first largest in reading order, as in TensorFlow. Padding never wins. */
export function maxPool(engine: Engine, x: tf.Tensor, g: Geometry, outShape: readonly number[]): tf.Tensor {
  const own = engine.convolution;
  if (own?.fits(g) === true) {
    return maxPoolByKernels(engine, own, x, g, outShape);
  }
  const channels = x.shape.at(-1) ?? 1;
  const pixels = volume(g.size);
  const outs = volume(g.out);
  let winners = new Int32Array();
  const [y] = customOperation({
    inputs: { x },
    forward: () => {
      winners = new Int32Array(g.batch * outs * channels).fill(-1);
      return engine.produce([outShape], ([to]) => {
        const from = engine.view(x);
        const target = to as Float32Array;
        eachPair(g, (pixel, out) => {
          for (let n = 0; n < g.batch; n++) {
            const source = (n * pixels + pixel) * channels;
            const place = (n * outs + out) * channels;
            for (let c = 0; c < channels; c++) {
              const value = from[source + c] as number;
              const best = target[place + c] as number;
              if (winners[place + c] === -1 || value > best || (Number.isNaN(value) && !Number.isNaN(best))) {
                target[place + c] = value;
                winners[place + c] = source + c;
              }
            }
          }
        });
      });
    },
    backward: ([dy]) => ({
      x: () =>
        engine.produce([x.shape], ([to]) => {
          const from = engine.view(dy as tf.Tensor);
          const target = to as Float32Array;
          winners.forEach((winner, i) => {
            if (winner >= 0) {
              target[winner] = (target[winner] as number) + (from[i] as number);
            }
          });
        })[0] as tf.Tensor,
    }),
  });
  return y as tf.Tensor;
}

function maxPoolByKernels(
  engine: Engine,
  own: ConvolutionKernels,
  x: tf.Tensor,
  g: Geometry,
  outShape: readonly number[],
): tf.Tensor {
  const floats = (t: tf.Tensor | undefined) => engine.view(t as tf.Tensor) as Float32Array;
  const [y] = customOperation({
    inputs: { x },
    forward: (save) => {
      const [out, winners] = engine.produce(
        [outShape, outShape],
        ([to, places]) => own.maxPool(g, floats(x), to as Float32Array, places as Float32Array),
        'any',
      );
      save(winners as tf.Tensor);
      return [out as tf.Tensor];
    },
    backward: ([dy], [winners]) => ({
      x: () =>
        engine.produce([x.shape], ([to]) =>
          own.maxPoolGradient(floats(dy), floats(winners), to as Float32Array),
        )[0] as tf.Tensor,
    }),
  });
  return y as tf.Tensor;
}

/** Mean of each window over its elements inside the image: padding is not counted. */
export function averagePool(
  engine: Engine,
  x: tf.Tensor,
  g: Geometry,
  outShape: readonly number[],
): tf.Tensor {
  const channels = x.shape.at(-1) ?? 1;
  const pixels = volume(g.size);
  const outs = volume(g.out);
  const counts = new Float64Array(outs);
  eachPair(g, (_pixel, out) => {
    counts[out] = (counts[out] as number) + 1;
  });
  const [y] = customOperation({
    inputs: { x },
    forward: () =>
      engine.produce([outShape], ([to]) => {
        const from = engine.view(x);
        const target = to as Float32Array;
        const sums = new Float64Array(target.length);
        eachPair(g, (pixel, out) => {
          for (let n = 0; n < g.batch; n++) {
            const source = (n * pixels + pixel) * channels;
            const place = (n * outs + out) * channels;
            for (let c = 0; c < channels; c++) {
              sums[place + c] = (sums[place + c] as number) + (from[source + c] as number);
            }
          }
        });
        for (let i = 0; i < sums.length; i++) {
          target[i] = (sums[i] as number) / (counts[Math.floor(i / channels) % outs] as number);
        }
      }),
    backward: ([dy]) => ({
      x: () =>
        engine.produce([x.shape], ([to]) => {
          const from = engine.view(dy as tf.Tensor);
          const target = to as Float32Array;
          eachPair(g, (pixel, out) => {
            const share = 1 / (counts[out] as number);
            for (let n = 0; n < g.batch; n++) {
              const place = (n * pixels + pixel) * channels;
              const source = (n * outs + out) * channels;
              for (let c = 0; c < channels; c++) {
                target[place + c] = (target[place + c] as number) + share * (from[source + c] as number);
              }
            }
          });
        })[0] as tf.Tensor,
    }),
  });
  return y as tf.Tensor;
}

/** Maximum over axes; the gradient is shared equally by equal elements (TensorFlow's reduce_max). */
export function reduceMax(x: tf.Tensor, axes: readonly number[], keepDims = false): tf.Tensor {
  const [y] = customOperation({
    inputs: { x },
    forward: (save) => {
      const kept = tf.max(x, [...axes], true);
      save(x, kept);
      return [keepDims ? kept : tf.squeeze(kept, [...axes])];
    },
    backward: ([dy], [a, b]) => ({
      x: () => {
        const winners = tf.cast(tf.equal(a as tf.Tensor, b as tf.Tensor), 'float32');
        const shares = tf.div(winners, tf.sum(winners, [...axes], true));
        return tf.mul(shares, tf.reshape(dy as tf.Tensor, (b as tf.Tensor).shape));
      },
    }),
  });
  return y as tf.Tensor;
}
