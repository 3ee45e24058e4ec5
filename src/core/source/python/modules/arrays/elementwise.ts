import { broadcast } from '../../../../model/catalogue/shapes';
import type { Shape } from '../../../../report/report';
import type { Interpreter } from '../../interpreter';
import { type Value, numberOf } from '../../values';
import { ArrayValue, type Distribution, maskOf, unknownDistribution } from './arrayValue';
import { independent, merged, withNoise, writtenOut } from './provenance';

const comparisons = new Set(['==', '!=', '<', '<=', '>', '>=']);

/** `array + other` and its kin; scaling by numbers moves the distribution along. */
export function arrayBinary(
  array: ArrayValue,
  operator: string,
  other: Value,
  reflected: boolean,
  vm: Interpreter,
): Value | undefined {
  if (comparisons.has(operator)) {
    const mask = maskOf(array);
    return other instanceof ArrayValue
      ? mask.reshaped(mask.shape, { provenance: merged(array.provenance, other.provenance) })
      : mask;
  }
  const number = numberOf(other);
  if (number !== undefined) {
    return withNumber(array, operator, number, other.kind === 'float', reflected, vm);
  }
  if (other instanceof ArrayValue) {
    return combined(array, operator, other, reflected, vm);
  }
  if (other.kind === 'unknown') {
    return array.reshaped(array.shape, {
      distribution: unknownDistribution,
      dtype: floating(array.dtype),
      provenance: merged(array.provenance, null),
    });
  }
  if ((other.kind === 'list' || other.kind === 'tuple') && array.shape) {
    const values = other.items.map((item) => numberOf(item));
    return combined(
      array,
      operator,
      new ArrayValue([values.length], {
        dtype: 'float64',
        data: values.every((v) => v !== undefined) ? values.map((v) => v ?? 0) : null,
        provenance: writtenOut,
      }),
      reflected,
      vm,
    );
  }
  return undefined;
}

const floating = (dtype: string): string => (dtype.includes('float') ? dtype : 'float64');

function withNumber(
  array: ArrayValue,
  operator: string,
  number: number,
  isFloat: boolean,
  reflected: boolean,
  vm: Interpreter,
): ArrayValue {
  const change = numberFunction(operator, number, reflected);
  const data = array.data && change ? array.data.map(change) : null;
  const dtype = operator === '/' || isFloat ? floating(array.dtype) : array.dtype;
  const place = vm.operator ?? array.place;
  return array.reshaped(array.shape, {
    dtype,
    data,
    place,
    distribution: movedDistribution(array.distribution, operator, number, reflected),
    classes: operator === '+' || operator === '-' || operator === '*' ? array.classes : null,
    provenance: merged(array.provenance),
  });
}

function numberFunction(operator: string, y: number, reflected: boolean): ((x: number) => number) | null {
  const apply = (a: number, b: number): number => {
    switch (operator) {
      case '+':
        return a + b;
      case '-':
        return a - b;
      case '*':
        return a * b;
      case '/':
        return a / b;
      case '//':
        return Math.floor(a / b);
      case '%':
        return ((a % b) + b) % b;
      case '**':
        return a ** b;
      default:
        return NaN;
    }
  };
  return '+-*/%**//'.includes(operator) ? (x) => (reflected ? apply(y, x) : apply(x, y)) : null;
}

/** A distribution after `x ∘ number`. */
export function movedDistribution(
  from: Distribution,
  operator: string,
  number: number,
  reflected: boolean,
): Distribution {
  let scale = 1;
  let shift = 0;
  switch (operator) {
    case '+':
      shift = number;
      break;
    case '-':
      scale = reflected ? -1 : 1;
      shift = reflected ? number : -number;
      break;
    case '*':
      scale = number;
      break;
    case '/':
      if (reflected || number === 0) {
        return unknownDistribution;
      }
      scale = 1 / number;
      break;
    default:
      return unknownDistribution;
  }
  const move = (value: number | null): number | null => (value === null ? null : value * scale + shift);
  const ends = [move(from.min), move(from.max)].sort((a, b) => (a ?? 0) - (b ?? 0));
  return {
    kind: from.kind === 'integers' && scale !== 1 ? 'uniform' : from.kind,
    mean: move(from.mean),
    std: from.std === null ? null : from.std * Math.abs(scale),
    min: ends[0] ?? null,
    max: ends[1] ?? null,
    zeroShare: shift === 0 ? from.zeroShare : null,
  };
}

