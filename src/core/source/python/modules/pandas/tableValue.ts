import type { Arguments } from '../../arguments';
import type { Interpreter } from '../../interpreter';
import { ArrayValue } from '../arrays/arrayValue';
import { sliceIndices } from '../../items';
import {
  Native,
  type Place,
  type Value,
  builtin,
  int,
  intOf,
  list,
  none,
  sequenceOf,
  str,
  tuple,
  unknown,
} from '../../values';

/** A pandas DataFrame: the names of its columns, where they are written out, and how many there are. */
export class TableValue extends Native {
  readonly typeName = 'DataFrame';

  constructor(
    readonly rows: number | null,
    /** Null where the columns are not written in the source. */
    public columns: readonly string[] | null,
    /** Number of columns, where only that is known. */
    public width: number | null,
    readonly reason: string,
    readonly place: Place | null,
  ) {
    super();
  }

  /** Columns that the program put in, with what is known of them. */
  private readonly assigned = new Map<string, ArrayValue>();
  private readonly added = new Set<string>();

  private with(columns: readonly string[] | null, width: number | null, rows = this.rows): TableValue {
    return new TableValue(rows, columns, width, this.reason, this.place);
  }

  get count(): number | null {
    return this.columns?.length ?? this.width;
  }

  toArray(): ArrayValue {
    return new ArrayValue([this.rows, this.count], { reason: this.reason, place: this.place });
  }

  private column(): ArrayValue {
    return new ArrayValue([this.rows], { reason: `a column of ${this.reason}`, place: this.place });
  }

  override item(index: Value): Value | undefined {
    const names = sequenceOf(index);
    if (index.kind === 'str') {
      return this.assigned.get(index.value) ?? this.column();
    }
    if (names) {
      return this.with(
        names.every((name) => name.kind === 'str')
          ? names.map((name) => (name.kind === 'str' ? name.value : ''))
          : null,
        names.length,
      );
    }
    return index.kind === 'native' || index.kind === 'slice'
      ? this.with(this.columns, this.width, null)
      : index.kind === 'unknown'
        ? this.column()
        : this;
  }

  /** `iloc[rows, columns]`, `loc[…]` */
  pick(index: Value): Value {
    const [rows, columns] = index.kind === 'tuple' ? index.items : [index, undefined];
    const height =
      rows?.kind === 'slice' && rows.start.kind === 'none' && rows.stop.kind === 'none' ? this.rows : null;
    if (!columns) {
      return rows?.kind === 'int'
        ? new ArrayValue([this.count], { reason: this.reason, place: this.place })
        : this.with(this.columns, this.width, height);
    }
    if (columns.kind === 'int' || columns.kind === 'str') {
      return new ArrayValue([height], { reason: `a column of ${this.reason}`, place: this.place });
    }
    const names = sequenceOf(columns);
    if (names) {
      return this.with(null, names.length, height);
    }
    if (columns.kind === 'slice') {
      const { count } = this;
      if (count !== null) {
        const indices = sliceIndices(columns, count);
        return this.with(
          this.columns && indices ? indices.map((i) => this.columns?.[i] ?? '') : null,
          indices?.length ?? null,
          height,
        );
      }
      const start = columns.start.kind === 'none' ? 0 : intOf(columns.start);
      const stop = intOf(columns.stop);
      return this.with(
        null,
        start !== undefined && stop !== undefined && start >= 0 && stop > start ? stop - start : null,
        height,
      );
    }
    return this.with(null, null, height);
  }

  /** `table['new'] = values` */
  override setItem(index: Value, value: Value): boolean {
    if (index.kind !== 'str') {
      return true;
    }
    if (value instanceof ArrayValue) {
      this.assigned.set(index.value, value);
    }
    if (this.columns) {
      this.columns = this.columns.includes(index.value) ? this.columns : [...this.columns, index.value];
    } else if (this.width !== null && !this.added.has(index.value)) {
      this.width++;
    }
    this.added.add(index.value);
    return true;
  }

