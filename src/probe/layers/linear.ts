import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import type * as tf from '../engine/tf';
import { type FusedActivation, matrix } from '../kernels/kernels';
import { affine } from './affine';

/** φ(x · W + b) over the last axis of x, with one gradient node for everything; φ only where a kernel knows it. */
export function linear(
  engine: Engine,
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor | null,
  activation: FusedActivation = 'linear',
): tf.Tensor {
  const { kernels } = engine;
  const inner = kernel.shape[0] ?? 0;
  const columns = kernel.shape[1] ?? 0;
  const rows = x.size / inner;
  if (x.shape.at(-1) !== inner) {
    throw new Error(`A kernel for ${inner} features was given ${x.shape.at(-1)}.`);
  }
  const outShape = [...x.shape.slice(0, -1), columns];
  const floats = (t: tf.Tensor) => engine.view(t) as Float32Array;
  const [y] = customOperation({
    inputs: { x, kernel, ...(bias === null ? {} : { bias }) },
    forward: (save) => {
      const [out] = engine.produce(
        [outShape],
        ([to]) =>
          kernels.gemm(
            matrix(floats(x), inner),
            matrix(floats(kernel), columns),
            matrix(to as Float32Array, columns),
            { rows, inner, columns },
            { bias: bias === null ? null : floats(bias), activation },
          ),
        'any',
      );
      save(x, kernel, out as tf.Tensor);
      return [out as tf.Tensor];
    },
    backward: ([dy], [savedX, savedKernel, savedY]) => {
      // the gradient before the activation is needed up to three times
      let dz = dy as tf.Tensor;
      if (activation !== 'linear') {
        [dz] = engine.produce(
          [outShape],
          ([to]) =>
            kernels.activationGradient(
              floats(dy as tf.Tensor),
              floats(savedY as tf.Tensor),
              to as Float32Array,
              activation,
            ),
          'any',
        ) as [tf.Tensor];
      }
      return {
        x: () =>
          engine.produce(
            [x.shape],
            ([to]) =>
              kernels.gemm(
                matrix(floats(dz), columns),
                matrix(floats(savedKernel as tf.Tensor), columns),
                matrix(to as Float32Array, inner),
                { rows, inner: columns, columns: inner },
                { transposeB: true },
              ),
            'any',
          )[0] as tf.Tensor,
        kernel: () =>
          engine.produce(
            [kernel.shape],
            ([to]) =>
              kernels.gemm(
                matrix(floats(savedX as tf.Tensor), inner),
                matrix(floats(dz), columns),
                matrix(to as Float32Array, columns),
                { rows: inner, inner: rows, columns },
                { transposeA: true },
              ),
            'any',
          )[0] as tf.Tensor,
        bias: () =>
          engine.produce([[columns]], ([to]) =>
            kernels.columnSums(floats(dz), rows, columns, to as Float32Array),
          )[0] as tf.Tensor,
      };
    },
  });
  return y as tf.Tensor;
}

/** x + b along the last axis. */
export function addBias(engine: Engine, x: tf.Tensor, bias: tf.Tensor | null): tf.Tensor {
  return affine(engine, x, null, bias);
}
