import { type Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import { type FunctionValue, Native, type Value, dict, none, str, tuple, unknown } from '../values';
import { type Functions, type Members, functionValues } from './moduleTable';

/** `partial(f, …)` */
class Partial extends Native {
  readonly typeName = 'partial';

  constructor(
    readonly callee: Value,
    readonly given: Arguments,
  ) {
    super();
  }

  override call(args: Arguments, vm: Interpreter): Value {
    const joined = args.with(
      [...this.given.positional, ...args.positional],
      new Map([...this.given.keywords, ...args.keywords]),
    );
    joined.unknownRest ??= this.given.unknownRest;
    return vm.call(this.callee, joined);
  }

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'func':
        return this.callee;
      case 'args':
        return tuple(this.given.positional);
      case 'keywords':
        return dict([...this.given.keywords].map(([key, value]) => [str(key), value]));
      default:
        return undefined;
    }
  }
}

const functions: Functions = {
  partial: (args) => {
    const [callee, ...rest] = args.positional;
    return callee ? new Partial(callee, args.with(rest, args.keywords)) : unknown('partial()');
  },
  reduce: (args, vm) => {
    const [callee, source, start] = args.positional;
    const items = source && vm.iterate(source);
    if (!callee || !items) {
      return unknown('the result of reduce()');
    }
    const [first, ...rest] = start ? [start, ...items] : items;
    return rest.reduce((total, item) => vm.callValues(callee, total, item), first ?? none);
  },
  // As decorators they leave the function as it is.
  wraps: () => decorator,
  lru_cache: (args) =>
    args.positional.find((value): value is FunctionValue => value.kind === 'function') ?? decorator,
  cache: (args) => args.positional[0] ?? none,
  cmp_to_key: () => unknown('a sort key'),
};

const decorator: Value = {
  kind: 'builtin',
  name: 'decorator',
  invoke: (_vm, args) => args.positional[0] ?? none,
};

export const functools: Members = functionValues('functools', functions);