  /** `table.columns = names` */
  override setAttribute(name: string, value: Value): boolean {
    const names = name === 'columns' ? sequenceOf(value) : undefined;
    if (names?.every((each) => each.kind === 'str')) {
      this.columns = names.map((each) => (each.kind === 'str' ? each.value : ''));
    }
    return true;
  }

  override length(): Value {
    return this.rows === null
      ? unknown(`the number of rows of ${this.reason}`, this.place, 'int')
      : int(this.rows);
  }

  override iterate(): readonly Value[] | undefined {
    return this.columns?.map(str);
  }

  override binary(operator: string): Value | undefined {
    return '+-*/'.includes(operator) ? this : new ArrayValue([this.rows, this.count], { dtype: 'bool' });
  }

  override truth(): boolean | undefined {
    return undefined;
  }

  override attribute(name: string, vm: Interpreter): Value | undefined {
    if (this.columns?.includes(name)) {
      return this.column();
    }
    const method = methods[name];
    if (method) {
      return builtin(`DataFrame.${name}`, (inner, args) => method(this, args, inner));
    }
    switch (name) {
      case 'values':
        return this.toArray();
      case 'shape':
        return tuple([
          this.length(),
          this.count === null
            ? unknown(`the number of columns of ${this.reason}`, this.place, 'int')
            : int(this.count),
        ]);
      case 'columns':
        return this.columns
          ? list(this.columns.map(str))
          : new ArrayValue([this.width], { dtype: 'object', reason: `the columns of ${this.reason}` });
      case 'iloc':
      case 'loc':
        return new Locator(this);
      case 'T':
        return this.with(null, this.rows, this.count);
      case 'index':
        return new ArrayValue([this.rows], { dtype: 'int64' });
      default:
        void vm;
        return /^[A-Za-z]\w*$/.test(name) && this.columns === null && !/^_/.test(name)
          ? undefined
          : undefined;
    }
  }
}

class Locator extends Native {
  readonly typeName = '_iLocIndexer';

  constructor(private readonly table: TableValue) {
    super();
  }

  override item(index: Value): Value {
    return this.table.pick(index);
  }

  override setItem(): boolean {
    return true;
  }
}

type Method = (table: TableValue, args: Arguments, vm: Interpreter) => Value;
const same: Method = (table) => table;

const methods: Readonly<Record<string, Method>> = {
  drop: (table, args) => {
    const axis = intOf(args.keyword('axis')) ?? (args.positional[1] ? intOf(args.positional[1]) : undefined);
    const given = args.keyword('columns') ?? (axis === 1 ? args.get(0, 'labels') : undefined);
    const byName = args.keyword('axis');
    if (!given && !(byName?.kind === 'str' && byName.value === 'columns')) {
      return new TableValue(null, table.columns, table.width, table.reason, table.place);
    }
    const labels = given ?? args.positional[0];
    const names: readonly string[] = sequenceOf(labels)?.map((item) =>
      item.kind === 'str' ? item.value : '',
    ) ?? [labels?.kind === 'str' ? labels.value : ''];
    const columns = table.columns?.filter((column) => !names.includes(column)) ?? null;
    return new TableValue(
      table.rows,
      columns,
      table.width === null ? null : table.width - names.length,
      table.reason,
      table.place,
    );
  },
  pop: (table) => new ArrayValue([table.rows], { reason: `a column of ${table.reason}`, place: table.place }),
  to_numpy: (table) => table.toArray(),
  as_matrix: (table) => table.toArray(),
  copy: same,
  dropna: same,
  fillna: same,
  reset_index: same,
  set_index: same,
  sort_values: same,
  sort_index: same,
  sample: same,
  head: same,
  tail: same,
  astype: same,
  replace: same,
  apply: same,
  drop_duplicates: same,
  interpolate: same,
  iterrows: () => unknown('the rows of a table'),
  info: () => none,
  describe: () => unknown('statistics of a table'),
  hist: () => none,
  plot: () => none,
  mean: (table) => new ArrayValue([table.count], { reason: 'a mean' }),
  std: (table) => new ArrayValue([table.count], { reason: 'a standard deviation' }),
};
