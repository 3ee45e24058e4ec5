import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import type * as tf from '../engine/tf';

export interface Standardized {
  /** (x − mean) / √(variance + ε) */
  readonly normalized: tf.Tensor;
  /** One value a group, in the order of the axes that are kept; not differentiated. */
  readonly mean: tf.Tensor;
  readonly variance: tf.Tensor;
}

/** Axes as runs kept, reduced, kept, reduced: enough for every normalization of Keras. */
type Runs = readonly [number, number, number, number];

function runsOf(shape: readonly number[], axes: readonly number[]): Runs {
  const runs: [number, number, number, number] = [1, 1, 1, 1];
  let at = 0;
  shape.forEach((size, axis) => {
    const reduced = axes.includes(axis);
    if (reduced !== (at % 2 === 1)) {
      at++;
    }
    if (at > 3) {
      throw new Error(
        `Statistics over the axes ${axes.join(', ')} of ${shape.length} are not known to the probe.`,
      );
    }
    runs[at] = (runs[at] as number) * size;
  });
  return runs;
}

/** Calls `visit(first element, group, length, step)` for every stretch of elements of one group. */
function stretches([a, r1, b, r2]: Runs, visit: (start: number, group: number) => void): void {
  for (let i = 0, start = 0; i < a; i++) {
    for (let j = 0; j < r1; j++) {
      for (let k = 0; k < b; k++, start += r2) {
        visit(start, i * b + k);
      }
    }
  }
}

/**
 * Takes mean and biased variance over some axes off x, in float64. `valid` (1 or 0 along x's first axes) leaves elements out of both, not
 * out of the result. Gradient: inv · (dy − w · (mean dy + x̂ · mean(dy · x̂))), w = valid, means over the valid ones.
 */
export function standardize(
  engine: Engine,
  x: tf.Tensor,
  axes: readonly number[],
  epsilon: number,
  valid: tf.Tensor | null = null,
): Standardized {
  const runs = runsOf(x.shape, axes);
  const groups = runs[0] * runs[2];
  const length = runs[3];
  const weights = valid === null ? null : Float32Array.from(engine.view(valid));
  const per = weights === null ? 1 : x.size / weights.length;
  const weightAt = (i: number) => (weights === null ? 1 : (weights[Math.floor(i / per)] as number));
  const counts = new Float64Array(groups);
  if (weights === null) {
    counts.fill(x.size / groups);
  } else {
    stretches(runs, (start, group) => {
      for (let i = start; i < start + length; i++) {
        counts[group] = (counts[group] as number) + weightAt(i);
      }
    });
  }
  const means = new Float64Array(groups);
  const variances = new Float64Array(groups);
  const inverses = new Float64Array(groups);
  const add = (to: Float64Array, group: number, value: number) => {
    to[group] = (to[group] as number) + value;
  };
  const divide = (sums: Float64Array) =>
    sums.forEach((sum, group) => (sums[group] = sum / (counts[group] as number)));

  const [normalized, mean, variance] = customOperation({
    inputs: { x },
    forward: (save) => {
      const out = engine.produce([x.shape, [groups], [groups]], ([y, m, v]) => {
        const from = engine.view(x);
        const to = y as Float32Array;
        stretches(runs, (start, group) => {
          let sum = 0;
          for (let i = start; i < start + length; i++) {
            sum += (from[i] as number) * weightAt(i);
          }
          add(means, group, sum);
        });
        divide(means);
        stretches(runs, (start, group) => {
          const center = means[group] as number;
          let sum = 0;
          for (let i = start; i < start + length; i++) {
            sum += ((from[i] as number) - center) ** 2 * weightAt(i);
          }
          add(variances, group, sum);
        });
        divide(variances);
        variances.forEach((value, group) => (inverses[group] = 1 / Math.sqrt(value + epsilon)));
        stretches(runs, (start, group) => {
          const center = means[group] as number;
          const inverse = inverses[group] as number;
          for (let i = start; i < start + length; i++) {
            to[i] = ((from[i] as number) - center) * inverse;
          }
        });
        (m as Float32Array).set(means);
        (v as Float32Array).set(variances);
      });
      save(out[0] as tf.Tensor);
      return out;
    },
    backward: ([dy], [hat]) => ({
      x: () =>
        engine.produce([x.shape], ([dx]) => {
          const d = engine.view(dy as tf.Tensor);
          const h = engine.view(hat as tf.Tensor);
          const to = dx as Float32Array;
          const shift = new Float64Array(groups);
          const scale = new Float64Array(groups);
          // every element's gradient counts, the masked ones' too; it is shared among the valid ones
          stretches(runs, (start, group) => {
            let sum = 0;
            let product = 0;
            for (let i = start; i < start + length; i++) {
              sum += d[i] as number;
              product += (d[i] as number) * (h[i] as number);
            }
            add(shift, group, sum);
            add(scale, group, product);
          });
          divide(shift);
          divide(scale);
          stretches(runs, (start, group) => {
            const inverse = inverses[group] as number;
            const a = shift[group] as number;
            const b = scale[group] as number;
            for (let i = start; i < start + length; i++) {
              to[i] = inverse * ((d[i] as number) - weightAt(i) * (a + (h[i] as number) * b));
            }
          });
        })[0] as tf.Tensor,
    }),
  }) as [tf.Tensor, tf.Tensor, tf.Tensor];
  return { normalized, mean, variance };
}
