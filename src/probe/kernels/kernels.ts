/** A matrix inside an array: element (i, j) stands at offset + i · stride + j. */
export interface Matrix {
  readonly values: Float32Array;
  readonly offset: number;
  readonly stride: number;
}

export interface ProductSize {
  readonly rows: number;
  /** The dimension summed over. */
  readonly inner: number;
  readonly columns: number;
}

export interface ProductOptions {
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
  /** C += … instead of C = …; without bias and activation. */
  readonly accumulate?: boolean;
  readonly bias?: Float32Array | null;
  readonly activation?: FusedActivation;
}

/** Activations that kernels apply themselves; their gradients follow from their outputs. */
export const fusedActivations = ['linear', 'relu', 'sigmoid', 'tanh'] as const;
export type FusedActivation = (typeof fusedActivations)[number];

/**
 * The arithmetic that engines do on plain values, in arrays that the engine made. The reference is plain TypeScript; the wasm engine has
 * SIMD kernels on TensorFlow.js' heap.
 */
export interface Kernels {
  /** C (rows × columns) = op(A) · op(B) (+ bias, activated). */
  gemm(a: Matrix, b: Matrix, c: Matrix, size: ProductSize, options?: ProductOptions): void;
  activation(x: Float32Array, out: Float32Array, kind: FusedActivation): void;
  /** out = d · φ′, from the activation's output y. */
  activationGradient(d: Float32Array, y: Float32Array, out: Float32Array, kind: FusedActivation): void;
  /** Sums over rows, in float64. */
  columnSums(x: Float32Array, rows: number, columns: number, out: Float32Array): void;
  /** out = x · scale + shift, one of each a column. */
  scaleRows(
    x: Float32Array,
    columns: number,
    scale: Float32Array | null,
    shift: Float32Array | null,
    out: Float32Array,
  ): void;
}

export function matrix(values: Float32Array, stride: number, offset = 0): Matrix {
  return { values, stride, offset };
}
