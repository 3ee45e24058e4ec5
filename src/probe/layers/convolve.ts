import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';
import { fusedActivation } from '../activations/activation';
import type { ConvolutionKernels } from '../kernels/wasmConvolution';
import type { FusedActivation } from '../kernels/kernels';
import { addBias } from './linear';
import { eachPair, type Geometry, volume } from './geometry';

/**
 * Convolution as one matrix product over the unfolded image. Unfolded: [batch · outputs, taps · channels]; of `channels` values a pixel,
 * `width` from `first` on (a group).
 */
function unfold(
  engine: Engine,
  x: tf.Tensor,
  g: Geometry,
  channels: number,
  first: number,
  width: number,
): tf.Tensor2D {
  const taps = volume(g.window);
  const outs = volume(g.out);
  const pixels = volume(g.size);
  if (taps === 1 && outs === pixels && width === channels) {
    return tf.reshape(x, [g.batch * outs, width]);
  }
  const [columns] = engine.produce([[g.batch * outs, taps * width]], ([to]) => {
    const from = engine.view(x);
    const target = to as Float32Array;
    eachPair(g, (pixel, out, tap) => {
      for (let n = 0; n < g.batch; n++) {
        const source = (n * pixels + pixel) * channels + first;
        const place = (n * outs + out) * taps * width + tap * width;
        for (let c = 0; c < width; c++) {
          target[place + c] = from[source + c] as number;
        }
      }
    });
  });
  return columns as tf.Tensor2D;
}

/** The transpose of `unfold`: adds what every window holds back to the pixels; several groups side by side. */
function fold(
  engine: Engine,
  groups: readonly tf.Tensor[],
  shape: readonly number[],
  g: Geometry,
  channels: number,
): tf.Tensor {
  const taps = volume(g.window);
  const outs = volume(g.out);
  const pixels = volume(g.size);
  const width = channels / groups.length;
  if (taps === 1 && outs === pixels && groups.length === 1) {
    return tf.reshape(groups[0] as tf.Tensor, [...shape]);
  }
  const [image] = engine.produce([shape], ([to]) => {
    const target = to as Float32Array;
    groups.forEach((group, index) => {
      const from = engine.view(group);
      eachPair(g, (pixel, out, tap) => {
        for (let n = 0; n < g.batch; n++) {
          const place = (n * pixels + pixel) * channels + index * width;
          const source = (n * outs + out) * taps * width + tap * width;
          for (let c = 0; c < width; c++) {
            target[place + c] = (target[place + c] as number) + (from[source + c] as number);
          }
        }
      });
    });
  });
  return image as tf.Tensor;
}

/** A range of the last axis. */
function channelsOf(x: tf.Tensor, first: number, width: number): tf.Tensor {
  const channels = x.shape.at(-1) ?? 0;
  if (width === channels) {
    return x;
  }
  const begin = x.shape.map((_, i) => (i === x.rank - 1 ? first : 0));
  return tf.slice(x, begin, [...x.shape.slice(0, -1), width]);
}

/** What is added and applied to a convolution's result. */
export interface Finish {
  readonly bias: tf.Tensor | null;
  readonly activation: FusedActivation;
}

const floatsOf = (engine: Engine) => (t: tf.Tensor | undefined) =>
  engine.view(t as tf.Tensor) as Float32Array;

/**
 * φ(x ∗ kernel + bias): x [batch, …, channels], kernel [window…, channels / groups, filters]; result [batch, …out, filters].
 */
