import type { Shape } from '../../../../report/report';
import type { Arguments } from '../../arguments';
import type { Interpreter } from '../../interpreter';
import {
  type Value,
  builtin,
  float,
  int,
  intOf,
  none,
  numberOf,
  sequenceOf,
  stringOf,
  tuple,
  unknown,
} from '../../values';
import { ArrayValue, type Distribution, unknownDistribution } from './arrayValue';
import { merged } from './provenance';

type Method = (array: ArrayValue, args: Arguments, vm: Interpreter) => Value;

/** Sizes written as arguments: `reshape(2, 3)` and `reshape((2, 3))`. */
export function sizesOf(values: readonly Value[]): (number | null)[] {
  const items = values.length === 1 ? (sequenceOf(values[0]) ?? values) : values;
  return items.map((item) => intOf(item) ?? numberOf(item) ?? null);
}

/** The shape after a reshape in which one size may be -1. */
export function reshapeTo(from: Shape | null, target: readonly (number | null)[]): (number | null)[] {
  const open = target.indexOf(-1);
  if (open < 0) {
    return [...target];
  }
  const product = (sizes: readonly (number | null)[]): number | null =>
    sizes.reduce<number | null>((n, size) => (n === null || size === null ? null : n * size), 1);
  const rest = product(target.filter((_, i) => i !== open));
  let missing: number | null = null;
  if (from && rest !== null && rest !== 0) {
    const total = product(from);
    missing = total === null ? null : Math.floor(total / rest);
    if (total === null && from[0] === null && open > 0 && target[0] === null) {
      const inner = product(from.slice(1));
      const kept = product(target.slice(1).filter((size) => size !== -1));
      missing = inner !== null && kept ? inner / kept : null;
    }
  } else if (from && rest === null && open > 0) {
    // (n, -1) with an unknown n: the rows stay.
    const inner = product(from.slice(1));
    const kept = product(target.slice(1).filter((size) => size !== -1));
    missing = inner !== null && kept ? inner / kept : null;
  }
  return target.map((size, i) => (i === open ? missing : size));
}

function axesOf(args: Arguments, position = 0): number[] | null {
  const value = args.get(position, 'axis');
  const axis = intOf(value);
  return axis !== undefined ? [axis] : (sequenceOf(value)?.map((item) => intOf(item) ?? 0) ?? null);
}

/** Shape after a reduction over some axes. */
export function reducedShape(
  shape: Shape | null,
  axes: readonly number[] | null,
  keep: boolean,
): Shape | null {
  if (!shape) {
    return axes ? null : [];
  }
  const gone = new Set(axes?.map((axis) => (axis < 0 ? axis + shape.length : axis)) ?? shape.keys());
  return keep ? shape.map((size, i) => (gone.has(i) ? 1 : size)) : shape.filter((_, i) => !gone.has(i));
}

/** A statistic: a number over all elements, an array over an axis. */
export function statistic(
  name: string,
  reason: string,
  of: (array: ArrayValue) => number | null,
): (array: ArrayValue, args: Arguments) => Value {
  return (array, args) => {
    const axes = axesOf(args);
    const shape = reducedShape(array.shape, axes, args.keyword('keepdims')?.kind === 'bool');
    if (shape && shape.length === 0) {
      const value = of(array);
      return value === null
        ? new ArrayValue([], { reason, place: array.place, dtype: array.dtype })
        : Number.isInteger(value) && array.dtype.includes('int') && name !== 'mean'
          ? int(value)
          : float(value);
    }
    return array.reshaped(shape, {
      reason,
      distribution: unknownDistribution,
      provenance: merged(array.provenance),
    });
  };
}

const statistics: Readonly<Record<string, (array: ArrayValue, args: Arguments) => Value>> = {
  mean: statistic('mean', 'a mean', (array) => average(array)),
  std: statistic('std', 'a standard deviation', (array) => array.distribution.std),
  var: statistic('var', 'a variance', () => null),
  min: statistic('min', 'a minimum', (array) => extreme(array, Math.min) ?? array.distribution.min),
  max: statistic('max', 'a maximum', (array) => extreme(array, Math.max) ?? array.distribution.max),
  sum: statistic('sum', 'a sum', (array) => array.data?.reduce((a, b) => a + b, 0) ?? null),
  median: statistic('median', 'a median', () => null),
  prod: statistic('prod', 'a product', (array) => array.data?.reduce((a, b) => a * b, 1) ?? null),
};

function average(array: ArrayValue): number | null {
  const { data } = array;
  return data && data.length > 0 ? data.reduce((a, b) => a + b, 0) / data.length : array.distribution.mean;
}

function extreme(array: ArrayValue, pick: (...values: number[]) => number): number | null {
  return array.data && array.data.length > 0 ? pick(...array.data) : null;
}

