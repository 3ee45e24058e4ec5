import type { Arguments } from '../arguments';
import { binary } from '../operators';
import { type Value, builtin, dict, list, none, set, str, tuple, unknown, Native } from '../values';
import { type Functions, type Members, functionValues } from './moduleTable';

const randomNumber =
  (type: string): Functions[string] =>
  () =>
    unknown('a random number', null, type);

/** `random`: numbers that differ from run to run. */
export const random: Members = functionValues('random', {
  random: randomNumber('float'),
  uniform: randomNumber('float'),
  gauss: randomNumber('float'),
  randint: randomNumber('int'),
  randrange: randomNumber('int'),
  choice: (args, vm) => {
    const items = args.positional[0] && vm.iterate(args.positional[0]);
    return items?.[0] ?? unknown('a random choice');
  },
  sample: () => unknown('a random sample'),
  seed: () => none,
  shuffle: () => none,
});

/** What goes over a value without changing what it is. */
const same: Functions[string] = (args) => args.positional[0] ?? none;

function copyValue(value: Value): Value {
  switch (value.kind) {
    case 'list':
      return list([...value.items]);
    case 'dict':
      return dict(value.entries.values());
    case 'set':
      return set(value.entries.values());
    default:
      return value;
  }
}

function deepCopy(value: Value, depth = 0): Value {
  if (depth > 20) {
    return value;
  }
  switch (value.kind) {
    case 'list':
      return list(value.items.map((item) => deepCopy(item, depth + 1)));
    case 'tuple':
      return { ...value, items: value.items.map((item) => deepCopy(item, depth + 1)) };
    case 'dict':
      return dict([...value.entries.values()].map(([key, item]) => [key, deepCopy(item, depth + 1)]));
    default:
      return copyValue(value);
  }
}

export const copy: Members = functionValues('copy', {
  copy: (args) => copyValue(args.positional[0] ?? none),
  deepcopy: (args) => deepCopy(args.positional[0] ?? none),
});

export const time: Members = functionValues('time', {
  time: () => unknown('the time', null, 'float'),
  perf_counter: () => unknown('the time', null, 'float'),
  sleep: () => none,
  strftime: () => unknown('the time', null, 'str'),
});

export const json: Members = functionValues('json', {
  loads: () => unknown('the contents of a JSON text'),
  load: () => unknown('the contents of a JSON file'),
  dumps: () => unknown('a JSON text', null, 'str'),
  dump: () => none,
});

class Field extends Native {
  readonly typeName = 'Field';

  constructor(private readonly make: () => Value) {
    super();
  }

  override call(): Value {
    return this.make();
  }
}

export const dataclasses: Members = functionValues('dataclasses', {
  dataclass: same,
  field: (args, vm) => {
    const value = args.keyword('default');
    const factory = args.keyword('default_factory');
    return value ?? (factory ? new Field(() => vm.callValues(factory)) : unknown('a field'));
  },
  asdict: (args, vm) =>
    (args.positional[0] && vm.attribute(args.positional[0], '__dict__')) ?? unknown('a dictionary'),
  replace: same,
});

const operatorNames: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  truediv: '/',
  floordiv: '//',
  mod: '%',
  pow: '**',
  matmul: '@',
};

export const operator: Members = {
  ...Object.fromEntries(
    Object.entries(operatorNames).map(([name, sign]) => [
      name,
      builtin(`operator.${name}`, (vm, args: Arguments) =>
        binary(sign, args.required(0, 'a'), args.required(1, 'b'), vm),
      ),
    ]),
  ),
  ...functionValues('operator', {
    itemgetter: (args) =>
      builtin('itemgetter', (vm, given) => {
        const picked = args.positional.map((index) => vm.item(given.required(0, 'obj'), index));
        return picked.length === 1 ? (picked[0] ?? none) : tuple(picked);
      }),
    attrgetter: (args) =>
      builtin('attrgetter', (vm, given) => {
        const name = args.positional[0];
        return (
          (name?.kind === 'str' ? vm.attribute(given.required(0, 'obj'), name.value) : undefined) ??
          unknown('an attribute')
        );
      }),
  }),
};

export const string: Members = {
  ascii_lowercase: str('abcdefghijklmnopqrstuvwxyz'),
  ascii_uppercase: str('ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  ascii_letters: str('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  digits: str('0123456789'),
  punctuation: str('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'),
  printable: str(
    '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~ \t\n\r\x0b\x0c',
  ),
};

export const types: Members = functionValues('types', {
  SimpleNamespace: (args): Value => ({
    kind: 'instance',
    class: {
      kind: 'class',
      name: 'SimpleNamespace',
      bases: [],
      attributes: new Map(),
      node: { type: 'class', start: 0, end: 0, field: '', children: [], parent: null },
      fields: null,
    },
    attributes: new Map(args.keywords),
    native: null,
    call: null,
  }),
});

/** `typing`, `abc`, `enum`, `warnings`: nothing of theirs changes what is built. */
export const typing: Members = Object.fromEntries(
  [
    'List',
    'Dict',
    'Tuple',
    'Optional',
    'Union',
    'Any',
    'Callable',
    'Iterable',
    'Sequence',
    'Generic',
    'Literal',
  ].map((name) => [name, builtin(name, () => none)]),
);

export const abc: Members = {
  ...functionValues('abc', { abstractmethod: same }),
  ABC: builtin('ABC', () => none),
  ABCMeta: builtin('ABCMeta', () => none),
};

export const warnings: Members = functionValues('warnings', {
  filterwarnings: () => none,
  simplefilter: () => none,
  warn: () => none,
});

export const numbers: Members = { Number: builtin('numbers.Number', () => none) };
