import { PythonError } from './errors';
import type { Interpreter } from './interpreter';
import { instanceBinary, nativeBinary, truth, unknownOf } from './operators';
import { type Value, bool, hash, numberOf, typeName, unknown } from './values';

/** Python's `a == b`; undefined where it is not known. */
export function equals(a: Value, b: Value, vm: Interpreter): boolean | undefined {
  if (a === b && a.kind !== 'unknown') {
    return true;
  }
  if (a.kind === 'unknown' || b.kind === 'unknown') {
    return differentTypes(a, b) ? false : undefined;
  }
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== undefined && y !== undefined) {
    return x === y;
  }
  if (a.kind === 'instance' || b.kind === 'instance') {
    const method = a.kind === 'instance' ? vm.lookup(a, '__eq__') : undefined;
    return method ? truth(vm.callValues(method, b), vm) : false;
  }
  if (a.kind === 'native' || b.kind === 'native') {
    const result =
      a.kind === 'native'
        ? a.binary('==', b, false, vm)
        : b.kind === 'native'
          ? b.binary('==', a, true, vm)
          : undefined;
    return result ? truth(result, vm) : false;
  }
  if (a.kind !== b.kind) {
    return false;
  }
  switch (a.kind) {
    case 'str':
    case 'bytes':
      return a.value === (b as typeof a).value;
    case 'none':
    case 'ellipsis':
      return true;
    case 'list':
    case 'tuple':
      return sameItems(a.items, (b as typeof a).items, vm);
    case 'set': {
      const other = (b as typeof a).entries;
      return a.entries.size === other.size && [...a.entries.keys()].every((key) => other.has(key));
    }
    case 'dict': {
      const other = (b as typeof a).entries;
      if (a.entries.size !== other.size) {
        return false;
      }
      let result: boolean | undefined = true;
      for (const [key, [, value]] of a.entries) {
        const match = other.get(key);
        const same = match ? equals(value, match[1], vm) : false;
        if (same === false) {
          return false;
        }
        result = same === undefined ? undefined : result;
      }
      return result;
    }
    case 'range': {
      const other = b as typeof a;
      return a.start === other.start && a.stop === other.stop && a.step === other.step;
    }
    default:
      return false;
  }
}

function sameItems(a: readonly Value[], b: readonly Value[], vm: Interpreter): boolean | undefined {
  if (a.length !== b.length) {
    return false;
  }
  let result: boolean | undefined = true;
  for (const [i, item] of a.entries()) {
    const same = equals(item, b[i] as Value, vm);
    if (same === false) {
      return false;
    }
    result = same === undefined ? undefined : result;
  }
  return result;
}

/** An unknown value of a known type differs from any of another type. */
function differentTypes(a: Value, b: Value): boolean {
  const x = typeName(a);
  const y = typeName(b);
  if (x === undefined || y === undefined) {
    return false;
  }
  const numbers = ['int', 'float', 'bool'];
  return x !== y && !(numbers.includes(x) && numbers.includes(y));
}

/** `a < b` and its kin, `in`, `is`; undefined where it is not known. */
export function compare(operator: string, a: Value, b: Value, vm: Interpreter): Value {
  switch (operator) {
    case '==':
    case '!=':
    case '<>': {
      if (a.kind === 'native' || b.kind === 'native') {
        const result = nativeBinary(operator, a, b, vm);
        if (result) {
          return result;
        }
      }
      const same = equals(a, b, vm);
      return same === undefined ? unknownOf(a, b) : bool(operator === '==' ? same : !same);
    }
    case 'is':
    case 'is not': {
      const same = identical(a, b);
      return same === undefined ? unknownOf(a, b) : bool(operator === 'is' ? same : !same);
    }
    case 'in':
    case 'not in': {
      const found = contains(b, a, vm);
      return found === undefined ? unknownOf(a, b) : bool(operator === 'in' ? found : !found);
    }
    default: {
      if (a.kind === 'unknown' || b.kind === 'unknown') {
        return unknownOf(a, b);
      }
      const native = nativeBinary(operator, a, b, vm);
      if (native) {
        return native;
      }
      const special = instanceBinary(operator, a, b, vm);
      if (special) {
        return special;
      }
      const order = orderOf(a, b, vm);
      if (order === undefined) {
        return unknown(`the comparison with ${operator}`);
      }
      return bool(
        operator === '<'
          ? order < 0
          : operator === '<='
            ? order <= 0
            : operator === '>'
              ? order > 0
              : order >= 0,
      );
    }
  }
}

function identical(a: Value, b: Value): boolean | undefined {
  if (a.kind === 'unknown' || b.kind === 'unknown') {
    return differentTypes(a, b) ? false : undefined;
  }
  if (a.kind === 'none' || b.kind === 'none') {
    return a.kind === b.kind;
  }
  if ((a.kind === 'bool' || a.kind === 'int' || a.kind === 'str') && a.kind === b.kind) {
    return a.value === b.value;
  }
  return a === b;
}

function contains(container: Value, item: Value, vm: Interpreter): boolean | undefined {
  switch (container.kind) {
    case 'str':
      return item.kind === 'str' ? container.value.includes(item.value) : undefined;
    case 'dict':
    case 'set':
      return item.kind === 'unknown' ? undefined : container.entries.has(hash(item));
    case 'range': {
      const value = numberOf(item);
      return value === undefined
        ? undefined
        : value >= container.start &&
            value < container.stop &&
            (value - container.start) % container.step === 0;
    }
    case 'instance': {
      const method = vm.lookup(container, '__contains__');
      return method ? truth(vm.callValues(method, item), vm) : undefined;
    }
    case 'list':
    case 'tuple':
    case 'native': {
      const items = container.kind === 'native' ? container.iterate(vm) : container.items;
      if (!items) {
        return undefined;
      }
      let result: boolean | undefined = false;
      for (const candidate of items) {
        const same = equals(candidate, item, vm);
        if (same) {
          return true;
        }
        result = same === undefined ? undefined : result;
      }
      return result;
    }
    default:
      return undefined;
  }
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function orderOf(a: Value, b: Value, vm: Interpreter): number | undefined {
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== undefined && y !== undefined) {
    return x - y;
  }
  if (a.kind === 'str' && b.kind === 'str') {
    return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
  }
  if ((a.kind === 'list' || a.kind === 'tuple') && a.kind === b.kind) {
    for (const [i, item] of a.items.entries()) {
      const other = b.items[i];
      if (!other) {
        return 1;
      }
      const order = orderOf(item, other, vm);
      if (order !== 0) {
        return order;
      }
    }
    return a.items.length - b.items.length;
  }
  if (a.kind === 'set' && b.kind === 'set') {
    const within = [...a.entries.keys()].every((key) => b.entries.has(key));
    return within ? a.entries.size - b.entries.size : undefined;
  }
  const typeA = typeName(a);
  const typeB = typeName(b);
  if (typeA && typeB && typeA !== typeB && a.kind !== 'native' && b.kind !== 'native') {
    throw new PythonError('TypeError', `'<' not supported between instances of '${typeA}' and '${typeB}'`);
  }
  return undefined;
}
