import type { EngineName } from '../../core/report/report';
import type { ConvolutionKernels } from '../kernels/wasmConvolution';
import type { Kernels } from '../kernels/kernels';
import type * as tf from './tf';

/** What computes. Tensors are tfjs tensors on its backend; large layers run on their plain values through `hostOperation`. */
export interface Engine {
  readonly name: EngineName;
  /** Version of what computes. */
  readonly version: string;
  /** How many threads work just now. It changes with what else the machine does, so no report says it. */
  readonly threads: number;
  /** How many threads may work from now on: more than one only where nothing else wants the cores. Results are the same to the bit. */
  allowThreads(count: number): Promise<void>;
  /** The values of a tensor: a view where the engine has one (valid until the next allocation), else a copy. Not to be written. */
  view(tensor: tf.TensorInfo): Float32Array | Int32Array;
  /** Makes float tensors of these shapes and lets `fill` write their values: zero at the start, or anything where `fill` writes them all. */
  produce(
    shapes: readonly (readonly number[])[],
    fill: (outputs: Float32Array[]) => void,
    start?: 'zero' | 'any',
  ): tf.Tensor[];
  /** Whether `view` of a variable is the memory that the engine computes with, so that what is written there counts. */
  readonly inPlace: boolean;
  /** Replaces the values of a float tensor. */
  write(tensor: tf.Variable, values: Float32Array): void;
  /** Arithmetic on plain values; see kernels/kernels.ts. */
  readonly kernels: Kernels;
  /** Convolutions of images, where the engine has kernels for them; else they are unfolded into matrix products. */
  readonly convolution: ConvolutionKernels | null;
}
