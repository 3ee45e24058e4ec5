import { flagOf, numberOf, numbersOf } from '../../core/model/catalogue/configAccess';
import * as tf from '../engine/tf';
import type { Forward, ForwardTable, LayerCall, Mask } from '../graph/layerCall';

function operands(call: LayerCall): readonly tf.Tensor[] {
  return call.inputs['inputs'] ?? Object.values(call.inputs).flat();
}

function masksOf(call: LayerCall): readonly Mask[] {
  return call.masks['inputs'] ?? Object.values(call.masks).flat();
}

/** Merged masks: valid where any input is (keras 3.15, `Merge.compute_mask`); none where an input has none. */
function anyValid(masks: readonly Mask[]): Mask {
  const [first, ...rest] = masks;
  if (first === undefined || first === null) {
    return null;
  }
  return rest.reduce<Mask>(
    (all, mask) => (all === null || mask === null ? null : tf.maximum(all, mask)),
    first,
  );
}

function folding(
  fold: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor,
  finish: (x: tf.Tensor, count: number) => tf.Tensor = (x) => x,
): Forward {
  return (call) => {
    const tensors = operands(call);
    const rank = Math.max(...tensors.map((t) => t.rank));
    // Keras puts the missing axes behind the batch
    const aligned = tensors.map((t) =>
      t.rank === rank
        ? t
        : tf.reshape(t, [t.shape[0] ?? 1, ...Array<number>(rank - t.rank).fill(1), ...t.shape.slice(1)]),
    );
    const merged = aligned.reduce((a, b) => fold(a, b));
    return { outputs: [finish(merged, tensors.length)], masks: [anyValid(masksOf(call))] };
  };
}

const concatenate: Forward = (call) => {
  const tensors = operands(call);
  const axis = numberOf(call.config, 'axis', -1);
  const rank = tensors[0]?.rank ?? 1;
  const at = axis < 0 ? axis + rank : axis;
  const masks = masksOf(call);
  const output = tf.concat([...tensors], at);
  if (masks.every((mask) => mask === null)) {
    return { outputs: [output], masks: [null] };
  }
  const full = tensors.map((t, i) => masks[i] ?? tf.ones(t.shape.slice(0, 2)));
  const mask = at === 1 ? tf.concat(full, 1) : full.reduce((a, b) => tf.mul(a, b));
  return { outputs: [output], masks: [mask] };
};

/** x / √max(Σx², ε) along an axis (keras.ops.normalize). */
export function normalizeAlong(x: tf.Tensor, axis: number): tf.Tensor {
  return tf.mul(x, tf.rsqrt(tf.maximum(tf.sum(tf.square(x), axis, true), 1e-12)));
}

const dot: Forward = (call) => {
  const [a, b] = operands(call) as [tf.Tensor, tf.Tensor];
  const axes = numbersOf(call.config, 'axes');
  const axis = (t: tf.Tensor, i: number) => {
    const wanted = axes[i] ?? axes[0] ?? -1;
    return wanted < 0 ? wanted + t.rank : wanted;
  };
  const axisA = axis(a, 0);
  const axisB = axis(b, 1);
  const normalize = flagOf(call.config, 'normalize');
  const left = normalize ? normalizeAlong(a, axisA) : a;
  const right = normalize ? normalizeAlong(b, axisB) : b;
  const last = (t: tf.Tensor, at: number) => {
    const order = t.shape.map((_, i) => i).filter((i) => i !== at);
    const moved = tf.transpose(t, [...order, at]);
    const size = t.shape[at] ?? 1;
    return {
      flat: tf.reshape<tf.Rank.R3>(moved, [t.shape[0] ?? 1, -1, size]),
      rest: order.slice(1).map((i) => t.shape[i] ?? 1),
    };
  };
  const l = last(left, axisA);
  const r = last(right, axisB);
  const product = tf.matMul(l.flat, r.flat, false, true);
  const shape = [...l.rest, ...r.rest];
  return {
    outputs: [tf.reshape(product, [a.shape[0] ?? 1, ...(shape.length === 0 ? [1] : shape)])],
    masks: [null],
  };
};

export const mergingLayers: ForwardTable = {
  Add: folding((a, b) => tf.add(a, b)),
  Subtract: folding((a, b) => tf.sub(a, b)),
  Multiply: folding((a, b) => tf.mul(a, b)),
  Average: folding(
    (a, b) => tf.add(a, b),
    (x, count) => tf.div(x, count),
  ),
  Maximum: folding((a, b) => tf.maximum(a, b)),
  Minimum: folding((a, b) => tf.minimum(a, b)),
  Concatenate: concatenate,
  Dot: dot,
};
