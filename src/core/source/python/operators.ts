import { PythonError } from './errors';
import type { Interpreter } from './interpreter';
import { percentFormat } from './text';
import {
  type UnknownValue,
  type Value,
  bool,
  dict,
  float,
  hash,
  int,
  list,
  numberOf,
  set,
  str,
  tuple,
  typeName,
  unknown,
} from './values';

/** Python's truth of a value; undefined where it is not known. */
export function truth(value: Value, vm: Interpreter): boolean | undefined {
  switch (value.kind) {
    case 'unknown':
      return undefined;
    case 'none':
      return false;
    case 'bool':
      return value.value;
    case 'int':
    case 'float':
      return value.value !== 0;
    case 'str':
    case 'bytes':
      return value.value !== '';
    case 'list':
    case 'tuple':
      return value.items.length > 0;
    case 'dict':
    case 'set':
      return value.entries.size > 0;
    case 'range':
      return rangeLength(value) > 0;
    case 'native':
      return value.truth();
    case 'instance': {
      for (const name of ['__bool__', '__len__']) {
        const method = vm.lookup(value, name);
        if (method) {
          return truth(vm.callValues(method), vm);
        }
      }
      return true;
    }
    default:
      return true;
  }
}

export function rangeLength(range: { start: number; stop: number; step: number }): number {
  return Math.max(0, Math.ceil((range.stop - range.start) / range.step));
}

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

export function unknownOf(...values: readonly Value[]): UnknownValue {
  for (const value of values) {
    if (value.kind === 'unknown') {
      // Its type is lost in the operation.
      return value.type === undefined ? value : unknown(value.reason, value.origin);
    }
  }
  return unknown('the result of an operation');
}

/** `a + b` and the other binary operators. */
export function binary(operator: string, a: Value, b: Value, vm: Interpreter): Value {
  const native = nativeBinary(operator, a, b, vm);
  if (native) {
    return native;
  }
  if (a.kind === 'unknown' || b.kind === 'unknown') {
    return unknownBinary(operator, a, b);
  }
  const x = numberOf(a);
  const y = numberOf(b);
  if (x !== undefined && y !== undefined) {
    return arithmetic(operator, x, y, a.kind === 'float' || b.kind === 'float');
  }
  const special = instanceBinary(operator, a, b, vm);
  if (special) {
    return special;
  }
  const result = containers(operator, a, b);
  if (result) {
    return result;
  }
  if (a.kind === 'native' || b.kind === 'native' || a.kind === 'instance' || b.kind === 'instance') {
    return unknown(`the result of ${operator}`);
  }
  throw new PythonError(
    'TypeError',
    `unsupported operand type(s) for ${operator}: '${typeName(a) ?? '?'}' and '${typeName(b) ?? '?'}'`,
  );
}

/** Keeps what is known of the type, so that `'conv' + unknown` is still a string. */
function unknownBinary(operator: string, a: Value, b: Value): UnknownValue {
  const source = unknownOf(a, b);
  const types = [typeName(a), typeName(b)];
  if (types.includes('str') && (operator === '+' || (operator === '%' && types[0] === 'str'))) {
    return unknown(source.reason, source.origin, 'str');
  }
  const numbers = types.every((type) => type === 'int' || type === 'float' || type === 'bool');
  if (numbers) {
    const type = operator === '/' || types.includes('float') ? 'float' : 'int';
    return unknown(source.reason, source.origin, type);
  }
  return source;
}

function nativeBinary(operator: string, a: Value, b: Value, vm: Interpreter): Value | undefined {
  const left = a.kind === 'native' ? a : a.kind === 'instance' ? a.native : null;
  const right = b.kind === 'native' ? b : b.kind === 'instance' ? b.native : null;
  return left?.binary(operator, b, false, vm) ?? right?.binary(operator, a, true, vm);
}

const specialNames: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'truediv',
  '//': 'floordiv',
  '%': 'mod',
  '**': 'pow',
  '@': 'matmul',
  '&': 'and',
  '|': 'or',
  '^': 'xor',
  '<<': 'lshift',
  '>>': 'rshift',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
};

function instanceBinary(operator: string, a: Value, b: Value, vm: Interpreter): Value | undefined {
  const name = specialNames[operator];
  if (name === undefined) {
    return undefined;
  }
  const method = a.kind === 'instance' ? vm.lookup(a, `__${name}__`) : undefined;
  if (method) {
    return vm.callValues(method, b);
  }
  const reflected = b.kind === 'instance' ? vm.lookup(b, `__r${name}__`) : undefined;
  return reflected && vm.callValues(reflected, a);
}

