import type { Arguments } from '../../arguments';
import type { Interpreter } from '../../interpreter';
import { ArrayValue } from '../arrays/arrayValue';
import { arrayFrom } from '../arrays/fromLists';
import { type Value, builtin, none, sequenceOf, unknown } from '../../values';
import { TableValue } from './tableValue';

const names = (value: Value | undefined): string[] | null => {
  const items = sequenceOf(value);
  return items && items.every((item) => item.kind === 'str')
    ? items.map((item) => (item.kind === 'str' ? item.value : ''))
    : null;
};

function fromFile(args: Arguments): Value {
  const [path] = args.positional;
  const columns = names(args.keyword('names')) ?? names(args.keyword('usecols'));
  return new TableValue(
    null,
    columns,
    sequenceOf(args.keyword('usecols', 'names'))?.length ?? null,
    path?.kind === 'str' ? `\`${path.value}\`` : 'a file',
    args.node,
  );
}

function table(args: Arguments, vm: Interpreter): Value {
  const [data] = args.positional;
  const columns = names(args.get(2, 'columns'));
  if (data?.kind === 'dict') {
    const keys = [...data.entries.values()].map(([key]) => (key.kind === 'str' ? key.value : ''));
    const [first] = [...data.entries.values()].map(([, value]) => vm.iterate(value)?.length ?? null);
    return new TableValue(first ?? null, columns ?? keys, keys.length, 'a table', args.node);
  }
  const array = data ? arrayFrom(data) : undefined;
  return new TableValue(
    array?.shape?.[0] ?? null,
    columns,
    array?.shape?.[1] ?? null,
    array?.reason ?? 'a table',
    args.node,
  );
}

/** Members of `pandas`. */
export function pandasMember(name: string): Value | undefined {
  switch (name) {
    case 'read_csv':
    case 'read_excel':
    case 'read_table':
    case 'read_json':
    case 'read_pickle':
      return builtin(`pandas.${name}`, (_vm, args) => fromFile(args));
    case 'DataFrame':
      return builtin('pandas.DataFrame', (vm, args) => table(args, vm));
    case 'Series':
      return builtin('pandas.Series', (_vm, args) =>
        args.positional[0]
          ? (arrayFrom(args.positional[0]) ?? new ArrayValue([null]))
          : new ArrayValue([null]),
      );
    case 'get_dummies':
      return builtin('pandas.get_dummies', (_vm, args) => {
        const [data] = args.positional;
        return data instanceof ArrayValue
          ? new TableValue(data.shape?.[0] ?? null, null, data.classes, data.reason, args.node)
          : data instanceof TableValue
            ? new TableValue(data.rows, null, null, data.reason, args.node)
            : unknown('a table of indicators', args.node);
      });
    case 'concat':
      return builtin(
        'pandas.concat',
        (_vm, args) => sequenceOf(args.positional[0])?.[0] ?? unknown('tables put together', args.node),
      );
    case 'to_datetime':
      return builtin('pandas.to_datetime', (_vm, args) => args.positional[0] ?? none);
    case 'set_option':
      return builtin('pandas.set_option', () => none);
    default:
      return undefined;
  }
}
