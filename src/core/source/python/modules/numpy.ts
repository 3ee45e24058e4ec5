import { operationFunction } from '../keras/operationFunctions';
import { tensorsIn } from '../keras/tensorValue';
import { arraysIn } from '../keras/operations';
import type { KerasSession } from '../keras/session';
import type { Interpreter } from '../interpreter';
import type { Arguments } from '../arguments';
import {
  type Value,
  builtin,
  float,
  int,
  intOf,
  none,
  numberOf,
  sequenceOf,
  str,
  tuple,
  unknown,
} from '../values';
import { math } from './math';
import { ArrayValue, type ArrayFacts, type Distribution, unknownDistribution } from './arrays/arrayValue';
import { arrayFrom, describe } from './arrays/fromLists';
import { arrayMethod, arrayStatistic, integers, normal, sizesOf, uniform } from './arrays/arrayMethods';
import { drawn as newDraw, merged, stacked, writtenOut } from './arrays/provenance';
import { indexObject } from './arrays/indexObjects';
import { type Functions } from './moduleTable';

/** A shape argument: a number or a sequence. */
function shapeArgument(value: Value | undefined): (number | null)[] | null {
  if (!value || value.kind === 'none') {
    return [];
  }
  return value.kind === 'unknown' || value.kind === 'native' ? null : sizesOf([value]);
}

const dtypeOf = (value: Value | undefined): string | undefined =>
  value?.kind === 'str'
    ? value.value
    : value?.kind === 'builtin'
      ? value.name.slice(value.name.lastIndexOf('.') + 1)
      : undefined;

const constant = (n: number): Distribution => ({
  kind: 'uniform',
  mean: n,
  std: 0,
  min: n,
  max: n,
  zeroShare: n === 0 ? 1 : 0,
});

function filled(args: Arguments, value: number, dtypeAt = 1): Value {
  const shape = shapeArgument(args.get(0, 'shape'));
  const size = shape?.reduce<number>((n, each) => n * (each ?? Infinity), 1) ?? Infinity;
  return new ArrayValue(shape, {
    dtype: dtypeOf(args.get(dtypeAt, 'dtype')) ?? 'float64',
    distribution: constant(value),
    data: shape?.length === 1 && size <= 1024 ? Array.from({ length: size }, () => value) : null,
    provenance: writtenOut,
    place: args.node,
  });
}

/** New random numbers; arrays among the arguments are their parameters, which decide the shape where none is given. */
function drawn(
  args: Arguments,
  shape: (number | null)[] | null,
  { reason = 'random numbers', ...facts }: ArrayFacts,
): Value {
  const parameters = [...args.values()].flatMap(arraysIn);
  if (shape?.length === 0 && parameters.length === 0) {
    return unknown('a random number', args.node, facts.dtype?.includes('int') ? 'int' : 'float');
  }
  return new ArrayValue(shape?.length === 0 ? (parameters[0]?.shape ?? null) : shape, {
    ...facts,
    place: args.node,
    reason,
    provenance: facts.provenance ?? newDraw(...parameters.map(({ provenance }) => provenance)),
  });
}

/** What `choice` takes from: an array, a list or so many whole numbers. */
function choices(from: Value | undefined): ArrayFacts {
  const count = intOf(from);
  const array = from && count === undefined ? arrayFrom(from) : undefined;
  return count === undefined
    ? { ...(array?.facts ?? { dtype: 'int64' }), data: null, provenance: newDraw() }
    : { dtype: 'int64', distribution: integers(count), classes: count };
}

