/** A matrix in row-major order inside an array: rows `stride` values apart, from `offset`. */
export interface Matrix {
  readonly values: Float32Array;
  readonly offset: number;
  readonly stride: number;
}

/** The arithmetic that engines do on plain values. The reference is plain TypeScript; the wasm engine has SIMD kernels. */
export interface Kernels {
  /** C (rows × columns) = op(A) · op(B), or += with `accumulate`; inner = the dimension summed over. */
  gemm(
    a: Matrix,
    b: Matrix,
    c: Matrix,
    size: { readonly rows: number; readonly inner: number; readonly columns: number },
    flags: { readonly transposeA?: boolean; readonly transposeB?: boolean; readonly accumulate?: boolean },
  ): void;
}
