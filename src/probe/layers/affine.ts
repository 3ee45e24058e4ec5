import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';

/**
 * y = x · γ + β, either of them optional, where element i uses parameter ⌊i / inner⌋ mod size: inner = 1 for weights along the last axes.
 * Sums of the gradients are taken in float64.
 */
export function affine(
  engine: Engine,
  x: tf.Tensor,
  gamma: tf.Tensor | null,
  beta: tf.Tensor | null,
  inner = 1,
): tf.Tensor {
  const size = gamma?.size ?? beta?.size ?? 0;
  if (size === 0) {
    return x;
  }
  const blocks = x.size / (size * inner);
  /** visit(element, parameter), element by element. */
  const sums = (d: Float32Array, other: Float32Array | null, to: Float32Array) => {
    if (other === null && inner === 1) {
      engine.kernels.columnSums(d, blocks, size, to);
      return;
    }
    const total = new Float64Array(size);
    for (let block = 0, i = 0; block < blocks; block++) {
      for (let p = 0; p < size; p++) {
        for (let k = 0; k < inner; k++, i++) {
          total[p] = (total[p] as number) + (d[i] as number) * (other === null ? 1 : (other[i] as number));
        }
      }
    }
    to.set(total);
  };
  const map = (
    target: Float32Array,
    from: Float32Array,
    scale: Float32Array | null,
    shift: Float32Array | null,
  ) => {
    if (inner === 1) {
      engine.kernels.scaleRows(from, size, scale, shift, target);
      return;
    }
    for (let block = 0, i = 0; block < blocks; block++) {
      for (let p = 0; p < size; p++) {
        const factor = scale === null ? 1 : (scale[p] as number);
        const offset = shift === null ? 0 : (shift[p] as number);
        for (let k = 0; k < inner; k++, i++) {
          target[i] = (from[i] as number) * factor + offset;
        }
      }
    }
  };
  const made = (shape: readonly number[], fill: (to: Float32Array) => void) =>
    engine.produce([shape], ([to]) => fill(to as Float32Array))[0] as tf.Tensor;
  const floats = (t: tf.Tensor) => engine.view(t) as Float32Array;
  const view = (t: tf.Tensor | null | undefined) => (t === null || t === undefined ? null : floats(t));
  const [y] = customOperation({
    inputs: { x, ...(gamma === null ? {} : { gamma }), ...(beta === null ? {} : { beta }) },
    forward: (save) => {
      if (gamma !== null) {
        save(x, gamma);
      }
      return [made(x.shape, (to) => map(to, floats(x), view(gamma), view(beta)))];
    },
    backward: ([dy], [savedX, savedGamma]) => {
      const d = dy as tf.Tensor;
      return {
        x: () =>
          savedGamma === undefined
            ? tf.clone(d)
            : made(x.shape, (to) => map(to, floats(d), view(savedGamma), null)),
        gamma: () => made(gamma?.shape ?? [], (to) => sums(floats(d), view(savedX), to)),
        beta: () => made(beta?.shape ?? [], (to) => sums(floats(d), null, to)),
      };
    },
  });
  return y as tf.Tensor;
}