export function convolve(
  engine: Engine,
  x: tf.Tensor,
  kernel: tf.Tensor,
  g: Geometry,
  outShape: readonly number[],
  groups: number,
  { bias, activation }: Finish = { bias: null, activation: 'linear' },
): tf.Tensor {
  const own = engine.convolution;
  if ((x.shape.at(-1) ?? 0) !== (kernel.shape.at(-2) ?? 0) * groups) {
    throw new Error(
      `Filters for ${kernel.shape.at(-2)} channels in ${groups} groups were given ${x.shape.at(-1)}.`,
    );
  }
  if (own === null || !own.fits(g)) {
    const z = addBias(engine, convolveUnfolded(engine, x, kernel, g, outShape, groups), bias);
    return fusedActivation(engine, z, activation);
  }
  const { kernels } = engine;
  const floats = floatsOf(engine);
  const filters = kernel.shape.at(-1) ?? 0;
  const reserve = () => own.reserve(g, x.shape.at(-1) ?? 0, filters);
  const [y] = customOperation({
    inputs: { x, kernel, ...(bias === null ? {} : { bias }) },
    forward: (save) => {
      reserve();
      const out = engine.produce(
        [outShape],
        ([to]) =>
          own.forward(
            g,
            floats(x),
            floats(kernel),
            groups,
            bias === null ? null : floats(bias),
            activation,
            to as Float32Array,
          ),
        'any',
      );
      save(x, kernel, ...(activation === 'linear' ? [] : out));
      return out;
    },
    backward: ([dy], [savedX, savedKernel, savedY]) => {
      reserve();
      let dz = dy as tf.Tensor;
      if (activation !== 'linear') {
        [dz] = engine.produce(
          [outShape],
          ([to]) => kernels.activationGradient(floats(dy), floats(savedY), to as Float32Array, activation),
          'any',
        ) as [tf.Tensor];
      }
      const made = (shape: readonly number[], fill: (to: Float32Array) => void) =>
        engine.produce([shape], ([to]) => fill(to as Float32Array))[0] as tf.Tensor;
      return {
        x: () => made(x.shape, (to) => own.inputGradient(g, floats(dz), floats(savedKernel), groups, to)),
        kernel: () =>
          made(kernel.shape, (to) => own.filterGradient(g, floats(savedX), floats(dz), groups, to)),
        bias: () => made([filters], (to) => kernels.columnSums(floats(dz), dz.size / filters, filters, to)),
      };
    },
  });
  return y as tf.Tensor;
}

/** The same by unfolding, without bias: for volumes, and for engines without kernels of our own. */
function convolveUnfolded(
  engine: Engine,
  x: tf.Tensor,
  kernel: tf.Tensor,
  g: Geometry,
  outShape: readonly number[],
  groups: number,
): tf.Tensor {
  const channels = x.shape.at(-1) ?? 0;
  const filters = kernel.shape.at(-1) ?? 0;
  const width = channels / groups;
  const each = filters / groups;
  const taps = volume(g.window);
  const rows = g.batch * volume(g.out);
  const indices = Array.from({ length: groups }, (_, i) => i);
  const flat = (w: tf.Tensor) => tf.reshape(w, [taps * width, filters]);
  const [y] = customOperation({
    inputs: { x, kernel },
    forward: (save) => {
      save(x, kernel);
      const w = flat(kernel);
      const parts = indices.map((i) =>
        tf.matMul(
          unfold(engine, x, g, channels, i * width, width),
          channelsOf(w, i * each, each) as tf.Tensor2D,
        ),
      );
      return [tf.reshape(groups === 1 ? (parts[0] as tf.Tensor) : tf.concat(parts, 1), [...outShape])];
    },
    backward: ([dy], [a, w]) => {
      const dz = tf.reshape(dy as tf.Tensor, [rows, filters]);
      const part = (i: number) => channelsOf(dz, i * each, each) as tf.Tensor2D;
      return {
        x: () => {
          const columns = indices.map((i) =>
            tf.matMul(part(i), channelsOf(flat(w as tf.Tensor), i * each, each) as tf.Tensor2D, false, true),
          );
          return fold(engine, columns, x.shape, g, channels);
        },
        kernel: () => {
          const parts = indices.map((i) =>
            tf.matMul(unfold(engine, a as tf.Tensor, g, channels, i * width, width), part(i), true, false),
          );
          return tf.reshape(groups === 1 ? (parts[0] as tf.Tensor) : tf.concat(parts, 1), kernel.shape);
        },
      };
    },
  });
  return y as tf.Tensor;
}

/**
 * Transposed convolution without bias: the gradient of a convolution with geometry `g`, whose *output* is x and whose *input* is the result.
 * kernel [window…, filters, channels].
 */
