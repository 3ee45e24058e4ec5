import { numberOf, numbersOf } from '../../core/model/catalogue/configAccess';
import type { SerializedObject } from '../../core/model/spec';

/** Projects a weight after its update (keras.constraints), in place; unknown constraints leave it alone. */
export function constrain(
  constraint: SerializedObject,
  values: Float32Array,
  shape: readonly number[],
): void {
  const { class_name: name, config } = constraint;
  if (name === 'NonNeg') {
    for (let i = 0; i < values.length; i++) {
      values[i] = Math.max(values[i] as number, 0);
    }
    return;
  }
  const target: ((norm: number) => number) | undefined = {
    MaxNorm: (norm: number) => Math.min(norm, numberOf(config, 'max_value', 2)),
    UnitNorm: () => 1,
    MinMaxNorm: (norm: number) => {
      const rate = numberOf(config, 'rate', 1);
      const clipped = Math.min(
        Math.max(norm, numberOf(config, 'min_value', 0)),
        numberOf(config, 'max_value', 1),
      );
      return rate * clipped + (1 - rate) * norm;
    },
  }[name];
  if (target === undefined) {
    return;
  }
  const axes = numbersOf(config, 'axis').map((axis) => (axis < 0 ? axis + shape.length : axis));
  const over = axes.length === 0 ? [0] : axes;
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const keyOf = (index: number) =>
    shape.reduce(
      (key, size, axis) =>
        over.includes(axis) ? key : key * size + (Math.floor(index / (strides[axis] ?? 1)) % size),
      0,
    );
  const squares = new Map<number, number>();
  values.forEach((w, i) => squares.set(keyOf(i), (squares.get(keyOf(i)) ?? 0) + w * w));
  values.forEach((w, i) => {
    const norm = Math.sqrt(squares.get(keyOf(i)) ?? 0);
    values[i] = (w * target(norm)) / (norm + 1e-7);
  });
}
