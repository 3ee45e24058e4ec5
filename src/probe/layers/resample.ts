import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';

/** Where each new element of an axis comes from: (1 − share) of `low` and share of `high`. */
interface Source {
  readonly low: number;
  readonly high: number;
  readonly share: number;
}

/** Half-pixel centres, as keras.ops.image.resize: new element i lies at (i + ½) · size / count − ½. */
function sources(size: number, count: number, method: string): Source[] {
  return Array.from({ length: count }, (_, i) => {
    if (method === 'nearest') {
      const at = Math.min(size - 1, Math.floor(((i + 0.5) * size) / count));
      return { low: at, high: at, share: 0 };
    }
    const at = Math.max(0, ((i + 0.5) * size) / count - 0.5);
    const low = Math.min(size - 1, Math.floor(at));
    return { low, high: Math.min(size - 1, low + 1), share: at - low };
  });
}

/** One axis resized. tfjs' own resizing is right, but its gradient knows no half-pixel centres. */
function resampleAxis(engine: Engine, x: tf.Tensor, axis: number, count: number, method: string): tf.Tensor {
  const size = x.shape[axis] ?? 1;
  const outer = x.shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const inner = x.shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const from = sources(size, count, method);
  const floats = (t: tf.Tensor | undefined) => engine.view(t as tf.Tensor) as Float32Array;
  const [y] = customOperation({
    inputs: { x },
    forward: () =>
      engine.produce([x.shape.map((n, i) => (i === axis ? count : n))], ([to]) => {
        const values = floats(x);
        const out = to as Float32Array;
        for (let o = 0; o < outer; o++) {
          from.forEach(({ low, high, share }, i) => {
            const [a, b, at] = [(o * size + low) * inner, (o * size + high) * inner, (o * count + i) * inner];
            for (let k = 0; k < inner; k++) {
              const start = values[a + k] as number;
              out[at + k] = start + ((values[b + k] as number) - start) * share;
            }
          });
        }
      }),
    backward: ([dy]) => ({
      x: () =>
        engine.produce([x.shape], ([to]) => {
          const slopes = floats(dy);
          const out = to as Float32Array;
          for (let o = 0; o < outer; o++) {
            from.forEach(({ low, high, share }, i) => {
              const [a, b, at] = [
                (o * size + low) * inner,
                (o * size + high) * inner,
                (o * count + i) * inner,
              ];
              for (let k = 0; k < inner; k++) {
                const slope = slopes[at + k] as number;
                out[a + k] = (out[a + k] as number) + slope * (1 - share);
                out[b + k] = (out[b + k] as number) + slope * share;
              }
            });
          }
        })[0] as tf.Tensor,
    }),
  });
  return y as tf.Tensor;
}

/** An image [batch, height, width, channels] in another size: 'nearest', else bilinear. */
export function resample(
  engine: Engine,
  image: tf.Tensor,
  [height, width]: readonly [number, number],
  method: string,
): tf.Tensor {
  const x = image.dtype === 'float32' ? image : tf.cast(image, 'float32');
  return resampleAxis(engine, resampleAxis(engine, x, 1, height, method), 2, width, method);
}
