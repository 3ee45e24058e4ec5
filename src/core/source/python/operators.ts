import { PythonError } from './errors';
import type { Interpreter } from './interpreter';
import { percentFormat } from './text';
import {
  type UnknownValue,
  type Value,
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

/** What a library's object makes of an operator. */
export function nativeBinary(operator: string, a: Value, b: Value, vm: Interpreter): Value | undefined {
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

/** What an instance's special methods make of an operator. */
export function instanceBinary(operator: string, a: Value, b: Value, vm: Interpreter): Value | undefined {
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
