import type { LossSpec, TargetData } from '../../core/model/spec';
import type { RandomStream } from '../initializers/random';
import type { NumberArray } from './npy';

/** What one output should give, and how it is laid out. */
export interface TargetPlan {
  readonly kind:
    'classes' | 'one-hot' | 'binary' | 'signs' | 'positive' | 'counts' | 'shares' | 'real' | 'copy';
  /** Positions before the last axis. */
  readonly positions: number;
  /** Size of the last axis. */
  readonly width: number;
  readonly shape: readonly number[];
  readonly low: number | null;
  readonly high: number | null;
}

/** The hidden class of a row, at a share of the way through its positions. */
export type ClassAt = (row: number, share: number) => number;

/** What an output should give, by its loss and what the program says of its targets. */
export function planTarget(
  shape: readonly number[],
  loss: LossSpec | undefined,
  given: TargetData | undefined,
  inputs: readonly (readonly number[])[],
): TargetPlan {
  const width = shape.at(-1) ?? 1;
  const positions = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  const low = given?.min ?? null;
  const high = given?.max ?? null;
  const base = { positions, width, shape, low, high };
  const sameAsInput = inputs.some(
    (input) => input.length === shape.length && input.every((size, i) => size === shape[i]),
  );
  switch (loss?.className) {
    case 'SparseCategoricalCrossentropy':
    case 'CategoricalGeneralizedCrossEntropy':
    case 'Circle':
      return {
        ...base,
        kind: 'classes',
        width:
          given?.classes === undefined || given.classes === null ? width : Math.min(width, given.classes),
      };
    case 'CategoricalCrossentropy':
    case 'CategoricalFocalCrossentropy':
    case 'CategoricalHinge':
      return { ...base, kind: 'one-hot' };
    case 'BinaryCrossentropy':
    case 'BinaryFocalCrossentropy':
    case 'Dice':
    case 'Tversky':
      return {
        ...base,
        kind:
          given?.kind === 'one-hot' && width > 1
            ? 'one-hot'
            : sameAsInput && positions * width > 1
              ? 'copy'
              : 'binary',
      };
    case 'Hinge':
    case 'SquaredHinge':
      return { ...base, kind: 'signs' };
    case 'KLDivergence':
      return { ...base, kind: 'shares' };
    case 'Poisson':
      return { ...base, kind: 'counts' };
    case 'MeanSquaredLogarithmicError':
    case 'MeanAbsolutePercentageError':
      return { ...base, kind: 'positive' };
    default:
      if (given?.kind === 'one-hot' && width > 1) {
        return { ...base, kind: 'one-hot' };
      }
      return { ...base, kind: given?.kind === 'binary' ? 'binary' : sameAsInput ? 'copy' : 'real' };
  }
}

/** The answers of one output, by the hidden class of each row. */
export function target(
  plan: TargetPlan,
  rows: number,
  classes: number,
  classAt: ClassAt,
  inputs: readonly NumberArray[],
  random: RandomStream,
  codeOf: typeof code = code,
): NumberArray {
  const { kind, positions, width, shape } = plan;
  const each = (p: number) => (p + 0.5) / positions;
  if (kind === 'classes') {
    const values = new Int32Array(rows * positions);
    for (let i = 0; i < values.length; i++) {
      values[i] = classAt(Math.floor(i / positions), each(i % positions)) % width;
    }
    return { shape: [rows, ...shape.slice(0, -1)], values };
  }
  if (kind === 'copy') {
    const [same] = inputs.filter(
      (input) =>
        input.shape.length === shape.length + 1 && shape.every((size, i) => input.shape[i + 1] === size),
    );
    if (same !== undefined) {
      return { shape: same.shape, values: Float32Array.from(same.values) };
    }
  }
  const codes = Array.from({ length: classes }, (_, c) => codeOf(plan, c, random));
  const values = new Float32Array(rows * positions * width);
  for (let i = 0; i < rows * positions; i++) {
    values.set(codes[classAt(Math.floor(i / positions), each(i % positions))] as Float32Array, i * width);
  }
  return { shape: [rows, ...shape], values };
}

/** The answer to one hidden class. */
export function code(
  { kind, width, low, high }: TargetPlan,
  index: number,
  random: RandomStream,
): Float32Array {
  switch (kind) {
    case 'one-hot':
      return Float32Array.from({ length: width }, (_, k) => (k === index % width ? 1 : 0));
    case 'binary':
      return Float32Array.from({ length: width }, () => (width === 1 ? index % 2 : random.below(2)));
    case 'signs':
      return Float32Array.from({ length: width }, () => (width === 1 ? index % 2 : random.below(2)) * 2 - 1);
    case 'counts':
      return Float32Array.from({ length: width }, () => random.below(6));
    case 'positive':
      return Float32Array.from({ length: width }, () => 0.5 + 2 * random.uniform());
    case 'shares': {
      const raw = Float32Array.from({ length: width }, () => -Math.log(1 - random.uniform()));
      const total = raw.reduce((a, b) => a + b, 0);
      return raw.map((x) => x / total);
    }
    default:
      return Float32Array.from({ length: width }, () =>
        low !== null && high !== null ? low + (high - low) * random.uniform() : random.normal(),
      );
  }
}
