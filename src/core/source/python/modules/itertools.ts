import { binary, maximumItems, truth } from '../operators';
import { type Value, intOf, int, list, none, tuple, unknown } from '../values';
import type { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import { type Functions, type Members, functionValues } from './moduleTable';

/** Endless iterators are cut off here: nobody builds more layers than that from one. */
const endless = 512;

function rows(args: Arguments, vm: Interpreter): (readonly Value[])[] | undefined {
  const sources = args.positional.map((value) => vm.iterate(value));
  return sources.some((source) => source === undefined) ? undefined : sources.map((source) => source ?? []);
}

const unknownOf = (args: Arguments): Value => {
  const source = args.positional.find((value) => value.kind === 'unknown');
  return source?.kind === 'unknown' ? unknown(source.reason, source.origin) : unknown('an iterator');
};

function product(pools: readonly (readonly Value[])[]): Value[][] {
  let result: Value[][] = [[]];
  for (const pool of pools) {
    result = result.flatMap((head) => pool.map((item) => [...head, item])).slice(0, maximumItems);
  }
  return result;
}

function combinations(items: readonly Value[], size: number): Value[][] {
  if (size === 0) {
    return [[]];
  }
  return items.flatMap((item, i) =>
    combinations(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]),
  );
}

function permutations(items: readonly Value[], size: number): Value[][] {
  if (size === 0) {
    return [[]];
  }
  return items.flatMap((item, i) =>
    permutations([...items.slice(0, i), ...items.slice(i + 1)], size - 1).map((rest) => [item, ...rest]),
  );
}

const functions: Functions = {
  chain: (args, vm) => {
    const sources = rows(args, vm);
    return sources ? list(sources.flat()) : unknownOf(args);
  },
  product: (args, vm) => {
    const sources = rows(args, vm);
    const repeat = intOf(args.keyword('repeat')) ?? 1;
    return sources
      ? list(product(Array.from({ length: repeat }, () => sources).flat()).map(tuple))
      : unknownOf(args);
  },
  combinations: (args, vm) => {
    const items = vm.iterate(args.required(0, 'iterable'));
    const size = intOf(args.get(1, 'r')) ?? 2;
    return items && items.length < 20 ? list(combinations(items, size).map(tuple)) : unknownOf(args);
  },
  permutations: (args, vm) => {
    const items = vm.iterate(args.required(0, 'iterable'));
    const size = intOf(args.get(1, 'r')) ?? items?.length ?? 0;
    return items && items.length < 7 ? list(permutations(items, size).map(tuple)) : unknownOf(args);
  },
  repeat: (args) => {
    const times = intOf(args.get(1, 'times')) ?? endless;
    return list(Array.from({ length: Math.min(times, maximumItems) }, () => args.required(0, 'object')));
  },
  count: (args) => {
    const start = intOf(args.get(0, 'start')) ?? 0;
    const step = intOf(args.get(1, 'step')) ?? 1;
    return list(Array.from({ length: endless }, (_, i) => int(start + i * step)));
  },
  cycle: (args, vm) => {
    const items = vm.iterate(args.required(0, 'iterable'));
    return items && items.length > 0
      ? list(Array.from({ length: endless }, (_, i) => items[i % items.length] ?? none))
      : unknownOf(args);
  },
  islice: (args, vm) => {
    const items = vm.iterate(args.required(0, 'iterable'));
    const [a, b] = args.positional.slice(1).map((value) => intOf(value));
    return items ? list(b === undefined ? items.slice(0, a) : items.slice(a ?? 0, b)) : unknownOf(args);
  },
  zip_longest: (args, vm) => {
    const sources = rows(args, vm);
    const fill = args.keyword('fillvalue') ?? none;
    const length = Math.max(0, ...(sources ?? []).map((source) => source.length));
    return sources
      ? list(Array.from({ length }, (_, i) => tuple(sources.map((source) => source[i] ?? fill))))
      : unknownOf(args);
  },
  accumulate: (args, vm) => {
    const items = vm.iterate(args.required(0, 'iterable'));
    const combine = args.get(1, 'func');
    const result: Value[] = [];
    for (const item of items ?? []) {
      const last = result.at(-1);
      result.push(last ? (combine ? vm.callValues(combine, last, item) : binary('+', last, item, vm)) : item);
    }
    return items ? list(result) : unknownOf(args);
  },
  pairwise: (args, vm) => {
    const items = vm.iterate(args.required(0, 'iterable'));
    return items ? list(items.slice(1).map((item, i) => tuple([items[i] ?? none, item]))) : unknownOf(args);
  },
  starmap: (args, vm) => {
    const items = vm.iterate(args.required(1, 'iterable'));
    const callee = args.required(0, 'function');
    return items
      ? list(items.map((item) => vm.callValues(callee, ...(vm.iterate(item) ?? []))))
      : unknownOf(args);
  },
  takewhile: (args, vm) => {
    const items = vm.iterate(args.required(1, 'iterable'));
    const result: Value[] = [];
    for (const item of items ?? []) {
      if (truth(vm.callValues(args.required(0, 'predicate'), item), vm) !== true) {
        break;
      }
      result.push(item);
    }
    return items ? list(result) : unknownOf(args);
  },
};

const values = functionValues('itertools', functions);

export const itertools: Members = values;
