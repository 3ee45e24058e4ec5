import { PythonError } from './errors';
import { markOpen } from './collectionMethods';
import type { Interpreter } from './interpreter';
import { rangeLength } from './operators';
import { type SliceValue, type Value, hash, int, intOf, list, str, tuple, typeName, unknown } from './values';

/** Start, stop and step of a slice of a sequence of that length; undefined where a border is not known. */
function sliceBounds(
  slice: SliceValue,
  length: number,
): readonly [start: number, stop: number, step: number] | undefined {
  const read = (value: Value): number | null | undefined => (value.kind === 'none' ? null : intOf(value));
  const step = read(slice.step) ?? (slice.step.kind === 'none' ? 1 : undefined);
  const from = read(slice.start);
  const to = read(slice.stop);
  if (step === undefined || step === 0 || from === undefined || to === undefined) {
    return undefined;
  }
  const clamp = (at: number): number =>
    Math.min(Math.max(at < 0 ? at + length : at, step > 0 ? 0 : -1), step > 0 ? length : length - 1);
  return [
    from === null ? (step > 0 ? 0 : length - 1) : clamp(from),
    to === null ? (step > 0 ? length : -1) : clamp(to),
    step,
  ];
}

/** Python's `len(range(*slice.indices(length)))` */
export function sliceLength(slice: SliceValue, length: number): number | undefined {
  const bounds = sliceBounds(slice, length);
  return bounds && Math.max(0, Math.ceil((bounds[1] - bounds[0]) / bounds[2]));
}

/** Python's `range(*slice.indices(length))`; undefined where a border is not known. */
export function sliceIndices(slice: SliceValue, length: number): number[] | undefined {
  const bounds = sliceBounds(slice, length);
  const count = sliceLength(slice, length);
  return bounds && count !== undefined
    ? Array.from({ length: count }, (_, i) => bounds[0] + i * bounds[2])
    : undefined;
}

/** `value[index]` */
export function itemOf(value: Value, index: Value, vm: Interpreter): Value {
  switch (value.kind) {
    case 'unknown':
      return value.type === undefined ? value : unknown(value.reason, value.origin);
    case 'native':
      return value.item(index, vm) ?? unknown(`an element of ${value.typeName}`);
    case 'instance': {
      const method = vm.lookup(value, '__getitem__');
      return method ? vm.callValues(method, index) : unknown(`an element of ${value.class.name}`);
    }
    case 'dict': {
      if (index.kind === 'unknown') {
        return index;
      }
      const found = value.entries.get(hash(index));
      if (found) {
        return found[1];
      }
      if (value.missing) {
        const made = vm.callValues(value.missing);
        value.entries.set(hash(index), [index, made]);
        return made;
      }
      if (value.open) {
        return unknown('an entry of a dictionary that a loop fills');
      }
      if ([...value.entries.values()].some(([key]) => key.kind === 'unknown')) {
        return unknown('an entry of a dictionary with unknown keys');
      }
      throw new PythonError('KeyError', index.kind === 'str' ? `'${index.value}'` : 'key');
    }
    case 'list':
    case 'tuple':
      return sequenceItem(value, index);
    case 'str': {
      const characters = sequenceItem(list([...value.value].map(str)), index);
      return characters.kind === 'list'
        ? str(characters.items.map((c) => (c.kind === 'str' ? c.value : '')).join(''))
        : characters;
    }
    case 'range': {
      const length = rangeLength(value);
      const at = intOf(index);
      if (at !== undefined) {
        return int(value.start + value.step * (at < 0 ? at + length : at));
      }
      return itemOf(list([...(iterateOf(value, vm) ?? [])]), index, vm);
    }
    case 'class':
    case 'builtin':
      // `list[int]`, `Generic[T]`
      return value;
    case 'function':
    case 'module':
    case 'method':
      return unknown('an element of something that has none');
    default:
      throw new PythonError('TypeError', `'${typeName(value) ?? 'object'}' object is not subscriptable`);
  }
}

function sequenceItem(value: Value & { kind: 'list' | 'tuple' }, index: Value): Value {
  const { items } = value;
  if (index.kind === 'slice') {
    const indices = sliceIndices(index, items.length);
    if (!indices) {
      return unknown('a slice with unknown borders');
    }
    const picked = indices.map((i) => items[i]).filter((item) => item !== undefined);
    return value.kind === 'list' ? list(picked) : tuple(picked);
  }
  if (index.kind === 'unknown') {
    return items.length === 1 ? (items[0] ?? index) : index;
  }
  const at = intOf(index);
  if (index.kind === 'native' || index.kind === 'instance') {
    return unknown('an element whose place is not known');
  }
  if (at === undefined) {
    throw new PythonError('TypeError', `${value.kind} indices must be integers or slices`);
  }
  const item = items[at < 0 ? at + items.length : at];
  if (!item && value.kind === 'list' && value.open) {
    return unknown('an element of a list that a loop fills');
  }
  if (!item) {
    throw new PythonError('IndexError', `${value.kind} index out of range`);
  }
  return item;
}

/** `target[index] = value` */
export function setItemOf(target: Value, index: Value, value: Value, vm: Interpreter): void {
  switch (target.kind) {
    case 'dict':
      target.entries.set(hash(index), [index, value]);
      markOpen(target, vm);
      return;
    case 'list': {
      if (index.kind === 'slice') {
        const indices = sliceIndices(index, target.items.length);
        const items = iterateOf(value, vm);
        if (indices && items) {
          target.items.splice(indices[0] ?? target.items.length, indices.length, ...items);
        }
        return;
      }
      const at = intOf(index);
      if (at !== undefined) {
        target.items[at < 0 ? at + target.items.length : at] = value;
        markOpen(target, vm);
      }
      return;
    }
    case 'native':
      target.setItem(index, value, vm);
      return;
    case 'instance': {
      const method = vm.lookup(target, '__setitem__');
      if (method) {
        vm.callValues(method, index, value);
      }
      return;
    }
    default:
  }
}

const maximumRange = 20000;

/** The elements of an iterable; undefined where they are not known. Raises for what cannot be iterated. */
export function iterateOf(value: Value, vm: Interpreter): readonly Value[] | undefined {
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return value.items;
    case 'set':
      return [...value.entries.values()];
    case 'dict':
      return [...value.entries.values()].map(([key]) => key);
    case 'str':
      return [...value.value].map(str);
    case 'range': {
      const length = Math.min(rangeLength(value), maximumRange);
      return Array.from({ length }, (_, i) => int(value.start + i * value.step));
    }
    case 'native':
      return value.iterate(vm);
    case 'instance':
      return iterateInstance(value, vm);
    case 'unknown':
    case 'class':
    case 'module':
    case 'builtin':
      return undefined;
    default:
      throw new PythonError('TypeError', `'${typeName(value) ?? 'object'}' object is not iterable`);
  }
}

function iterateInstance(value: Value & { kind: 'instance' }, vm: Interpreter): readonly Value[] | undefined {
  const method = vm.lookup(value, '__iter__');
  if (method) {
    const iterator = vm.callValues(method);
    return iterator === value ? undefined : iterateOf(iterator, vm);
  }
  const get = vm.lookup(value, '__getitem__');
  const size = vm.lookup(value, '__len__');
  const length = get && size ? intOf(vm.callValues(size)) : undefined;
  return get && length !== undefined && length < 1000
    ? Array.from({ length }, (_, i) => vm.callValues(get, int(i)))
    : value.native?.iterate(vm);
}