const random: Functions = {
  rand: (args) =>
    drawn(args, sizesOf(args.positional), {
      distribution: uniform(0, 1),
    }),
  randn: (args) =>
    drawn(args, sizesOf(args.positional), {
      distribution: normal(0, 1),
    }),
  random: (args) =>
    drawn(args, shapeArgument(args.get(0, 'size', 'shape')), {
      distribution: uniform(0, 1),
    }),
  random_sample: (args) =>
    drawn(args, shapeArgument(args.get(0, 'size')), {
      distribution: uniform(0, 1),
    }),
  uniform: (args) =>
    drawn(args, shapeArgument(args.get(2, 'size')), {
      distribution: uniform(numberOf(args.get(0, 'low')) ?? 0, numberOf(args.get(1, 'high')) ?? 1),
    }),
  normal: (args) =>
    drawn(args, shapeArgument(args.get(2, 'size')), {
      distribution: normal(numberOf(args.get(0, 'loc')) ?? 0, numberOf(args.get(1, 'scale')) ?? 1),
    }),
  standard_normal: (args) => drawn(args, shapeArgument(args.get(0, 'size')), { distribution: normal(0, 1) }),
  randint: (args) => {
    const low = intOf(args.get(0, 'low'));
    const high = intOf(args.get(1, 'high'));
    const below = high ?? low ?? 2;
    return drawn(args, shapeArgument(args.get(2, 'size')), {
      dtype: 'int64',
      distribution: integers(below),
      classes: below - (high === undefined ? 0 : (low ?? 0)),
    });
  },
  choice: (args) => {
    const [from] = args.positional;
    const shape = shapeArgument(args.get(1, 'size'));
    return drawn(args, shape, choices(from));
  },
  permutation: (args) => {
    const [from] = args.positional;
    return from instanceof ArrayValue
      ? from.reshaped(from.shape)
      : new ArrayValue([intOf(from) ?? null], { dtype: 'int64', provenance: writtenOut });
  },
  multivariate_normal: (args, vm) => {
    const mean = args.get(0, 'mean');
    const length = mean ? (vm.iterate(mean)?.length ?? null) : null;
    const rows = shapeArgument(args.get(2, 'size')) ?? [null];
    return drawn(args, [...rows, length], { distribution: normal(0, 1) });
  },
  binomial: (args) => drawn(args, shapeArgument(args.get(2, 'size')), { dtype: 'int64', classes: 2 }),
  exponential: (args) => drawn(args, shapeArgument(args.get(1, 'size')), {}),
  poisson: (args) => drawn(args, shapeArgument(args.get(1, 'size')), { dtype: 'int64' }),
  seed: () => none,
  shuffle: () => none,
};
const generators = new Set(['RandomState', 'default_rng']);

/** What arrays put together have for elements. */
function mixture(parts: readonly ArrayValue[]): ArrayFacts {
  const [first] = parts;
  if (!first || parts.length === 1) {
    return {};
  }
  const distributions = parts.map(({ distribution }) => distribution);
  if (distributions.every(({ std, mean }) => std === 0 && mean === Math.round(mean ?? 0.5))) {
    const values = [...new Set(distributions.map(({ mean }) => mean ?? 0))];
    return { classes: values.length, distribution: describe(values) };
  }
  const same = (key: 'mean' | 'std'): boolean =>
    distributions.every((each) => each[key] === first.distribution[key]);
  const ends = (key: 'min' | 'max', pick: (...values: number[]) => number): number | null => {
    const values = distributions.map((each) => each[key]);
    return values.includes(null) ? null : pick(...values.map((value) => value ?? 0));
  };
  return same('mean') && same('std')
    ? {}
    : {
        distribution: {
          ...unknownDistribution,
          kind: distributions.every(({ kind }) => kind === first.distribution.kind)
            ? first.distribution.kind
            : 'unknown',
          min: ends('min', Math.min),
          max: ends('max', Math.max),
        },
      };
}

/** Stacks arrays: `axis` counts the joined one. */
function joined(args: Arguments, axisOf: (rank: number) => number, lift: number): Value {
  const parts = args.positional[0] ? (sequenceOf(args.positional[0]) ?? []) : [];
  const arrays = parts.map((part) => (part instanceof ArrayValue ? part : arrayFrom(part)));
  const [first] = arrays;
  const known = arrays.filter((array) => array !== undefined);
  if (!first?.shape || arrays.some((array) => !array?.shape)) {
    return first
      ? new ArrayValue(null, {
          ...first.facts,
          data: null,
          ...(known.length === arrays.length ? mixture(known) : { distribution: unknownDistribution }),
        })
      : unknown('arrays put together', args.node);
  }
  const shape = first.shape.length < lift ? [1, ...first.shape] : [...first.shape];
  const axis = axisOf(shape.length);
  const at = axis < 0 ? axis + shape.length : axis;
  shape[at] = arrays.reduce<number | null>((sum, array) => {
    const sizes = array && array.shape ? (array.shape.length < lift ? [1, ...array.shape] : array.shape) : [];
    const size = sizes[at] ?? null;
    return sum === null || size === null ? null : sum + size;
  }, 0);
  const data =
    shape.length === 1 && arrays.every((array) => array?.data)
      ? arrays.flatMap((array) => [...(array?.data ?? [])])
      : null;
  const provenance = arrays.map((array) => array?.provenance ?? null);
  return first.reshaped(shape, {
    data,
    ...mixture(known),
    provenance: at === 0 ? stacked(provenance) : merged(...provenance),
  });
}

