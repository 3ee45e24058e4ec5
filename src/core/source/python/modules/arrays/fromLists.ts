import { type Place, type Value, numberOf, sequenceOf, typeName } from '../../values';
import { ArrayValue } from './arrayValue';
import { merged, writtenOut } from './provenance';

const maximumData = 4096;

/** `np.array(value)`: of nested lists, numbers and arrays; undefined where nothing is known of it. */
export function arrayFrom(value: Value, place: Place | null = null, dtype?: string): ArrayValue | undefined {
  if (value instanceof ArrayValue) {
    return dtype === undefined ? value : value.reshaped(value.shape, { dtype, data: value.data });
  }
  const items =
    value.kind === 'range'
      ? rangeItems(value)
      : value.kind === 'set'
        ? [...value.entries.values()]
        : sequenceOf(value);
  if (!items) {
    const number = numberOf(value);
    if (number !== undefined) {
      return new ArrayValue([], { dtype: dtype ?? typeOf(value), data: [number], provenance: writtenOut });
    }
    return value.kind === 'unknown'
      ? new ArrayValue(null, {
          reason: value.reason,
          place: value.origin ?? place,
          ...(dtype ? { dtype } : {}),
        })
      : undefined;
  }
  if (value.kind === 'list' && value.open) {
    return openArray(items, place, dtype);
  }
  const numbers = items.map((item) => numberOf(item));
  if (items.length > 0 && !numbers.includes(undefined)) {
    return new ArrayValue([items.length], {
      dtype: dtype ?? (items.some((item) => item.kind === 'float') ? 'float64' : 'int64'),
      data: items.length <= maximumData ? numbers.map((n) => n ?? 0) : null,
      distribution: describe(numbers.map((n) => n ?? 0)),
      classes: items.every((item) => item.kind !== 'float') ? new Set(numbers).size : null,
      place,
      provenance: writtenOut,
    });
  }
  return nested(items, place, dtype);
}

/** A list that a loop fills: any number of elements like the first. */
function openArray(items: readonly Value[], place: Place | null, dtype: string | undefined): ArrayValue {
  const [element] = items;
  const first = element && element.kind !== 'str' ? arrayFrom(element, place, dtype) : undefined;
  const facts = { reason: 'a list that a loop fills', place, ...(dtype ? { dtype } : {}) };
  return first?.shape
    ? new ArrayValue([null, ...first.shape], {
        ...first.facts,
        ...facts,
        data: null,
        provenance: merged(first.provenance, null),
      })
    : new ArrayValue(element && first ? null : [null], facts);
}

/** A number, known or not. */
const isNumber = (value: Value): boolean => ['int', 'float', 'bool'].includes(typeName(value) ?? '');

/** So many rows of nested lists are looked at; the others are taken to be like them. */
const maximumRows = 64;

function nested(items: readonly Value[], place: Place | null, dtype: string | undefined): ArrayValue {
  if (items.some(isNumber)) {
    return new ArrayValue([items.length], { dtype: dtype ?? 'float64', place });
  }
  const parts = items
    .slice(0, maximumRows)
    .map((item) => (item.kind === 'str' ? undefined : arrayFrom(item, place)));
  const [first] = parts;
  if (!first) {
    return new ArrayValue([items.length], { dtype: 'object', place });
  }
  if (first.shape === null) {
    return new ArrayValue(null, { ...first.facts, place });
  }
  const ragged = parts.some(
    (part) => part?.shape?.length !== first.shape?.length || part?.shape?.[0] !== first.shape?.[0],
  );
  const all = parts.flatMap((part) => [...(part?.data ?? [])]);
  return new ArrayValue(first.shape && !ragged ? [items.length, ...first.shape] : [items.length], {
    ...first.facts,
    dtype:
      dtype ??
      (ragged ? 'object' : parts.some((part) => part?.dtype === 'float64') ? 'float64' : first.dtype),
    data: null,
    distribution: all.length > 0 ? describe(all) : first.distribution,
    classes: all.length > 0 && all.every(Number.isInteger) ? new Set(all).size : null,
    place,
    provenance: merged(...parts.map((part) => part?.provenance ?? null)),
  });
}

function rangeItems(range: Value & { kind: 'range' }): Value[] {
  const length = Math.min(maximumData, Math.max(0, Math.ceil((range.stop - range.start) / range.step)));
  return Array.from({ length }, (_, i) => ({ kind: 'int', value: range.start + i * range.step }));
}

const typeOf = (value: Value): string => (value.kind === 'float' ? 'float64' : 'int64');

/** Of values that are all known. */
export function describe(values: readonly number[]): ArrayValue['distribution'] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return {
    kind: values.every(Number.isInteger) ? 'integers' : 'uniform',
    mean,
    std: Math.sqrt(variance),
    min,
    max,
    zeroShare: values.filter((value) => value === 0).length / values.length,
  };
}
