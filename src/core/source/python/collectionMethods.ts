import type { Arguments } from './arguments';
import { PythonError } from './errors';
import type { Interpreter } from './interpreter';
import { equals } from './comparisons';
import { sortValues } from './sorting';
import {
  type DictValue,
  type ListValue,
  type SetValue,
  type TupleValue,
  type Value,
  bool,
  builtin,
  dict,
  hash,
  int,
  intOf,
  list,
  none,
  set,
  str,
  tuple,
  unknown,
} from './values';

type Method<Self extends Value> = (self: Self, args: Arguments, vm: Interpreter) => Value;

const itemsOf = (args: Arguments, vm: Interpreter, index = 0): readonly Value[] => {
  const value = args.positional[index];
  return (value && vm.iterate(value)) ?? [];
};

/** Filled in a loop of unknown length, a container may hold more than was put in. */
export function markOpen(container: ListValue | DictValue, vm: Interpreter): void {
  if (vm.uncertain > 0) {
    container.open = true;
  }
}

const listMethods: Readonly<Record<string, Method<ListValue>>> = {
  append: (self, args, vm) => {
    self.items.push(args.required(0, 'object'));
    markOpen(self, vm);
    return none;
  },
  extend: (self, args, vm) => {
    const source = args.positional[0];
    const items = source && vm.iterate(source);
    self.items.push(...(items ?? []));
    if (!items) {
      self.open = true;
    }
    markOpen(self, vm);
    return none;
  },
  insert: (self, args) => {
    self.items.splice(intOf(args.positional[0]) ?? self.items.length, 0, args.required(1, 'object'));
    return none;
  },
  pop: (self, args) => {
    const at = intOf(args.positional[0]) ?? -1;
    const [item] = self.items.splice(at, 1);
    if (!item && self.open) {
      return unknown('an element of a list that a loop fills');
    }
    if (!item) {
      throw new PythonError('IndexError', 'pop from empty list');
    }
    return item;
  },
  remove: (self, args, vm) => {
    const at = self.items.findIndex((item) => equals(item, args.required(0, 'value'), vm));
    if (at >= 0) {
      self.items.splice(at, 1);
    }
    return none;
  },
  clear: (self) => {
    self.items.length = 0;
    return none;
  },
  reverse: (self) => {
    self.items.reverse();
    return none;
  },
  sort: (self, args, vm) => {
    self.items.splice(0, Infinity, ...sortValues(self.items, args, vm));
    return none;
  },
  copy: (self) => list([...self.items]),
};

const sequenceMethods: Readonly<Record<string, Method<ListValue | TupleValue>>> = {
  index: (self, args, vm) => {
    const at = self.items.findIndex((item) => equals(item, args.required(0, 'value'), vm));
    if (at < 0) {
      throw new PythonError('ValueError', 'value is not in the list');
    }
    return int(at);
  },
  count: (self, args, vm) =>
    int(self.items.filter((item) => equals(item, args.required(0, 'value'), vm)).length),
};

const dictMethods: Readonly<Record<string, Method<DictValue>>> = {
  keys: (self) => list([...self.entries.values()].map(([key]) => key)),
  values: (self) => list([...self.entries.values()].map(([, value]) => value)),
  items: (self) => list([...self.entries.values()].map((pair) => tuple(pair))),
  get: (self, args) => {
    const key = args.required(0, 'key');
    return key.kind === 'unknown'
      ? key
      : (self.entries.get(hash(key))?.[1] ?? args.get(1, 'default') ?? none);
  },
  pop: (self, args) => {
    const key = hash(args.required(0, 'key'));
    const found = self.entries.get(key)?.[1] ?? args.positional[1];
    if (!found) {
      throw new PythonError('KeyError', 'key');
    }
    self.entries.delete(key);
    return found;
  },
  popitem: (self) => {
    const last = [...self.entries].at(-1);
    if (!last) {
      throw new PythonError('KeyError', 'dictionary is empty');
    }
    self.entries.delete(last[0]);
    return tuple(last[1]);
  },
  setdefault: (self, args) => {
    const key = args.required(0, 'key');
    const found = self.entries.get(hash(key))?.[1];
    const value = found ?? args.positional[1] ?? none;
    self.entries.set(hash(key), [key, value]);
    return value;
  },
  update: (self, args, vm) => {
    const other = args.positional[0];
    if (other?.kind === 'dict') {
      for (const [key, pair] of other.entries) {
        self.entries.set(key, pair);
      }
    } else if (other) {
      for (const pair of vm.iterate(other) ?? []) {
        const [key, value] = vm.iterate(pair) ?? [];
        if (key && value) {
          self.entries.set(hash(key), [key, value]);
        }
      }
    }
    for (const [key, value] of args.keywords) {
      self.entries.set(`s${key}`, [str(key), value]);
    }
    return none;
  },
  copy: (self) => dict(self.entries.values()),
  clear: (self) => {
    self.entries.clear();
    return none;
  },
  fromkeys: (_self, args, vm) => dict(itemsOf(args, vm).map((key) => [key, args.positional[1] ?? none])),
  most_common: (self, args) => {
    const count = intOf(args.positional[0]);
    const pairs = [...self.entries.values()].sort((a, b) => (intOf(b[1]) ?? 0) - (intOf(a[1]) ?? 0));
    return list(pairs.slice(0, count ?? pairs.length).map((pair) => tuple(pair)));
  },
};

