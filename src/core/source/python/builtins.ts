import type { Arguments } from './arguments';
import { findInClass, resolutionOrder } from './attributes';
import {
  ExceptionValue,
  ZipValue,
  getAttribute,
  hasAttribute,
  isInstance,
  unknownLike,
} from './builtinObjects';
import { PythonError } from './errors';
import type { Interpreter } from './interpreter';
import { orderOf } from './comparisons';
import { binary, rangeLength, truth } from './operators';
import { sortValues } from './sorting';
import { format, repr, toText } from './text';
import {
  type Value,
  bool,
  builtin,
  dict,
  float,
  hash,
  identity,
  int,
  intOf,
  list,
  none,
  numberOf,
  pyFalse,
  pyTrue,
  set,
  str,
  stringOf,
  tuple,
  typeName,
  unknown,
} from './values';

type Invoke = (vm: Interpreter, args: Arguments) => Value;

const firstOf = (args: Arguments): Value => args.positional[0] ?? none;

function collect(make: (items: Value[]) => Value): Invoke {
  return (vm, args) => {
    const value = args.positional[0];
    if (!value) {
      return make([]);
    }
    const items = vm.iterate(value);
    return items
      ? make([...items])
      : value.kind === 'unknown'
        ? unknown(value.reason, value.origin)
        : unknown('the elements of something');
  };
}

function reduceOrder(sign: 1 | -1): Invoke {
  return (vm, args) => {
    const [only] = args.positional;
    if (only?.kind === 'native' && args.positional.length === 1) {
      const method = only.attribute(sign > 0 ? 'min' : 'max', vm);
      if (method) {
        return vm.callValues(method);
      }
    }
    const source = args.positional.length === 1 ? vm.iterate(firstOf(args)) : args.positional;
    const key = args.keywords.get('key');
    const candidates = source ?? [];
    if (!source || candidates.some((item) => item.kind === 'unknown')) {
      return candidates.find((item) => item.kind === 'unknown') ?? unknownLike(firstOf(args));
    }
    let best: Value | undefined;
    let bestKey: Value | undefined;
    for (const item of candidates) {
      const itemKey = key ? vm.callValues(key, item) : item;
      if (!best || !bestKey || (orderOf(itemKey, bestKey, vm) ?? 0) * sign < 0) {
        best = item;
        bestKey = itemKey;
      }
    }
    return best ?? args.keywords.get('default') ?? unknown('the extreme of what a loop fills');
  };
}

function lengthOf(value: Value, vm: Interpreter): Value {
  switch (value.kind) {
    case 'str':
    case 'bytes':
      return int([...value.value].length);
    case 'list':
      return value.open
        ? unknown('the length of a list that a loop fills', value.at ?? null, 'int')
        : int(value.items.length);
    case 'tuple':
      return int(value.items.length);
    case 'dict':
      return value.open
        ? unknown('the size of a dictionary that a loop fills', value.at ?? null, 'int')
        : int(value.entries.size);
    case 'set':
      return int(value.entries.size);
    case 'range':
      return int(rangeLength(value));
    case 'native':
      return value.length() ?? unknown(`the length of ${value.typeName}`, null, 'int');
    case 'instance': {
      const method = vm.lookup(value, '__len__');
      return method ? vm.callValues(method) : (value.native?.length() ?? unknown('a length', null, 'int'));
    }
    case 'unknown':
      return unknown(`the length of ${value.reason}`, value.origin, 'int');
    default:
      throw new PythonError('TypeError', `object of type '${typeName(value) ?? '?'}' has no len()`);
  }
}

/** `int("3")`, `float(x)`: of a number or of a text that is one. */
function toNumber(kind: 'int' | 'float'): Invoke {
  return (vm, args) => {
    const value = firstOf(args);
    if (args.positional.length === 0) {
      return kind === 'int' ? int(0) : float(0);
    }
    if (value.kind === 'instance') {
      const method = vm.lookup(value, `__${kind}__`);
      return method ? vm.callValues(method) : unknownNumber(value, kind);
    }
    const text = value.kind === 'str' ? value.value.trim() : undefined;
    const base = intOf(args.positional[1]);
    const number =
      text === undefined
        ? (numberOf(value) ?? scalarOf(value, vm))
        : base !== undefined
          ? parseInt(text, base)
          : text === ''
            ? NaN
            : Number(text.replace(/^([+-]?)inf(?:inity)?$/i, '$1Infinity').replace(/_/g, ''));
    if (number === undefined) {
      if (value.kind === 'none' || value.kind === 'list' || value.kind === 'dict') {
        throw new PythonError('TypeError', `${kind}() argument must be a string or a number`);
      }
      return unknownNumber(value, kind);
    }
    if (text !== undefined && Number.isNaN(number) && !/^nan$/i.test(text)) {
      throw new PythonError('ValueError', `could not convert string to ${kind}: '${text}'`);
    }
    return kind === 'int' ? int(Math.trunc(number)) : float(number);
  };
}

