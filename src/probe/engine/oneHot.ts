import * as tf from './tf';

/** One-hot rows in float32; indices outside give zeros. TensorFlow.js refuses a depth of 1. */
export function oneHot(indices: tf.Tensor, depth: number): tf.Tensor {
  const hot = tf.cast(tf.oneHot(indices as tf.Tensor1D, Math.max(2, depth)), 'float32');
  return depth >= 2
    ? hot
    : tf.slice(
        hot,
        hot.shape.map(() => 0),
        [...hot.shape.slice(0, -1), depth],
      );
}
