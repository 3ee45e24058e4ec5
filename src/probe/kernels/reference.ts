import type { Kernels } from './kernels';

/** Plain TypeScript, accumulated in float64: what the other engines' kernels are tested against. */
export const referenceKernels: Kernels = {
  gemm(a, b, c, { rows, inner, columns }, { transposeA = false, transposeB = false, accumulate = false }) {
    const sums = new Float64Array(columns);
    const [aRow, aStep] = transposeA ? [1, a.stride] : [a.stride, 1];
    const [bRow, bStep] = transposeB ? [1, b.stride] : [b.stride, 1];
    const left = a.values;
    const right = b.values;
    for (let i = 0; i < rows; i++) {
      sums.fill(0);
      for (let k = 0; k < inner; k++) {
        const x = left[a.offset + i * aRow + k * aStep] ?? 0;
        for (let j = 0, at = b.offset + k * bRow; j < columns; j++, at += bStep) {
          sums[j] = (sums[j] ?? 0) + x * (right[at] ?? 0);
        }
      }
      const out = c.offset + i * c.stride;
      for (let j = 0; j < columns; j++) {
        c.values[out + j] = (accumulate ? (c.values[out + j] ?? 0) : 0) + (sums[j] ?? 0);
      }
    }
  },
};
