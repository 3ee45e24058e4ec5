import type { LossSpec, TargetData } from '../../core/model/spec';
import type { RandomStream } from '../initializers/random';
import type { NumberArray } from './npy';

/** What one output should give, and how it is laid out. */
export interface TargetPlan {
  readonly kind:
    | 'classes'
    | 'one-hot'
    | 'binary'
    | 'signs'
    | 'positive'
    | 'counts'
    | 'shares'
    | 'real'
    | 'copy'
    | 'sequence';
  /** Positions before the last axis. */
  readonly positions: number;
  /** Size of the last axis. */
  readonly width: number;
  readonly shape: readonly number[];
  readonly low: number | null;
  readonly high: number | null;
  /** Of a sequence of labels that is told by the order of the positions' classes: its longest length. */
  readonly labels?: number;
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
    case 'CTC':
      return { ...base, kind: 'sequence', labels: given?.shape?.[1] ?? Math.ceil(positions / 2) };
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
  if (kind === 'sequence') {
    return sequences(plan, rows, classAt);
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

/** The classes of a row's positions in their order, each run once, from 1 on; filled up with 0. */
function sequences(
  { positions, width, labels = positions }: TargetPlan,
  rows: number,
  classAt: ClassAt,
): NumberArray {
  const values = new Int32Array(rows * labels);
  const others = Math.max(1, width - 1);
  for (let row = 0; row < rows; row++) {
    let length = 0;
    let before = 0;
    for (let p = 0; p < positions && length < labels; p++) {
      const label = 1 + (classAt(row, (p + 0.5) / positions) % others);
      if (label !== before) {
        values[row * labels + length++] = label;
      }
      before = label;
    }
  }
  return { shape: [rows, labels], values };
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
