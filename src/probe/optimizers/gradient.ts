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

function scatter(rows: Occurrences, size: number, f: (x: number) => number): Float32Array {
  const sum = new Float32Array(size);
  scatterInto(sum, rows, f);
  return sum;
}

/** Writes sums over the occurrences of each row, taken in float64, to the rows that occur. */
function scatterInto(to: Float32Array, { ids, values, width }: Occurrences, f: (x: number) => number): void {
  const places = new Map</* row */ number, number>();
  for (const id of ids) {
    if (!places.has(id)) {
      places.set(id, places.size * width);
    }
  }
  const sums = new Float64Array(places.size * width);
  for (let n = 0; n < ids.length; n++) {
    const place = places.get(ids[n] as number) as number;
    for (let k = 0; k < width; k++) {
      sums[place + k] = (sums[place + k] as number) + f(values[n * width + k] as number);
    }
  }
  for (const [id, place] of places) {
    to.set(sums.subarray(place, place + width), id * width);
  }
}

/** Arrays of zeros, as large as the weight, in which rows may be summed. */
export interface RowSpace {
  readonly sum: Float32Array;
  readonly squares: Float32Array;
}

/** Makes the rows that a gradient has touched zero again. */
export function clearRows({ sum, squares }: RowSpace, { ids, width }: Occurrences): void {
  for (const id of ids) {
    sum.fill(0, id * width, (id + 1) * width);
    squares.fill(0, id * width, (id + 1) * width);
  }
}

/** Σ over the weight of gradient · (now − before). */
export function promisedDrop(
  gradient: Gradient,
  now: Float32Array,
  before: Float32Array,
  dot: (g: Float32Array, a: Float32Array, b: Float32Array) => number,
): number {
  if (gradient.kind === 'dense') {
    return dot(gradient.values, now, before);
  }
  const { ids, values, width } = gradient;
  let sum = 0;
  for (let n = 0; n < ids.length; n++) {
    const row = (ids[n] as number) * width;
    for (let k = 0; k < width; k++) {
      sum += (values[n * width + k] as number) * ((now[row + k] as number) - (before[row + k] as number));
    }
  }
  return sum;
}

/** Sums, sums of squares and of absolute values, only what is asked for computed; of rows in `space`, where it is given. */
export function ruleGradient(gradient: Gradient, size: number, space: RowSpace | null = null): RuleGradient {
  const cache: { sum?: Float32Array; squares?: Float32Array; absolutes?: Float32Array } = {};
  const rows = (to: Float32Array | undefined, f: (x: number) => number): Float32Array => {
    if (gradient.kind === 'dense') {
      return gradient.values;
    }
    if (to === undefined) {
      return scatter(gradient, size, f);
    }
    scatterInto(to, gradient, f);
    return to;
  };
  return {
    plain: gradient.kind === 'dense',
    get sum() {
      return (cache.sum ??= rows(space?.sum, (x) => x));
    },
    get squares() {
      return (cache.squares ??=
        gradient.kind === 'dense' ? gradient.values.map((x) => x * x) : rows(space?.squares, (x) => x * x));
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