function arithmetic(operator: string, x: number, y: number, isFloat: boolean): Value {
  const number = isFloat ? float : int;
  switch (operator) {
    case '+':
      return number(x + y);
    case '-':
      return number(x - y);
    case '*':
      return number(x * y);
    case '/':
      return float(x / nonZero(y));
    case '//':
      return number(Math.floor(x / nonZero(y)));
    case '%': {
      const rest = x % nonZero(y);
      return number(rest !== 0 && rest < 0 !== y < 0 ? rest + y : rest);
    }
    case '**': {
      const power = x ** y;
      return !isFloat && y >= 0 ? int(power) : float(power);
    }
    case '&':
      return int(Number(BigInt(x) & BigInt(y)));
    case '|':
      return int(Number(BigInt(x) | BigInt(y)));
    case '^':
      return int(Number(BigInt(x) ^ BigInt(y)));
    case '<<':
      return int(x * 2 ** y);
    case '>>':
      return int(Math.floor(x / 2 ** y));
    default:
      throw new PythonError('TypeError', `unsupported operand type(s) for ${operator}`);
  }
}

function nonZero(value: number): number {
  if (value === 0) {
    throw new PythonError('ZeroDivisionError', 'division by zero');
  }
  return value;
}

function containers(operator: string, a: Value, b: Value): Value | undefined {
  if (a.kind === 'str' && operator === '%') {
    const text = percentFormat(a.value, b);
    return text === undefined ? unknown('a text put together with %', null, 'str') : str(text);
  }
  if (operator === '+') {
    if (a.kind === 'str' && b.kind === 'str') {
      return str(a.value + b.value);
    }
    if (a.kind === 'list' && b.kind === 'list') {
      return list([...a.items, ...b.items]);
    }
    if (a.kind === 'tuple' && b.kind === 'tuple') {
      return tuple([...a.items, ...b.items]);
    }
  }
  if (operator === '*') {
    const [sequence, times] = b.kind === 'int' || b.kind === 'bool' ? [a, numberOf(b)] : [b, numberOf(a)];
    const count = Math.max(0, times ?? 0);
    if (sequence.kind === 'str' && times !== undefined) {
      return str(sequence.value.repeat(Math.min(count, 10000)));
    }
    if ((sequence.kind === 'list' || sequence.kind === 'tuple') && times !== undefined) {
      const items = repeat(sequence.items, count);
      return sequence.kind === 'list' ? list(items) : tuple(items);
    }
  }
  if (a.kind === 'set' && b.kind === 'set') {
    const inA = [...a.entries.values()];
    const inB = [...b.entries.values()];
    switch (operator) {
      case '|':
        return set([...inA, ...inB]);
      case '&':
        return set(inA.filter((item) => b.entries.has(hash(item))));
      case '-':
        return set(inA.filter((item) => !b.entries.has(hash(item))));
      case '^':
        return set([
          ...inA.filter((item) => !b.entries.has(hash(item))),
          ...inB.filter((item) => !a.entries.has(hash(item))),
        ]);
    }
  }
  if (a.kind === 'dict' && b.kind === 'dict' && operator === '|') {
    return dict([...a.entries.values(), ...b.entries.values()]);
  }
  return undefined;
}

/** No list of the reader grows beyond this. */
export const maximumItems = 20000;

function repeat(items: readonly Value[], count: number): Value[] {
  const result: Value[] = [];
  for (let i = 0; i < count && result.length + items.length <= maximumItems; i++) {
    result.push(...items);
  }
  return result;
}

/** `-x`, `+x`, `~x` */
export function unary(operator: string, value: Value, vm: Interpreter): Value {
  if (value.kind === 'unknown') {
    return value;
  }
  const number = numberOf(value);
  if (number !== undefined) {
    if (operator === '~') {
      return int(-number - 1);
    }
    const result = operator === '-' ? -number : number;
    return value.kind === 'float' ? float(result) : int(result);
  }
  const native = value.kind === 'native' ? value : value.kind === 'instance' ? value.native : null;
  return native?.unary(operator, vm) ?? unknown(`the result of ${operator}`);
}
