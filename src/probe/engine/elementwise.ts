import type { Engine } from './engine';
import { customOperation } from './customOperation';
import type * as tf from './tf';

/** y = f(x) and its derivative, per element; `slope` sees x and y. */
export interface ScalarFunction {
  readonly f: (x: number) => number;
  readonly slope: (x: number, y: number) => number;
}

/** Applies a scalar function to every element, in float64, with its own gradient: one operation on every engine. */
export function elementwise(engine: Engine, x: tf.Tensor, { f, slope }: ScalarFunction): tf.Tensor {
  const map = (
    tensors: readonly tf.Tensor[],
    compute: (outputs: Float32Array, inputs: (Float32Array | Int32Array)[]) => void,
  ) => {
    const made = engine.produce([x.shape], ([out]) =>
      compute(
        out ?? new Float32Array(),
        tensors.map((t) => engine.view(t)),
      ),
    );
    return made[0] as tf.Tensor;
  };
  const [y] = customOperation({
    inputs: { x },
    forward: (save) => {
      const out = map([x], (to, [from = []]) => {
        for (let i = 0; i < to.length; i++) {
          to[i] = f(from[i] as number);
        }
      });
      save(x, out);
      return [out];
    },
    backward: ([dy], [savedX, savedY]) => ({
      x: () =>
        map([dy, savedX, savedY] as tf.Tensor[], (to, [d = [], a = [], b = []]) => {
          for (let i = 0; i < to.length; i++) {
            const gradient = d[i] as number;
            // 0 × ∞ is NaN: where no gradient arrives none leaves, as in TensorFlow's own relu-like kernels
            to[i] = gradient * slope(a[i] as number, b[i] as number);
          }
        }),
    }),
  });
  return y as tf.Tensor;
}
