import { flagOf, isSerialized, numberOf, numbersOf } from '../../core/model/catalogue/configAccess';
import { customOperation } from '../engine/customOperation';
import * as tf from '../engine/tf';
import {
  input,
  inputMask,
  optionalEntry,
  optionalWeight,
  weightEntry,
  type Forward,
  type CallWeight,
  type ForwardTable,
  type LayerCall,
} from '../graph/layerCall';
import { affine } from './affine';
import { batchNormalize } from './batchNormalize';
import { standardize } from './standardize';

function axesOf(call: LayerCall, rank: number): number[] {
  return numbersOf(call.config, 'axis').map((axis) => (axis < 0 ? axis + rank : axis));
}

/** x · γ + β, where they exist; `inner`: elements that share a parameter before the next one's turn. */
function scaleAndShift(call: LayerCall, x: tf.Tensor, inner = 1): tf.Tensor {
  return affine(call.engine, x, optionalWeight(call, 'gamma'), optionalWeight(call, 'beta'), inner);
}

const after = (shape: readonly number[], axis: number) => shape.slice(axis + 1).reduce((a, b) => a * b, 1);

/** keras 3.15: batch statistics while training, masked steps left out, biased variance in the moving average too. */
const batchNormalization: Forward = (call) => {
  const x = input(call);
  const [axis = x.rank - 1] = axesOf(call, x.rank);
  const others = x.shape.map((_, i) => i).filter((i) => i !== axis);
  const spread = x.shape.map((size, i) => (i === axis ? size : 1));
  const epsilon = numberOf(call.config, 'epsilon', 1e-3);
  const mean = weightEntry(call, 'moving_mean');
  const variance = weightEntry(call, 'moving_variance');
  if (!call.trainable || call.flags['training'] === false) {
    const inverse = tf.rsqrt(tf.add(tf.reshape(variance.tensor, spread), epsilon));
    return scaleAndShift(
      call,
      tf.mul(tf.sub(x, tf.reshape(mean.tensor, spread)), inverse),
      after(x.shape, axis),
    );
  }
  const mask = inputMask(call);
  const momentum = numberOf(call.config, 'momentum', 0.99);
  const track = (moving: CallWeight, now: ArrayLike<number>) =>
    call.update(moving, (old) => old.map((v, i) => v * momentum + (now[i] as number) * (1 - momentum)));
  if (mask === null && axis === x.rank - 1) {
    const batch = batchNormalize(
      call.engine,
      x,
      optionalWeight(call, 'gamma'),
      optionalWeight(call, 'beta'),
      epsilon,
    );
    track(mean, batch.mean);
    track(variance, batch.variance);
    return batch.output;
  }
  const batch = standardize(call.engine, x, others, epsilon, mask);
  track(mean, call.engine.view(batch.mean));
  track(variance, call.engine.view(batch.variance));
  return scaleAndShift(call, batch.normalized, after(x.shape, axis));
};

/** Statistics of each sample over `axis`; weights have the shape of those axes. */
const layerNormalization: Forward = (call) => {
  const x = input(call);
  const axes = axesOf(call, x.rank);
  const { normalized } = standardize(call.engine, x, axes, numberOf(call.config, 'epsilon', 1e-3));
  return scaleAndShift(call, normalized, after(x.shape, Math.max(...axes)));
};

const rmsNormalization: Forward = (call) => {
  const x = input(call);
  const axes = axesOf(call, x.rank);
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), axes, true), numberOf(call.config, 'epsilon', 1e-6)));
  const scale = optionalWeight(call, 'scale');
  const spread = x.shape.map((size, i) => (axes.includes(i) ? size : 1));
  const y = tf.mul(x, inverse);
  return scale === null ? y : tf.mul(y, tf.reshape(scale, spread));
};

/** Statistics of each sample over space and a group of channels. */
const groupNormalization: Forward = (call) => {
  const x = input(call);
  const [axis = x.rank - 1] = axesOf(call, x.rank);
  const channels = x.shape[axis] ?? 1;
  const wanted = numberOf(call.config, 'groups', 32);
  const groups = wanted === -1 ? channels : wanted;
  const split = [...x.shape.slice(0, axis), groups, channels / groups, ...x.shape.slice(axis + 1)];
  const over = split.map((_, i) => i).filter((i) => i !== 0 && i !== axis);
  const grouped = standardize(
    call.engine,
    tf.reshape(x, split),
    over,
    numberOf(call.config, 'epsilon', 1e-3),
  ).normalized;
  return scaleAndShift(call, tf.reshape(grouped, x.shape), after(x.shape, axis));
};