export function convolveTransposed(
  engine: Engine,
  x: tf.Tensor,
  kernel: tf.Tensor,
  g: Geometry,
  outShape: readonly number[],
): tf.Tensor {
  const channels = x.shape.at(-1) ?? 0;
  const filters = kernel.shape.at(-2) ?? 0;
  const rows = g.batch * volume(g.out);
  const flatKernel = (w: tf.Tensor) => tf.reshape<tf.Rank.R2>(w, [volume(g.window) * filters, channels]);
  const flat = (t: tf.Tensor) => tf.reshape<tf.Rank.R2>(t, [rows, channels]);
  const own = engine.convolution;
  if (own !== null && own.fits(g)) {
    return transposedByKernels(engine, own, x, kernel, g, outShape);
  }
  const [y] = customOperation({
    inputs: { x, kernel },
    forward: (save) => {
      save(x, kernel);
      return [fold(engine, [tf.matMul(flat(x), flatKernel(kernel), false, true)], outShape, g, filters)];
    },
    backward: ([dy], [a, w]) => {
      const columns = () => unfold(engine, dy as tf.Tensor, g, filters, 0, filters);
      return {
        x: () => tf.reshape(tf.matMul(columns(), flatKernel(w as tf.Tensor)), x.shape),
        kernel: () => tf.reshape(tf.matMul(columns(), flat(a as tf.Tensor), true, false), kernel.shape),
      };
    },
  });
  return y as tf.Tensor;
}

function transposedByKernels(
  engine: Engine,
  own: ConvolutionKernels,
  x: tf.Tensor,
  kernel: tf.Tensor,
  g: Geometry,
  outShape: readonly number[],
): tf.Tensor {
  const floats = floatsOf(engine);
  const reserve = () => own.reserve(g, kernel.shape.at(-2) ?? 0, kernel.shape.at(-1) ?? 0);
  const made = (shape: readonly number[], fill: (to: Float32Array) => void) =>
    engine.produce([shape], ([to]) => fill(to as Float32Array))[0] as tf.Tensor;
  const [y] = customOperation({
    inputs: { x, kernel },
    forward: (save) => {
      reserve();
      save(x, kernel);
      return [made(outShape, (to) => own.inputGradient(g, floats(x), floats(kernel), 1, to))];
    },
    backward: ([dy], [savedX, savedKernel]) => {
      reserve();
      return {
        x: () =>
          made(x.shape, (to) => own.forward(g, floats(dy), floats(savedKernel), 1, null, 'linear', to)),
        kernel: () => made(kernel.shape, (to) => own.filterGradient(g, floats(dy), floats(savedX), 1, to)),
      };
    },
  });
  return y as tf.Tensor;
}

/** Depthwise convolution without bias: kernel [window…, channels, multiplier]; result channel c · multiplier + m. */
export function convolveDepthwise(
  engine: Engine,
  x: tf.Tensor,
  kernel: tf.Tensor,
  g: Geometry,
  outShape: readonly number[],
): tf.Tensor {
  const channels = x.shape.at(-1) ?? 0;
  const multiplier = kernel.shape.at(-1) ?? 1;
  const pixels = volume(g.size) * channels;
  const filters = channels * multiplier;
  const outs = volume(g.out) * filters;
  /** visit(index into x, index into kernel, index into y) */
  const each = (visit: (from: number, tap: number, to: number) => void) =>
    eachPair(g, (pixel, out, tap) => {
      for (let n = 0; n < g.batch; n++) {
        const from = n * pixels + pixel * channels;
        const to = n * outs + out * filters;
        for (let f = 0; f < filters; f++) {
          visit(from + Math.floor(f / multiplier), tap * filters + f, to + f);
        }
      }
    });
  const run = (
    shape: readonly number[],
    operands: readonly tf.Tensor[],
    pick: (from: number, tap: number, to: number) => Triplet,
  ) => {
    const [made] = engine.produce([shape], ([values]) => {
      const target = values as Float32Array;
      const [left, right] = operands.map((t) => engine.view(t)) as [Float32Array, Float32Array];
      each((from, tap, to) => {
        const [place, l, r] = pick(from, tap, to);
        target[place] = (target[place] as number) + (left[l] as number) * (right[r] as number);
      });
    });
    return made as tf.Tensor;
  };
  const [y] = customOperation({
    inputs: { x, kernel },
    forward: (save) => {
      save(x, kernel);
      return [run(outShape, [x, kernel], (from, tap, to) => [to, from, tap])];
    },
    backward: ([dy], [a, w]) => ({
      x: () => run(x.shape, [dy as tf.Tensor, w as tf.Tensor], (from, tap, to) => [from, to, tap]),
      kernel: () => run(kernel.shape, [dy as tf.Tensor, a as tf.Tensor], (from, tap, to) => [tap, to, from]),
    }),
  });
  return y as tf.Tensor;
}
type Triplet = readonly [number, number, number];
