import type { EngineName } from '../../core/report/report';
import * as tf from './tf';

/** What computes. Tensors are tfjs tensors on its backend; large layers run on their plain values through `hostOperation`. */
export interface Engine {
  readonly name: EngineName;
  readonly version: string;
  /** The values of a tensor: a view where the engine has one (valid until the next allocation), else a copy. Not to be written. */
  view(tensor: tf.TensorInfo): Float32Array | Int32Array;
  /** Makes float tensors of these shapes and lets `fill` write their values, zero at the start. */
  produce(shapes: readonly (readonly number[])[], fill: (outputs: Float32Array[]) => void): tf.Tensor[];
  /** Replaces the values of a float tensor, in place where the engine can. */
  write(tensor: tf.Variable, values: Float32Array): void;
  /** Arithmetic on plain values; see kernels/kernels.ts. */
  readonly kernels: import('../kernels/kernels').Kernels;
}
