/** Rows of an embedding that occurred in the batch, with repeats: what Keras calls IndexedSlices. */
export interface Occurrences {
  readonly ids: Int32Array;
  /** [occurrence, width] */
  readonly values: Float32Array;
  readonly width: number;
}

/** The gradient of one weight: dense (take `values` once, it may be a view made anew), or rows that Keras does not merge. */
export type Gradient =
  { readonly kind: 'dense'; readonly values: Float32Array } | ({ readonly kind: 'rows' } & Occurrences);

/**
 * What an update rule sees of a gradient. For rows, whatever is not linear was applied per occurrence before summing (golden data,
 * "Embedding"), so the sum of squares is not the square of the sum.
 */
export interface RuleGradient {
  /** Whether squares and absolute values are those of the sum. */
  readonly plain: boolean;
  readonly sum: Float32Array;
  readonly squares: Float32Array;
  readonly absolutes: Float32Array;
}

export function squaredNorm(values: Float32Array): number {
  let square = 0;
  for (let i = 0; i < values.length; i++) {
    square += (values[i] as number) ** 2;
  }
  return square;
}

/** Rows summed by id. */
export function dense(gradient: Gradient, size: number): Float32Array {
  return gradient.kind === 'dense' ? gradient.values : scatter(gradient, size, (x) => x);
}

function scatter({ ids, values, width }: Occurrences, size: number, f: (x: number) => number): Float32Array {
  const sum = new Float64Array(size);
  for (let n = 0; n < ids.length; n++) {
    const row = (ids[n] as number) * width;
    for (let k = 0; k < width; k++) {
      sum[row + k] = (sum[row + k] as number) + f(values[n * width + k] as number);
    }
  }
  return Float32Array.from(sum);
}

/** Sums, sums of squares and of absolute values, only what is asked for computed. */
export function ruleGradient(gradient: Gradient, size: number): RuleGradient {
  const cache: { sum?: Float32Array; squares?: Float32Array; absolutes?: Float32Array } = {};
  return {
    plain: gradient.kind === 'dense',
    get sum() {
      return (cache.sum ??= dense(gradient, size));
    },
    get squares() {
      return (cache.squares ??=
        gradient.kind === 'dense'
          ? gradient.values.map((x) => x * x)
          : scatter(gradient, size, (x) => x * x));
    },
    get absolutes() {
      return (cache.absolutes ??=
        gradient.kind === 'dense' ? gradient.values.map(Math.abs) : scatter(gradient, size, Math.abs));
    },
  };
}

/** The same gradient with every entry changed. */
export function mapGradient(gradient: Gradient, f: (x: number) => number): Gradient {
  const values = gradient.values.map(f);
  return gradient.kind === 'dense' ? { kind: 'dense', values } : { ...gradient, values };
}
