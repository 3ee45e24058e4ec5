import type { RandomStream } from './random';

/**
 * A random matrix with orthonormal rows or columns, whichever are fewer: Householder QR of a normal matrix, signs made unique by R's
 * diagonal (Keras 3, `OrthogonalInitializer`). O(rows · columns · min) on float64.
 */
export function orthogonal(rows: number, columns: number, gain: number, random: RandomStream): Float32Array {
  const tall = Math.max(rows, columns);
  const slim = Math.min(rows, columns);
  // column-major: column j is contiguous
  const a = Float64Array.from({ length: tall * slim }, () => random.normal());
  const reflectors: Float64Array[] = [];
  const signs = new Float64Array(slim);
  // 1. Reduce to R, keeping the reflectors.
  for (let j = 0; j < slim; j++) {
    const column = a.subarray(j * tall + j, (j + 1) * tall);
    const v = Float64Array.from(column);
    const norm = euclidean(v);
    const head = v[0] as number;
    const alpha = head > 0 ? -norm : norm;
    signs[j] = alpha < 0 ? -1 : 1;
    v[0] = head - alpha;
    const length = euclidean(v);
    if (length > 0) {
      for (let i = 0; i < v.length; i++) {
        v[i] = (v[i] as number) / length;
      }
    }
    reflectors.push(v);
    for (let k = j; k < slim; k++) {
      reflect(v, a, k * tall + j);
    }
  }
  // 2. Q = H₁ … Hₙ applied to the first columns of the identity.
  const q = new Float64Array(tall * slim);
  for (let j = 0; j < slim; j++) {
    q[j * tall + j] = 1;
  }
  for (let j = slim - 1; j >= 0; j--) {
    for (let k = 0; k < slim; k++) {
      reflect(reflectors[j] as Float64Array, q, k * tall + j);
    }
  }
  // 3. Q · sign(diag R), transposed where there are more columns than rows.
  const out = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const [row, column] = rows >= columns ? [i, j] : [j, i];
      out[i * columns + j] = gain * (q[column * tall + row] as number) * (signs[column] as number);
    }
  }
  return out;
}

/** x −= 2 (v · x) v on the part of `values` that starts at `offset`. */
function reflect(v: Float64Array, values: Float64Array, offset: number): void {
  let dot = 0;
  for (let i = 0; i < v.length; i++) {
    dot += (v[i] as number) * (values[offset + i] as number);
  }
  for (let i = 0; i < v.length; i++) {
    values[offset + i] = (values[offset + i] as number) - 2 * dot * (v[i] as number);
  }
}

function euclidean(v: Float64Array): number {
  let square = 0;
  for (const x of v) {
    square += x * x;
  }
  return Math.sqrt(square);
}