function combined(
  array: ArrayValue,
  operator: string,
  other: ArrayValue,
  reflected: boolean,
  vm: Interpreter,
): ArrayValue {
  const single = other.size === 1 ? other.data?.[0] : undefined;
  if (single !== undefined) {
    return withNumber(array, operator, single, true, reflected, vm);
  }
  const shape =
    operator === '@'
      ? productShape(reflected ? other.shape : array.shape, reflected ? array.shape : other.shape)
      : array.shape && other.shape
        ? tryBroadcast(array.shape, other.shape)
        : likelyShape(array.shape ?? other.shape);
  const pairs =
    array.data && other.data && array.data.length === other.data.length
      ? array.data.map((x, i) => numberFunction(operator, other.data?.[i] ?? 0, reflected)?.(x) ?? 0)
      : null;
  // (x - mean) / std: what statistics of the data were put in makes it standard.
  const standard = other.reason === 'a standard deviation' && operator === '/';
  const distribution: Distribution = standard
    ? { ...unknownDistribution, kind: 'normal', mean: 0, std: 1 }
    : other.reason === 'a mean' && operator === '-'
      ? { ...unknownDistribution, kind: array.distribution.kind, mean: 0, std: array.distribution.std }
      : unknownDistribution;
  return array.reshaped(shape, {
    data: pairs,
    distribution: operator === '+' ? (sum(array, other) ?? distribution) : distribution,
    dtype: floating(array.dtype),
    classes: null,
    provenance: withNoise(
      merged(array.provenance, other.provenance),
      operator === '+'
        ? ([array, other].find(({ provenance }) => !provenance?.clusters)?.distribution.std ?? null)
        : null,
    ),
  });
}

/** Of a sum of random numbers that know nothing of each other. */
function sum(a: ArrayValue, b: ArrayValue): Distribution | null {
  const [x, y] = [a.distribution, b.distribution];
  return independent(a.provenance, b.provenance) &&
    x.mean !== null &&
    y.mean !== null &&
    x.std !== null &&
    y.std !== null
    ? {
        ...unknownDistribution,
        kind: 'normal',
        mean: x.mean + y.mean,
        std: Math.hypot(x.std, y.std),
      }
    : null;
}

/** Of an array of unknown shape with one of this shape: a table decides, numbers and rows do not. */
const likelyShape = (known: Shape | null): Shape | null => (known && known.length > 1 ? known : null);

/** Of `a @ b`: the last axis of one and the last but one of the other are gone. */
function productShape(a: Shape | null, b: Shape | null): Shape | null {
  if (!a || !b) {
    return null;
  }
  const [matrix, columns] = [b.slice(0, -2), b.length > 1 ? b.slice(-1) : []];
  return [
    ...(matrix.length > a.length - 2 ? matrix : a.slice(0, -2)),
    ...(a.length > 1 ? a.slice(-2, -1) : []),
    ...columns,
  ];
}

function tryBroadcast(
  a: readonly (number | null)[],
  b: readonly (number | null)[],
): readonly (number | null)[] {
  try {
    return broadcast(a, b);
  } catch {
    return a.length >= b.length ? a : b;
  }
}

/** `-array`, `~mask` */
export function arrayUnary(array: ArrayValue, operator: string): ArrayValue {
  return operator === '-'
    ? array.reshaped(array.shape, { distribution: movedDistribution(array.distribution, '*', -1, false) })
    : array;
}
