import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import type * as tf from '../engine/tf';

/** A normalised batch and its statistics, one value a channel. */
export interface NormalizedBatch {
  readonly output: tf.Tensor;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/**
 * γ (x − mean) / √(variance + ε) + β over all axes but the last. With S₁ = Σ dy, S₂ = Σ dy (x − mean), n rows and inv = 1/√(variance + ε):
 * dx = γ inv (dy − S₁/n − (x − mean) inv² S₂/n), dγ = inv S₂, dβ = S₁.
 */
export function batchNormalize(
  engine: Engine,
  x: tf.Tensor,
  gamma: tf.Tensor | null,
  beta: tf.Tensor | null,
  epsilon: number,
): NormalizedBatch {
  const { kernels } = engine;
  const columns = x.shape.at(-1) ?? 1;
  const rows = x.size / columns;
  const floats = (t: tf.Tensor | undefined) => engine.view(t as tf.Tensor) as Float32Array;
  const { mean, variance } = kernels.columnMoments(floats(x), columns);
  const inverse = variance.map((v) => 1 / Math.sqrt(v + epsilon));
  const factors = gamma === null ? new Float32Array(columns).fill(1) : floats(gamma).slice();
  const shift = beta === null ? new Float32Array(columns) : floats(beta).slice();
  const scale = inverse.map((inv, j) => inv * (factors[j] as number));
  const made = (shape: readonly number[], fill: (to: Float32Array) => void) =>
    engine.produce([shape], ([to]) => fill(to as Float32Array), 'any')[0] as tf.Tensor;
  const [output] = customOperation({
    inputs: { x, ...(gamma === null ? {} : { gamma }), ...(beta === null ? {} : { beta }) },
    forward: (save) => {
      save(x);
      return [made(x.shape, (to) => kernels.centerAndScale(floats(x), { center: mean, scale, shift }, to))];
    },
    backward: ([dy], [saved]) => {
      const { sums, products } = kernels.columnProducts(floats(dy), floats(saved), { center: mean });
      return {
        x: () => {
          const b = scale.map((s, j) => (-s * (inverse[j] as number) ** 2 * (products[j] as number)) / rows);
          const c = scale.map((s, j) => (-s * (sums[j] as number)) / rows);
          return made(x.shape, (to) =>
            kernels.combineColumns(floats(dy), floats(saved), { center: mean, a: scale, b, c }, to),
          );
        },
        gamma: () => made([columns], (to) => to.set(products.map((p, j) => p * (inverse[j] as number)))),
        beta: () => made([columns], (to) => to.set(sums)),
      };
    },
  });
  return { output: output as tf.Tensor, mean, variance };
}
