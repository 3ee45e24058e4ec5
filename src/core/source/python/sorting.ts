import type { Arguments } from './arguments';
import type { Interpreter } from './interpreter';
import { orderOf } from './comparisons';
import { truth } from './operators';
import type { Value } from './values';

/** `sorted(items, key=…, reverse=…)`; left as they are where their order is not known. */
export function sortValues(items: readonly Value[], args: Arguments, vm: Interpreter): Value[] {
  const key = args.keywords.get('key');
  const reverse = args.keywords.get('reverse');
  const descending = reverse ? truth(reverse, vm) === true : false;
  const keyed = items.map((item) => ({
    item,
    key: key && key.kind !== 'none' ? vm.callValues(key, item) : item,
  }));
  keyed.sort((a, b) => {
    const order = orderOf(a.key, b.key, vm) ?? 0;
    return descending ? -order : order;
  });
  return keyed.map(({ item }) => item);
}