/** x · min(1/√Σx², 10¹²), keras 3.15. */
export function unitNormalize(x: tf.Tensor, axes: readonly number[]): tf.Tensor {
  const [y] = customOperation({
    inputs: { x },
    forward: (save) => {
      const inverse = tf.minimum(tf.rsqrt(tf.sum(tf.square(x), [...axes], true)), 1e12);
      const out = tf.mul(x, inverse);
      save(out, inverse);
      return [out];
    },
    backward: ([dy], [out, inverse]) => ({
      x: () => {
        const d = dy as tf.Tensor;
        const unit = out as tf.Tensor;
        return tf.mul(
          inverse as tf.Tensor,
          tf.sub(d, tf.mul(unit, tf.sum(tf.mul(d, unit), [...axes], true))),
        );
      },
    }),
  });
  return y as tf.Tensor;
}

const unitNormalization: Forward = (call) => {
  const x = input(call);
  return unitNormalize(x, axesOf(call, x.rank));
};

/**
 * The feature-wise (x − mean) / max(√variance, 1e-7) of the preprocessing layer, with statistics from its arguments or from given weights. Without
 * either it is taken to be adapted to the data, as `adapt` would have done: to those of the batch.
 */
const normalization: Forward = (call) => {
  const x = input(call);
  const axes = axesOf(call, x.rank);
  const spread =
    axes.length === 0 ? x.shape.map(() => 1) : x.shape.map((size, i) => (axes.includes(i) ? size : 1));
  const given = (name: string, weightName: string) => {
    const values = flatNumbers(call.config[name]);
    if (values.length > 0) {
      return values.length === 1 ? tf.scalar(values[0] ?? 0) : tf.reshape(tf.tensor1d(values), spread);
    }
    const w = optionalEntry(call, weightName);
    return w?.given === true ? tf.reshape(w.tensor, spread) : null;
  };
  const mean = given('mean', 'mean');
  const variance = given('variance', 'variance');
  if (mean === null || variance === null) {
    const all = x.shape.map((_, i) => i).filter((i) => !axes.includes(i) || i === 0);
    return standardize(call.engine, x, all, 1e-14).normalized;
  }
  const deviation = tf.maximum(tf.sqrt(variance), 1e-7);
  return flagOf(call.config, 'invert')
    ? tf.add(mean, tf.mul(x, deviation))
    : tf.div(tf.sub(x, mean), deviation);
};

function flatNumbers(value: unknown): number[] {
  if (typeof value === 'number') {
    return [value];
  }
  return Array.isArray(value) ? value.flatMap(flatNumbers) : [];
}

/**
 * keras 3.15, SpectralNormalization: before each training step the wrapped layer's kernel is *replaced* by itself over its largest singular
 * value (one power iteration a step); no gradient flows through the division.
 */
const spectralNormalization: Forward = (call) => {
  const layer = call.config['layer'];
  if (!isSerialized(layer)) {
    throw new Error('SpectralNormalization wraps no layer.');
  }
  const isVector = ({ name }: CallWeight) => name.endsWith('vector_u') || name.endsWith('sn_u');
  const vector = call.weights.find(isVector);
  const kernel = call.weights.find(({ name }) => /(^|\/)(kernel|embeddings)$/.test(name));
  const own = call.weights.filter((each) => !isVector(each));
  if (vector === undefined || kernel === undefined) {
    throw new Error('SpectralNormalization has no kernel to normalise.');
  }
  const outer = kernel.tensor.shape.at(-1) ?? 1;
  if (call.flags['training'] === false) {
    return call.inner({
      className: layer.class_name,
      config: layer.config,
      inputs: call.inputs,
      masks: call.masks,
      weights: own,
    });
  }
  const [normalized] = customOperation({
    inputs: { kernel: kernel.tensor },
    forward: () => {
      const matrix = tf.reshape<tf.Rank.R2>(kernel.tensor, [-1, outer]);
      const unit = (v: tf.Tensor) => tf.div<tf.Tensor2D>(v, tf.maximum(tf.sqrt(tf.sum(tf.square(v))), 1e-6));
      let right = tf.reshape<tf.Rank.R2>(vector.tensor, [1, outer]);
      let left = right;
      for (let i = 0; i < numberOf(call.config, 'power_iterations', 1); i++) {
        left = unit(tf.matMul(right, matrix, false, true));
        right = unit(tf.matMul(left, matrix));
      }
      const result = tf.div(kernel.tensor, tf.sum(tf.mul(tf.matMul(left, matrix), right)));
      const [newVector, newKernel] = [right, result].map((t) => Float32Array.from(call.engine.view(t)));
      call.update(vector, () => newVector as Float32Array);
      call.update(kernel, () => newKernel as Float32Array);
      return [result];
    },
    backward: ([dy]) => ({ kernel: () => tf.clone(dy as tf.Tensor) }),
  });
  return call.inner({
    className: layer.class_name,
    config: layer.config,
    inputs: call.inputs,
    masks: call.masks,
    weights: own.map((each) =>
      each === kernel ? { ...each, name: each.name, tensor: normalized as tf.Tensor } : each,
    ),
  });
};

export const normalizationLayers: ForwardTable = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  RMSNormalization: rmsNormalization,
  GroupNormalization: groupNormalization,
  UnitNormalization: unitNormalization,
  Normalization: normalization,
  SpectralNormalization: spectralNormalization,
};