const fromFile = (args: Arguments, columns: boolean): Value =>
  new ArrayValue(columns ? [null, null] : null, {
    reason: `the data of ${args.positional[0]?.kind === 'str' ? `\`${args.positional[0].value}\`` : 'a file'}`,
    place: args.node,
  });

/** Columns named by `usecols` or `unpack`. */
function table(args: Arguments): Value {
  const columns = sequenceOf(args.keyword('usecols'));
  const file = fromFile(args, true);
  return columns && file instanceof ArrayValue ? file.reshaped([null, columns.length]) : file;
}

const unit = (rows: number | null, columns: number | null): ArrayValue =>
  new ArrayValue([rows, columns], {
    distribution: { ...unknownDistribution, kind: 'one-hot', min: 0, max: 1 },
    provenance: writtenOut,
  });

const mergedOf = (values: readonly Value[]): ReturnType<typeof merged> =>
  merged(...values.map((value) => (value instanceof ArrayValue ? value.provenance : null)));

const functions: Functions = {
  zeros: (args) => filled(args, 0),
  ones: (args) => filled(args, 1),
  empty: (args) => filled(args, 0),
  full: (args) => filled(args, numberOf(args.get(1, 'fill_value')) ?? 0, 2),
  eye: (args) =>
    unit(intOf(args.get(0, 'N')) ?? null, intOf(args.get(1, 'M')) ?? intOf(args.get(0, 'N')) ?? null),
  identity: (args) => unit(intOf(args.get(0, 'n')) ?? null, intOf(args.get(0, 'n')) ?? null),
  array: (args) =>
    arrayFrom(args.required(0, 'object'), args.node, dtypeOf(args.get(1, 'dtype'))) ??
    unknown('an array', args.node),
  asarray: (args) =>
    arrayFrom(args.required(0, 'a'), args.node, dtypeOf(args.get(1, 'dtype'))) ??
    unknown('an array', args.node),
  arange: (args) => {
    const [first, second] = [args.get(0, 'start'), args.get(1, 'stop', 'limit')];
    const from = second ? (first ?? int(0)) : int(0);
    const to = second ?? first;
    const by = args.get(2, 'step', 'delta') ?? int(1);
    const [start, stop, step] = [numberOf(from), to && numberOf(to), numberOf(by)];
    const known = start !== undefined && stop !== undefined && step !== undefined && step !== 0;
    const length = known ? Math.max(0, Math.ceil((stop - start) / step)) : null;
    return new ArrayValue([length], {
      dtype: [from, to, by].every((value) => value?.kind === 'int') ? 'int64' : 'float64',
      data:
        known && length !== null && length <= 1024
          ? Array.from({ length }, (_, i) => start + i * step)
          : null,
      distribution: known ? { ...uniform(start, stop), kind: 'integers' } : integers(2),
      provenance: newDraw(),
      place: args.node,
    });
  },
  linspace: (args) => {
    const [start, stop] = [numberOf(args.get(0, 'start')), numberOf(args.get(1, 'stop'))];
    const length = intOf(args.get(2, 'num')) ?? (args.get(2, 'num') ? null : 50);
    return new ArrayValue([length], {
      distribution: start !== undefined && stop !== undefined ? uniform(start, stop) : normal(0, 1),
      place: args.node,
      provenance: newDraw(),
    });
  },
  loadtxt: table,
  genfromtxt: table,
  load: (args) => fromFile(args, false),
  vstack: (args) => joined(args, () => 0, 2),
  row_stack: (args) => joined(args, () => 0, 2),
  hstack: (args) => joined(args, (rank) => (rank === 1 ? 0 : 1), 1),
  concatenate: (args) => joined(args, () => intOf(args.get(1, 'axis')) ?? 0, 1),
  append: (args) =>
    joined(
      args.with([{ kind: 'list', items: args.positional.slice(0, 2) }], args.keywords),
      () => intOf(args.get(2, 'axis')) ?? 0,
      1,
    ),
  column_stack: (args) => {
    const parts = sequenceOf(args.positional[0]) ?? [];
    const [first] = parts;
    return first instanceof ArrayValue && first.shape?.length === 1
      ? first.reshaped([first.shape[0] ?? null, parts.length], { provenance: mergedOf(parts) })
      : joined(args, () => 1, 2);
  },
  unique: (args) => {
    const [array] = args.positional;
    const source = array instanceof ArrayValue ? array : array ? arrayFrom(array) : undefined;
    const different = source?.data ? [...new Set(source.data)].sort((a, b) => a - b) : null;
    const values = (source ?? new ArrayValue([null])).reshaped(
      [different?.length ?? source?.classes ?? null],
      { data: different, reason: `the different values of ${source?.reason ?? 'the data'}` },
    );
    const extras = ['return_index', 'return_inverse', 'return_counts'].filter((name) =>
      args.keywords.has(name),
    );
    return extras.length > 0
      ? tuple([values, ...extras.map(() => new ArrayValue(values.shape, { dtype: 'int64' }))])
      : values;
  },
  shape: (args, vm) =>
    (args.positional[0] && vm.attribute(args.positional[0], 'shape')) ??
    unknown('a shape', args.node, 'tuple'),
  prod: (args, vm) => {
    const items = args.positional[0]
      ? (vm.iterate(args.positional[0]) ?? []).map((item) => numberOf(item))
      : [];
    return items.includes(undefined) || items.length === 0
      ? unknown('a product', args.node, 'int')
      : int(items.reduce<number>((product, item) => product * (item ?? 1), 1));
  },
  savetxt: () => none,
  save: () => none,
  set_printoptions: () => none,
  isscalar: (args) => ({ kind: 'bool', value: numberOf(args.positional[0]) !== undefined }),
  where: (args) => {
    const [condition, a, b] = args.positional;
    const array = [a, b, condition].find(
      (value): value is ArrayValue => value instanceof ArrayValue && value.dtype !== 'bool',
    );
    const provenance = mergedOf(args.positional.filter((value) => numberOf(value) === undefined));
    return a && b
      ? (array?.reshaped(array.shape, { provenance }) ??
          (condition instanceof ArrayValue
            ? condition.reshaped(condition.shape, { dtype: 'int64', classes: 2, provenance })
            : unknown('a choice', args.node)))
      : tuple([new ArrayValue([null], { dtype: 'int64' })]);
  },
  zeros_like: (args) => likeFirst(args, 0),
  ones_like: (args) => likeFirst(args, 1),
  meshgrid: (args) =>
    tuple(
      args.positional.map((value) =>
        value instanceof ArrayValue ? new ArrayValue([null, null], value.facts) : unknown('a grid'),
      ),
    ),
  ndarray: (args) => new ArrayValue(shapeArgument(args.get(0, 'shape'))),
  bincount: () => new ArrayValue([null], { dtype: 'int64' }),
  delete: (args) => {
    const [array] = args.positional;
    return array instanceof ArrayValue
      ? array.reshaped(array.shape?.map(() => null) ?? null)
      : unknown('an array');
  },
  moveaxis: (args) => {
    const [array, from, to] = args.positional;
    const [a, b] = [intOf(from), intOf(to)];
    if (!(array instanceof ArrayValue) || !array.shape || a === undefined || b === undefined) {
      return unknown('an array', args.node);
    }
    const shape = [...array.shape];
    const [moved = null] = shape.splice(a < 0 ? a + shape.length : a, 1);
    shape.splice(b < 0 ? b + shape.length + 1 : b, 0, moved);
    return array.reshaped(shape);
  },
};

function likeFirst(args: Arguments, value: number): Value {
  const [array] = args.positional;
  return array instanceof ArrayValue
    ? array.reshaped(array.shape, { distribution: constant(value) })
    : unknown('an array');
}

const dtypes = new Set([
  'float16',
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'bool',
  'bool_',
  'float',
  'int',
  'str',
  'object',
  'float_',
  'int_',
]);
const constants: Readonly<Record<string, Value>> = {
  pi: float(Math.PI),
  e: float(Math.E),
  inf: float(Infinity),
  nan: float(NaN),
  newaxis: none,
  __version__: str('2.4.6'),
};

/** Functions on numbers that leave the shape of an array as it is. */
const elementwise = new Set(
  'sqrt exp log log2 log10 log1p expm1 sin cos tan sinh cosh tanh abs absolute fabs sign floor ceil round rint square power maximum minimum clip nan_to_num asfarray ascontiguousarray copy float32 float64 real flip fliplr flipud roll sort cumsum add subtract multiply divide true_divide mod isnan deg2rad rad2deg interp convolve gradient'.split(
    ' ',
  ),
);
/** Statistics and methods under the same name as a function. */
const asMethods = new Set(
  'reshape ravel transpose swapaxes squeeze argmax argmin argsort repeat nonzero'.split(' '),
);

function onArray(name: string, session: KerasSession): Value {
  return builtin(`numpy.${name}`, (vm, args) => {
    const [first] = args.positional;
    const arrays = args.positional.flatMap(arraysIn);
    const [array] = arrays;
    if (array) {
      const [, second] = args.positional;
      const sign = operators[name];
      return sign !== undefined && first && second
        ? (array.binary(sign, first === array ? second : first, first !== array, vm) ?? array)
        : array.reshaped(array.shape, { provenance: merged(...arrays.map(({ provenance }) => provenance)) });
    }
    const known = math[name === 'abs' || name === 'absolute' ? 'fabs' : name];
    if (known && numberOf(first) !== undefined) {
      return vm.call(known, args);
    }
    if ([...args.values()].some((value) => tensorsIn(value).length > 0)) {
      const op = operationFunction(`numpy.${name}`, name, session);
      return op ? vm.call(op, args) : unknown(`numpy.${name}`, args.node);
    }
    const list = first ? arrayFrom(first) : undefined;
    return list && first?.kind !== 'int' && first?.kind !== 'float' ? list : scalarResult(name, args, vm);
  });
}

const operators: Readonly<Record<string, string>> = {
  add: '+',
  subtract: '-',
  multiply: '*',
  divide: '/',
  true_divide: '/',
  mod: '%',
  power: '**',
};

function scalarResult(name: string, args: Arguments, _vm: Interpreter): Value {
  const [x, y] = args.positional.map((value) => numberOf(value));
  if (x !== undefined) {
    switch (name) {
      case 'square':
        return float(x * x);
      case 'power':
        return float(x ** (y ?? 1));
      case 'maximum':
        return float(Math.max(x, y ?? x));
      case 'minimum':
        return float(Math.min(x, y ?? x));
      case 'round':
      case 'rint':
        return float(Math.round(x));
      case 'sign':
        return float(Math.sign(x));
      default:
        return float(x);
    }
  }
  const missing = args.positional.find((value) => value.kind === 'unknown');
  return missing?.kind === 'unknown'
    ? unknown(missing.reason, missing.origin)
    : unknown(`numpy.${name}`, args.node);
}

function asMethod(name: string): Value {
  return builtin(`numpy.${name}`, (vm, args) => {
    const [first, ...rest] = args.positional;
    const array = first instanceof ArrayValue ? first : first ? arrayFrom(first) : undefined;
    const statistic = arrayStatistic(name);
    if (!array) {
      return first?.kind === 'unknown'
        ? unknown(first.reason, first.origin)
        : unknown(`numpy.${name}`, args.node);
    }
    if (statistic) {
      return statistic(array, args.with(rest, args.keywords));
    }
    const method = arrayMethod(array, name, vm);
    const keywords = new Map([...args.keywords].filter(([key]) => key !== 'newshape' && key !== 'shape'));
    const shape = args.keyword('newshape', 'shape');
    return method
      ? vm.call(method, args.with(shape ? [shape] : rest, keywords))
      : unknown(`numpy.${name}`, args.node);
  });
}

/** Members of `numpy`. */
export function numpyMember(name: string, session: KerasSession): Value | undefined {
  if (Object.hasOwn(constants, name)) {
    return constants[name];
  }
  const function_ = functions[name];
  if (function_) {
    return builtin(`numpy.${name}`, (vm, args) => function_(args, vm));
  }
  if (dtypes.has(name)) {
    return builtin(`numpy.${name}`, (_vm, args) => {
      const [value] = args.positional;
      const number = numberOf(value);
      return number === undefined
        ? (value ?? none)
        : name.includes('int')
          ? int(Math.trunc(number))
          : float(number);
    });
  }
  if (name === 'random') {
    return session.module('numpy.random');
  }
  if (name === 'r_' || name === 'c_') {
    return indexObject(name);
  }
  if (elementwise.has(name)) {
    return onArray(name, session);
  }
  if (asMethods.has(name) || arrayStatistic(name)) {
    return asMethod(name);
  }
  return operationFunction(`numpy.${name}`, name, session);
}

/** Members of `numpy.random`. */
export function numpyRandomMember(name: string, session: KerasSession): Value | undefined {
  const function_ = random[name === 'integers' ? 'randint' : name];
  if (function_) {
    return builtin(`numpy.random.${name}`, (vm, args) => function_(args, vm));
  }
  return generators.has(name)
    ? builtin(`numpy.random.${name}`, () => session.module('numpy.random') ?? none)
    : undefined;
}