const setMethods: Readonly<Record<string, Method<SetValue>>> = {
  add: (self, args) => {
    const item = args.required(0, 'element');
    self.entries.set(hash(item), item);
    return none;
  },
  discard: (self, args) => {
    self.entries.delete(hash(args.required(0, 'element')));
    return none;
  },
  remove: (self, args) => {
    self.entries.delete(hash(args.required(0, 'element')));
    return none;
  },
  update: (self, args, vm) => {
    itemsOf(args, vm).forEach((item) => self.entries.set(hash(item), item));
    return none;
  },
  union: (self, args, vm) => set([...self.entries.values(), ...itemsOf(args, vm)]),
  intersection: (self, args, vm) => set(itemsOf(args, vm).filter((item) => self.entries.has(hash(item)))),
  difference: (self, args, vm) => {
    const others = new Set(itemsOf(args, vm).map(hash));
    return set([...self.entries.values()].filter((item) => !others.has(hash(item))));
  },
  issubset: (self, args, vm) => {
    const others = new Set(itemsOf(args, vm).map(hash));
    return bool([...self.entries.keys()].every((key) => others.has(key)));
  },
  copy: (self) => set(self.entries.values()),
};

/** A method of a list, tuple, dictionary, set or range; a field of a namedtuple. */
export function collectionMethod(value: Value, name: string, _vm: Interpreter): Value | undefined {
  switch (value.kind) {
    case 'list':
      return bound(value, name, listMethods[name] ?? sequenceMethods[name]);
    case 'tuple':
      return tupleAttribute(value, name);
    case 'dict':
      return bound(value, name, dictMethods[name]);
    case 'set':
      return bound(value, name, setMethods[name]);
    default:
      return value.kind === 'range' && (name === 'start' || name === 'stop' || name === 'step')
        ? int(value[name])
        : undefined;
  }
}

function bound<Self extends Value>(
  self: Self,
  name: string,
  method: Method<Self> | undefined,
): Value | undefined {
  return method && builtin(`${self.kind}.${name}`, (vm, args) => method(self, args, vm));
}

function tupleAttribute(value: TupleValue, name: string): Value | undefined {
  const at = value.names?.indexOf(name) ?? -1;
  if (at >= 0) {
    return value.items[at];
  }
  switch (name) {
    case '_asdict':
      return builtin(name, () =>
        dict((value.names ?? []).map((key, i) => [str(key), value.items[i] ?? none])),
      );
    case '_replace':
      return builtin(name, (_vm, args) => ({
        ...value,
        items: value.items.map((item, i) => args.keywords.get(value.names?.[i] ?? '') ?? item),
      }));
    // The shape of a tensor in TensorFlow 1 and 2 is a TensorShape.
    case 'as_list':
      return builtin(name, () => list([...value.items]));
    case 'rank':
    case 'ndims':
      return int(value.items.length);
    case 'num_elements':
      return builtin(name, () => {
        const sizes = value.items.map((item) => intOf(item));
        return sizes.includes(undefined)
          ? unknown('the number of elements')
          : int(sizes.reduce<number>((product, size) => product * (size ?? 1), 1));
      });
    default:
      return bound<ListValue | TupleValue>(value, name, sequenceMethods[name]);
  }
}
