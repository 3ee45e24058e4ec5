import type { FusedActivation, Kernels } from './kernels';

const functions: Readonly<
  Record<FusedActivation, { f: (x: number) => number; slope: (y: number) => number }>
> = {
  linear: { f: (x) => x, slope: () => 1 },
  relu: { f: (x) => (x > 0 ? x : x === x ? 0 : x), slope: (y) => (y > 0 ? 1 : y === y ? 0 : y) },
  sigmoid: { f: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y) },
  tanh: { f: Math.tanh, slope: (y) => 1 - y * y },
};

/** Plain TypeScript, accumulated in float64: what the other kernels are tested against. */
export const referenceKernels: Kernels = {
  gemm(
    a,
    b,
    c,
    { rows, inner, columns },
    { transposeA, transposeB, accumulate, bias = null, activation = 'linear' } = {},
  ) {
    const sums = new Float64Array(columns);
    const [aRow, aStep] = transposeA === true ? [1, a.stride] : [a.stride, 1];
    const [bRow, bStep] = transposeB === true ? [1, b.stride] : [b.stride, 1];
    const left = a.values;
    const right = b.values;
    const { f } = functions[activation];
    for (let i = 0; i < rows; i++) {
      sums.fill(0);
      for (let k = 0; k < inner; k++) {
        const x = left[a.offset + i * aRow + k * aStep] as number;
        for (let j = 0, at = b.offset + k * bRow; j < columns; j++, at += bStep) {
          sums[j] = (sums[j] as number) + x * (right[at] as number);
        }
      }
      const out = c.offset + i * c.stride;
      for (let j = 0; j < columns; j++) {
        const sum = sums[j] as number;
        c.values[out + j] =
          accumulate === true
            ? (c.values[out + j] as number) + sum
            : f(sum + (bias === null ? 0 : (bias[j] as number)));
      }
    }
  },
  activation(x, out, kind) {
    const { f } = functions[kind];
    for (let i = 0; i < out.length; i++) {
      out[i] = f(x[i] as number);
    }
  },
  activationGradient(d, y, out, kind) {
    const { slope } = functions[kind];
    for (let i = 0; i < out.length; i++) {
      out[i] = (d[i] as number) * slope(y[i] as number);
    }
  },
  columnSums(x, rows, columns, out) {
    const sums = new Float64Array(columns);
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, at++) {
        sums[j] = (sums[j] as number) + (x[at] as number);
      }
    }
    out.set(sums);
  },
  scaleRows(x, columns, scale, shift, out) {
    for (let i = 0; i < out.length; i++) {
      const j = i % columns;
      out[i] =
        (x[i] as number) * (scale === null ? 1 : (scale[j] as number)) +
        (shift === null ? 0 : (shift[j] as number));
    }
  },
  adam(w, m, v, g, { alpha, beta1, beta2, epsilon }, squares = null) {
    for (let i = 0; i < w.length; i++) {
      const gradient = g[i] as number;
      m[i] = (m[i] as number) + (gradient - (m[i] as number)) * (1 - beta1);
      const square = squares === null ? gradient * gradient : (squares[i] as number);
      v[i] = (v[i] as number) + (square - (v[i] as number)) * (1 - beta2);
      w[i] = (w[i] as number) - (alpha * (m[i] as number)) / (Math.sqrt(v[i] as number) + epsilon);
    }
  },
  addScaled(w, g, factor) {
    for (let i = 0; i < w.length; i++) {
      w[i] = (w[i] as number) + Math.fround((g[i] as number) * factor);
    }
  },
  dotDifference(g, a, b) {
    let sum = 0;
    for (let i = 0; i < g.length; i++) {
      sum += (g[i] as number) * ((a[i] as number) - (b[i] as number));
    }
    return sum;
  },
  squaredDistance(a, b) {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      sum += ((a[i] as number) - (b[i] as number)) ** 2;
    }
    return sum;
  },
  countNonFinite(x) {
    let bad = 0;
    for (let i = 0; i < x.length; i++) {
      const one = x[i] as number;
      if (one - one !== 0) {
        bad++;
      }
    }
    return bad;
  },
  columnMoments(x, columns) {
    const mean = new Float64Array(columns);
    const variance = new Float64Array(columns);
    const rows = x.length / columns;
    for (let i = 0; i < x.length; i++) {
      mean[i % columns] = (mean[i % columns] as number) + (x[i] as number) / rows;
    }
    for (let i = 0; i < x.length; i++) {
      const d = (x[i] as number) - (mean[i % columns] as number);
      variance[i % columns] = (variance[i % columns] as number) + (d * d) / rows;
    }
    return { mean, variance };
  },
  centerAndScale(x, { center, scale, shift }, out) {
    for (let i = 0, j = 0; i < out.length; i++, j = j + 1 === center.length ? 0 : j + 1) {
      out[i] = ((x[i] as number) - (center[j] as number)) * (scale[j] as number) + (shift[j] as number);
    }
  },
  columnProducts(d, x, { center }) {
    const sums = new Float64Array(center.length);
    const products = new Float64Array(center.length);
    for (let i = 0, j = 0; i < d.length; i++, j = j + 1 === center.length ? 0 : j + 1) {
      sums[j] = (sums[j] as number) + (d[i] as number);
      products[j] = (products[j] as number) + (d[i] as number) * ((x[i] as number) - (center[j] as number));
    }
    return { sums, products };
  },
  combineColumns(d, x, { center, a, b, c }, out) {
    for (let i = 0, j = 0; i < out.length; i++, j = j + 1 === center.length ? 0 : j + 1) {
      out[i] =
        (d[i] as number) * (a[j] as number) +
        ((x[i] as number) - (center[j] as number)) * (b[j] as number) +
        (c[j] as number);
    }
  },
  outputSums(x, batch) {
    const features = x.length / batch;
    const means = new Float64Array(features);
    const total = { sum: 0, squares: 0, zeros: 0, nonFinite: 0 };
    for (let b = 0, i = 0; b < batch; b++) {
      for (let k = 0; k < features; k++, i++) {
        const one = x[i] as number;
        total.sum += one;
        total.squares += one * one;
        means[k] = (means[k] as number) + one;
        if (one === 0) {
          total.zeros++;
        }
        if (one - one !== 0) {
          total.nonFinite++;
        }
      }
    }
    let meanSquare = 0;
    for (const sum of means) {
      meanSquare += (sum / batch) ** 2;
    }
    return { ...total, meanSquare };
  },
  squares(x) {
    let sum = 0;
    for (let i = 0; i < x.length; i++) {
      sum += (x[i] as number) ** 2;
    }
    return sum;
  },
  countBeyond(x, limit) {
    let count = 0;
    for (let i = 0; i < x.length; i++) {
      if (Math.abs(x[i] as number) > limit) {
        count++;
      }
    }
    return count;
  },
  columnPeaks(x, columns) {
    const peaks = new Float32Array(columns);
    for (let i = 0; i < x.length; i++) {
      if ((x[i] as number) > (peaks[i % columns] as number)) {
        peaks[i % columns] = x[i] as number;
      }
    }
    return peaks;
  },
  recurrent: null,
};
