import { binary } from '../operators';
import { type Value, dict, hash, int, list, none, str, builtin, unknown } from '../values';
import { builtinNamed } from '../builtins';
import { type Arguments } from '../arguments';
import { type Functions, type Members, functionValues } from './moduleTable';

const functions: Functions = {
  OrderedDict: (args, vm) => vm.call(builtinNamed('dict') ?? none, args),
  ChainMap: (args) => args.positional[0] ?? dict(),
  defaultdict: (args) => {
    const [missing, initial] = args.positional;
    const result = dict(initial?.kind === 'dict' ? initial.entries.values() : []);
    return missing && missing.kind !== 'none' ? { ...result, missing } : result;
  },
  Counter: (args, vm) => {
    const result = { ...dict(), missing: builtin('int', () => int(0)) };
    const source = args.positional[0];
    const items = source && vm.iterate(source);
    if (source && !items) {
      return unknown('a count of unknown things');
    }
    for (const item of items ?? []) {
      const key = hash(item);
      const count = result.entries.get(key)?.[1] ?? int(0);
      result.entries.set(key, [item, binary('+', count, int(1), vm)]);
    }
    return result;
  },
  deque: (args, vm) => list([...((args.positional[0] && vm.iterate(args.positional[0])) ?? [])]),
  namedtuple: (args, vm) => {
    const fields = args.required(1, 'field_names');
    const names =
      fields.kind === 'str'
        ? fields.value.split(/[\s,]+/).filter(Boolean)
        : (vm.iterate(fields) ?? []).map((field) => (field.kind === 'str' ? field.value : ''));
    const given = args.keyword('defaults');
    const defaults = (given && vm.iterate(given)) ?? [];
    const start = names.length - defaults.length;
    return builtin('namedtuple', (_vm, values: Arguments): Value => ({
      kind: 'tuple',
      items: names.map(
        (name, i) => values.get(i, name) ?? defaults[i - start] ?? unknown(`the field \`${name}\``),
      ),
      names,
    }));
  },
};

export const collections: Members = {
  ...functionValues('collections', functions),
  __name__: str('collections'),
};