const unknownNumber = (value: Value, type: string): Value =>
  value.kind === 'unknown' ? unknown(value.reason, value.origin, type) : unknown('a number', null, type);

/** The number in an array of one element. */
function scalarOf(value: Value, vm: Interpreter): number | undefined {
  const item = value.kind === 'native' ? value.attribute('item', vm) : undefined;
  return item ? numberOf(vm.callValues(item)) : undefined;
}

function zip(vm: Interpreter, args: Arguments): Value {
  if (args.unknownRest) {
    return unknownLike(args.unknownRest);
  }
  const sources = args.positional.map((value) => vm.iterate(value));
  if (sources.some((source) => source === undefined)) {
    const known = sources.filter((source) => source !== undefined);
    if (known.length === 0) {
      return new ZipValue(args.positional);
    }
  }
  const length = Math.min(...sources.map((source) => source?.length ?? Infinity));
  return list(
    Array.from({ length: Number.isFinite(length) ? length : 0 }, (_, i) =>
      tuple(sources.map((source, k) => source?.[i] ?? unknownLike(args.positional[k] ?? none))),
    ),
  );
}

const functions: Readonly<Record<string, Invoke>> = {
  len: (vm, args) => lengthOf(firstOf(args), vm),
  range: (_vm, args) => {
    const [a, b, c] = args.positional.map((value) => numberOf(value));
    const missing = args.positional.find((value) => numberOf(value) === undefined);
    if (missing) {
      return unknownLike(missing);
    }
    return b === undefined
      ? { kind: 'range', start: 0, stop: a ?? 0, step: 1 }
      : { kind: 'range', start: a ?? 0, stop: b, step: c === undefined || c === 0 ? 1 : c };
  },
  int: toNumber('int'),
  float: toNumber('float'),
  bool: (vm, args) => {
    const holds = truth(firstOf(args), vm);
    return holds === undefined
      ? unknownNumber(firstOf(args), 'bool')
      : bool(args.positional.length > 0 && holds);
  },
  str: (vm, args) => {
    const value = args.positional[0];
    if (!value) {
      return str('');
    }
    const method =
      value.kind === 'instance' ? (vm.lookup(value, '__str__') ?? vm.lookup(value, '__repr__')) : undefined;
    if (method) {
      return vm.callValues(method);
    }
    const text = toText(value);
    return text === undefined ? unknownNumber(value, 'str') : str(text);
  },
  repr: (_vm, args) => {
    const text = repr(firstOf(args));
    return text === undefined ? unknownNumber(firstOf(args), 'str') : str(text);
  },
  format: (_vm, args) => {
    const text = format(firstOf(args), stringOf(args.positional[1]) ?? '');
    return text === undefined ? unknownNumber(firstOf(args), 'str') : str(text);
  },
  list: collect(list),
  tuple: collect(tuple),
  set: collect(set),
  frozenset: collect(set),
  iter: (vm, args) => {
    const value = firstOf(args);
    return value.kind === 'native' && !vm.iterate(value) ? value : collect(list)(vm, args);
  },
  reversed: collect((items) => list(items.reverse())),
  dict: (vm, args) => {
    const source = args.positional[0];
    const result = dict(source?.kind === 'dict' ? source.entries.values() : []);
    if (source && source.kind !== 'dict') {
      const items = vm.iterate(source);
      if (!items) {
        return unknownLike(source);
      }
      for (const pair of items) {
        const [key, value] = vm.iterate(pair) ?? [];
        if (key && value) {
          result.entries.set(hash(key), [key, value]);
        }
      }
    }
    for (const [key, value] of args.keywords) {
      result.entries.set(`s${key}`, [str(key), value]);
    }
    return result;
  },
  sorted: (vm, args) => {
    const items = vm.iterate(firstOf(args));
    return items ? list(sortValues(items, args, vm)) : unknownLike(firstOf(args));
  },
  enumerate: (vm, args) => {
    const items = vm.iterate(firstOf(args));
    const start = intOf(args.get(1, 'start')) ?? 0;
    return items ? list(items.map((item, i) => tuple([int(start + i), item]))) : unknownLike(firstOf(args));
  },
  zip,
  map: (vm, args) => {
    const [callee, ...sources] = args.positional;
    const rows = sources.map((source) => vm.iterate(source));
    if (!callee || rows.some((row) => row === undefined)) {
      return unknownLike(sources[0] ?? none);
    }
    const length = Math.min(...rows.map((row) => row?.length ?? 0));
    return list(
      Array.from({ length }, (_, i) => vm.callValues(callee, ...rows.map((row) => row?.[i] ?? none))),
    );
  },
  filter: (vm, args) => {
    const [callee, source] = args.positional;
    const items = source && vm.iterate(source);
    if (!callee || !items) {
      return unknownLike(source ?? none);
    }
    return list(
      items.filter((item) => truth(callee.kind === 'none' ? item : vm.callValues(callee, item), vm)),
    );
  },
  sum: (vm, args) => {
    const items = vm.iterate(firstOf(args));
    let total: Value = args.positional[1] ?? int(0);
    for (const item of items ?? []) {
      total = binary('+', total, item, vm);
    }
    return items ? total : unknownLike(firstOf(args));
  },
  min: reduceOrder(1),
  max: reduceOrder(-1),
  abs: (_vm, args) => {
    const value = numberOf(firstOf(args));
    return value === undefined
      ? unknownLike(firstOf(args))
      : firstOf(args).kind === 'float'
        ? float(Math.abs(value))
        : int(Math.abs(value));
  },
  round: (_vm, args) => {
    const value = numberOf(firstOf(args));
    const digits = intOf(args.get(1, 'ndigits'));
    if (value === undefined) {
      return unknownLike(firstOf(args));
    }
    if (digits === undefined) {
      const down = Math.floor(value);
      const half = value - down === 0.5;
      return int(half ? (down % 2 === 0 ? down : down + 1) : Math.round(value));
    }
    return float(Number(value.toFixed(Math.max(0, digits))));
  },
  pow: (vm, args) => binary('**', firstOf(args), args.required(1, 'exp'), vm),
  divmod: (vm, args) => {
    const other = args.required(1, 'y');
    return tuple([binary('//', firstOf(args), other, vm), binary('%', firstOf(args), other, vm)]);
  },
  any: (vm, args) => quantify(vm, args, true),
  all: (vm, args) => quantify(vm, args, false),
  isinstance: (vm, args) => {
    const result = isInstance(vm, firstOf(args), args.required(1, 'class_or_tuple'));
    return result === undefined ? unknown('the type of a value') : bool(result);
  },
  issubclass: (_vm, args) => {
    const [value, other] = args.positional;
    return value?.kind === 'class' && other
      ? bool(resolutionOrder(value).includes(other))
      : unknown('a class');
  },
  callable: (_vm, args) => {
    const value = firstOf(args);
    const kinds = ['function', 'method', 'builtin', 'class'];
    return value.kind === 'unknown'
      ? value
      : value.kind === 'native'
        ? pyTrue
        : value.kind === 'instance'
          ? bool(findInClass(value.class, '__call__') !== undefined || value.native !== null)
          : bool(kinds.includes(value.kind));
  },
  type: (_vm, args) => {
    const value = firstOf(args);
    if (value.kind === 'instance') {
      return value.class;
    }
    const name = typeName(value);
    return name === undefined ? unknownLike(value) : (table[name] ?? unknown(`the type ${name}`));
  },
  getattr: getAttribute,
  hasattr: hasAttribute,
  setattr: (vm, args) => {
    const [object, name, value] = args.positional;
    if (object && name?.kind === 'str' && value) {
      vm.setAttribute(object, name.value, value);
    }
    return none;
  },
  next: (vm, args) => {
    const source = firstOf(args);
    if (source.kind === 'list') {
      const item =
        source.items.shift() ?? args.positional[1] ?? (source.open ? unknown('an element') : undefined);
      if (!item) {
        throw new PythonError('StopIteration', '');
      }
      return item;
    }
    const items = source.kind === 'instance' ? undefined : vm.iterate(source);
    const native = source.kind === 'native' ? source.anyElement(vm) : undefined;
    const method = source.kind === 'instance' ? vm.lookup(source, '__next__') : undefined;
    return method ? vm.callValues(method) : (items?.[0] ?? native ?? unknownLike(source));
  },
  slice: (_vm, args) => {
    const [a = none, b, c = none] = args.positional;
    return b
      ? { kind: 'slice', start: a, stop: b, step: c }
      : { kind: 'slice', start: none, stop: a, step: none };
  },
  id: (_vm, args) => int(identity(firstOf(args))),
  hash: (_vm, args) => int(identity(firstOf(args))),
  chr: (_vm, args) => {
    const code = intOf(firstOf(args));
    return code === undefined ? unknownNumber(firstOf(args), 'str') : str(String.fromCodePoint(code));
  },
  ord: (_vm, args) => {
    const code = stringOf(firstOf(args))?.codePointAt(0);
    return code === undefined ? unknownNumber(firstOf(args), 'int') : int(code);
  },
  bin: (_vm, args) => str(`0b${(intOf(firstOf(args)) ?? 0).toString(2)}`),
  hex: (_vm, args) => str(`0x${(intOf(firstOf(args)) ?? 0).toString(16)}`),
  print: () => none,
  display: () => none,
  object: () => ({
    kind: 'instance',
    class: {
      kind: 'class',
      name: 'object',
      bases: [],
      attributes: new Map(),
      node: objectNode,
      fields: null,
    },
    attributes: new Map(),
    native: null,
    call: null,
  }),
  input: () => unknown('what is typed in', null, 'str'),
  open: () => unknown('the contents of a file'),
  exit: () => none,
  quit: () => none,
  eval: () => unknown('the result of eval'),
  exec: () => none,
  vars: (vm, args) => vm.attribute(firstOf(args), '__dict__') ?? unknown('the attributes of an object'),
  dir: () => unknown('the names in an object'),
  property: (_vm, args) => {
    const getter = firstOf(args);
    return getter.kind === 'function' ? { ...getter, role: 'property' } : getter;
  },
  staticmethod: (_vm, args) => firstOf(args),
  classmethod: (_vm, args) => firstOf(args),
  unicode: (vm, args) => (functions['str'] as Invoke)(vm, args),
  xrange: (vm, args) => (functions['range'] as Invoke)(vm, args),
  raw_input: () => unknown('what is typed in', null, 'str'),
};

