import { customOperation } from '../engine/customOperation';
import * as tf from '../engine/tf';

export interface Standardized {
  /** (x − mean) / √(variance + ε) */
  readonly normalized: tf.Tensor;
  /** With kept axes; not differentiated. */
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/**
 * Takes mean and biased variance over some axes off x. `valid` (1 or 0, broadcast against x) leaves elements out of both, not out of the
 * result. Gradient: inv · (dy − w · (mean dy + x̂ · mean(dy · x̂))), w = valid, means over the valid ones.
 */
export function standardize(
  x: tf.Tensor,
  axes: readonly number[],
  epsilon: number,
  valid: tf.Tensor | null = null,
): Standardized {
  const over = [...axes];
  const count =
    valid === null
      ? tf.scalar(over.reduce((n, axis) => n * (x.shape[axis] ?? 1), 1))
      : tf.sum(tf.mul(valid, tf.onesLike(x)), over, true);
  const total = (t: tf.Tensor) => tf.sum(valid === null ? t : tf.mul(t, valid), over, true);
  const [normalized, mean, variance] = customOperation({
    inputs: { x },
    forward: (save) => {
      const m = tf.div(total(x), count);
      const centered = tf.sub(x, m);
      const v = tf.div(total(tf.square(centered)), count);
      const inverse = tf.rsqrt(tf.add(v, epsilon));
      const y = tf.mul(centered, inverse);
      save(y, inverse, count, ...(valid === null ? [] : [valid]));
      return [y, m, v];
    },
    backward: ([dy], [y, inverse, n, weights]) => ({
      x: () => {
        const d = dy as tf.Tensor;
        const hat = y as tf.Tensor;
        // every element's gradient counts, the masked ones' too; it is shared among the valid ones
        const shift = tf.div(tf.sum(d, over, true), n as tf.Tensor);
        const scale = tf.div(tf.sum(tf.mul(d, hat), over, true), n as tf.Tensor);
        const common = tf.add(shift, tf.mul(hat, scale));
        return tf.mul(
          inverse as tf.Tensor,
          tf.sub(d, weights === undefined ? common : tf.mul(common, weights)),
        );
      },
    }),
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return { normalized, mean, variance };
}