const same: Method = (array) => array;
const argument: Method = (array, args) => {
  const shape = reducedShape(array.shape, axesOf(args), false);
  return shape?.length === 0
    ? unknown('the place of an extreme', array.place, 'int')
    : new ArrayValue(shape, {
        dtype: 'int64',
        place: array.place,
        reason: array.reason,
        provenance: merged(array.provenance),
      });
};

const methods: Readonly<Record<string, Method>> = {
  reshape: (array, args) => array.reshaped(reshapeTo(array.shape, sizesOf(args.positional))),
  astype: (array, args) => {
    const given = args.get(0, 'dtype');
    const name =
      stringOf(given) ??
      (given?.kind === 'builtin' ? given.name.slice(given.name.lastIndexOf('.') + 1) : undefined);
    return array.reshaped(array.shape, { dtype: name ?? array.dtype, data: array.data });
  },
  flatten: (array) => array.reshaped([array.size]),
  ravel: (array) => array.reshaped([array.size]),
  transpose: (array, args) => {
    const { shape } = array;
    const order = sizesOf(args.positional);
    return array.reshaped(
      shape &&
        (order.length === shape.length
          ? order.map((axis) => shape[axis ?? 0] ?? null)
          : [...shape].reverse()),
    );
  },
  swapaxes: (array, args) => {
    const shape = array.shape && [...array.shape];
    const [a = 0, b = 0] = args.positional.map((value) => intOf(value));
    if (shape) {
      [shape[a], shape[b]] = [shape[b] ?? null, shape[a] ?? null];
    }
    return array.reshaped(shape);
  },
  squeeze: (array, args) => {
    const axes = axesOf(args);
    return array.reshaped(array.shape?.filter((size, i) => (axes ? !axes.includes(i) : size !== 1)) ?? null);
  },
  repeat: (array, args) => {
    const times = intOf(args.positional[0]) ?? null;
    const axis = intOf(args.get(1, 'axis'));
    const grown = (size: number | null): number | null =>
      size === null || times === null ? null : size * times;
    return array.reshaped(
      axis === undefined
        ? [grown(array.size)]
        : (array.shape?.map((size, i) => (i === axis ? grown(size) : size)) ?? null),
    );
  },
  argmax: argument,
  argmin: argument,
  argsort: same,
  clip: (array, args) => {
    const [low, high] = [numberOf(args.positional[0]), numberOf(args.positional[1])];
    const { distribution } = array;
    return array.reshaped(array.shape, {
      distribution: { ...distribution, min: low ?? distribution.min, max: high ?? distribution.max },
    });
  },
  tolist: (array) => array.toList(),
  numpy: same,
  copy: same,
  round: same,
  to_numpy: same,
  to_list: (array) => array.toList(),
  get: same,
  toarray: same,
  todense: same,
  cpu: same,
  fillna: same,
  dropna: same,
  head: same,
  sort_values: same,
  map: same,
  apply: same,
  replace: same,
  item: (array) => {
    const value = array.data?.[0];
    return value === undefined
      ? unknown(`an element of ${array.reason}`, array.place)
      : array.dtype.includes('int')
        ? int(value)
        : float(value);
  },
  fill: () => none,
  sort: () => none,
  set_shape: () => none,
  get_shape: (array, _args, vm) => array.attribute('shape', vm) ?? none,
  nunique: (array) => count(array),
  unique: (array) => array.reshaped([array.classes]),
  value_counts: (array) => array.reshaped([array.classes]),
  any: () => unknown('a condition on data', null, 'bool'),
  all: () => unknown('a condition on data', null, 'bool'),
  nonzero: (array) => tuple((array.shape ?? [null]).map(() => new ArrayValue([null], { dtype: 'int64' }))),
};

const count = (array: ArrayValue): Value =>
  array.classes === null
    ? unknown(`the number of different values in ${array.reason}`, array.place, 'int')
    : int(array.classes);

/** A method of an array. */
export function arrayMethod(array: ArrayValue, name: string, _vm: Interpreter): Value | undefined {
  const method = statistics[name] ?? methods[name];
  return method && builtin(`ndarray.${name}`, (vm, args) => method(array, args, vm));
}

/** A statistic of an array by its name in NumPy: `np.mean(x, axis=0)`. */
export function arrayStatistic(name: string): ((array: ArrayValue, args: Arguments) => Value) | undefined {
  return statistics[name];
}

export const uniform = (min: number, max: number): Distribution => ({
  kind: 'uniform',
  min,
  max,
  mean: (min + max) / 2,
  std: (max - min) / Math.sqrt(12),
  zeroShare: 0,
});

export const normal = (mean: number, std: number): Distribution => ({
  kind: 'normal',
  mean,
  std,
  min: null,
  max: null,
  zeroShare: 0,
});

export const integers = (below: number): Distribution => ({
  kind: 'integers',
  min: 0,
  max: below - 1,
  mean: (below - 1) / 2,
  std: below / Math.sqrt(12),
  zeroShare: 1 / Math.max(1, below),
});