const objectNode = { type: 'object', start: 0, end: 0, field: '', children: [], parent: null };

function quantify(vm: Interpreter, args: Arguments, sought: boolean): Value {
  const items = vm.iterate(firstOf(args));
  if (!items) {
    return unknownLike(firstOf(args));
  }
  const results = items.map((item) => truth(item, vm));
  if (results.includes(sought)) {
    return bool(sought);
  }
  return results.includes(undefined) ? unknown('a condition') : bool(!sought);
}

const exceptions = [
  'Exception',
  'BaseException',
  'ValueError',
  'TypeError',
  'KeyError',
  'IndexError',
  'AttributeError',
  'NameError',
  'RuntimeError',
  'NotImplementedError',
  'ImportError',
  'ModuleNotFoundError',
  'AssertionError',
  'OSError',
  'IOError',
  'FileNotFoundError',
  'ZeroDivisionError',
  'StopIteration',
  'KeyboardInterrupt',
  'SystemExit',
  'Warning',
  'UserWarning',
  'DeprecationWarning',
  'FutureWarning',
];

const table: Readonly<Record<string, Value>> = {
  ...Object.fromEntries(Object.entries(functions).map(([name, invoke]) => [name, builtin(name, invoke)])),
  ...Object.fromEntries(
    exceptions.map((name) => [name, builtin(name, (_vm, args) => new ExceptionValue(name, args.positional))]),
  ),
  NotImplemented: unknown('NotImplemented'),
  True: pyTrue,
  False: pyFalse,
  None: none,
  __debug__: pyTrue,
};

/** Python's own functions, types and exceptions by name. */
export function builtinNamed(name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
