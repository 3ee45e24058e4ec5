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
  /** Mean and biased variance of every column. */
  columnMoments(
    x: Float32Array,
    columns: number,
  ): { readonly mean: Float64Array; readonly variance: Float64Array };
  /** out = (x − center) · scale + shift, one of each a column. */
  centerAndScale(x: Float32Array, columns: Columns<'center' | 'scale' | 'shift'>, out: Float32Array): void;
  /** Σ d and Σ d · (x − center) of every column. */
  columnProducts(
    d: Float32Array,
    x: Float32Array,
    columns: Columns<'center'>,
  ): { readonly sums: Float64Array; readonly products: Float64Array };
  /** out = d · a + (x − center) · b + c, one of each a column. */
  combineColumns(
    d: Float32Array,
    x: Float32Array,
    columns: Columns<'center' | 'a' | 'b' | 'c'>,
    out: Float32Array,
  ): void;
  /** What the report needs of an output [batch, …]. */
  outputSums(x: Float32Array | Int32Array, batch: number): OutputSums;
  /** Σx² in float64. */
  squares(x: Float32Array): number;
  /** How many values lie beyond ±limit. */
  countBeyond(x: Float32Array, limit: number): number;
  /** Largest value of every column, at least 0. */
  columnPeaks(x: Float32Array, columns: number): Float32Array;
  /** Whole sequences of LSTM and GRU with sigmoid gates and tanh, where the engine has kernels for them. */
  readonly recurrent: RecurrentKernels | null;
  /** m += (g − m)(1 − β₁), v += (s − v)(1 − β₂), w −= α m / (√v + ε); s: `squares`, else g². */
  adam(
    w: Float32Array,
    m: Float32Array,
    v: Float32Array,
    g: Float32Array,
    step: AdamStep,
    squares?: Float32Array | null,
  ): void;
  /** Σ (a − b)², in float64. */
  squaredDistance(a: Float32Array, b: Float32Array): number;
  /** w += factor · g */
  addScaled(w: Float32Array, g: Float32Array, factor: number): void;
  /** Σ g · (a − b), in float64. */
  dotDifference(g: Float32Array, a: Float32Array, b: Float32Array): number;
  /** How many values are NaN or infinite. */
  countNonFinite(x: Float32Array): number;
}

export interface OutputSums {
  readonly sum: number;
  readonly squares: number;
  readonly zeros: number;
  readonly nonFinite: number;
  /** |mean over the batch|² */
  readonly meanSquare: number;
}

/** Vectors with one value a column. */
export type Columns<Name extends string> = { readonly [K in Name]: ArrayLike<number> };

export interface SequenceSize {
  readonly time: number;
  readonly batch: number;
  readonly units: number;
}

/** Where the output of a batch row at a step stands: row · `row` + step · `step`. */
export interface Outputs {
  readonly values: Float32Array;
  readonly row: number;
  readonly step: number;
}

/** See assembly/recurrent.ts. Arrays are time-major; packed weights and scratch are as large as `scratchOf` says. */
export interface RecurrentKernels {
  /** Floats that a pass needs besides, for `gates` gates. */
  scratchOf(size: SequenceSize, gates: number): number;
  /** [a, b, width] → [b, a, width], optionally with an old axis in reverse order. */
  swapAxes(
    from: Float32Array,
    to: Float32Array,
    shape: readonly [number, number, number],
    reversed: 'first' | 'second' | null,
  ): void;
  /** z, [time, batch, 4 · units], becomes the gates; c and h are [time + 1, batch, units], bent is [time, batch, units]. */
  lstmForward(
    arrays: Record<'z' | 'c' | 'h' | 'bent' | 'weights' | 'scratch', Float32Array>,
    y: Outputs,
    size: SequenceSize,
  ): void;
  /** dh and dc, [batch, units], hold the gradients at the last states, then those at the first. */
  lstmBackward(
    arrays: Record<'gates' | 'c' | 'bent' | 'dh' | 'dc' | 'dz' | 'weights' | 'scratch', Float32Array>,
    dy: Outputs | null,
    size: SequenceSize,
  ): void;
  /** The GRU that resets after the product; inner: h · U + b of the candidate, [time, batch, units]. */
  gruForward(
    arrays: Record<'z' | 'h' | 'inner' | 'weights' | 'scratch', Float32Array>,
    bias: Float32Array | null,
    y: Outputs,
    size: SequenceSize,
  ): void;
  /** dz: gradients at x · W + b, dr: at h · U + b. */
  gruBackward(
    arrays: Record<'gates' | 'h' | 'inner' | 'dh' | 'dz' | 'dr' | 'weights' | 'scratch', Float32Array>,
    dy: Outputs | null,
    size: SequenceSize,
  ): void;
}

export interface AdamStep {
  readonly alpha: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export function matrix(values: Float32Array, stride: number, offset = 0): Matrix {
  return { values, stride, offset };
}
