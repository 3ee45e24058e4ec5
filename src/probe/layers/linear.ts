import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';
import { affine } from './affine';

/** y = x · W + b over the last axis of x, with one gradient node for all three. */
export function linear(x: tf.Tensor, kernel: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  const inner = kernel.shape[0] ?? 0;
  const outer = kernel.shape[1] ?? 0;
  const rows = x.size / inner;
  const flat = (t: tf.Tensor, columns: number) => tf.reshape(t, [rows, columns]) as tf.Tensor2D;
  const [y] = customOperation({
    inputs: bias === null ? { x, kernel } : { x, kernel, bias },
    forward: (save) => {
      save(x, kernel);
      const product = tf.matMul(flat(x, inner), kernel as tf.Tensor2D);
      return [tf.reshape(bias === null ? product : tf.add(product, bias), [...x.shape.slice(0, -1), outer])];
    },
    backward: ([dy], [a, w]) => {
      const dz = flat(dy as tf.Tensor, outer);
      return {
        x: () => tf.reshape(tf.matMul(dz, w as tf.Tensor2D, false, true), (a as tf.Tensor).shape),
        kernel: () => tf.matMul(flat(a as tf.Tensor, inner), dz, true, false),
        bias: () => tf.sum(dz, 0),
      };
    },
  });
  return y as tf.Tensor;
}

/** x + b along the last axis. */
export function addBias(engine: Engine, x: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  return affine(engine, x, null, bias);
}
