import type { Arguments } from '../../arguments';
import type { Interpreter } from '../../interpreter';
import { ArrayValue } from '../arrays/arrayValue';
import {
  type DictValue,
  Native,
  type Value,
  builtin,
  int,
  intOf,
  list,
  none,
  str,
  tuple,
  unknown,
} from '../../values';

/** What a `tf.data` pipeline, a generator or a loader yields: one element stands for all. */
export class DatasetValue extends Native {
  readonly typeName: string = 'Dataset';

  constructor(
    /** An element: (x, y), x, or a dictionary. */
    readonly element: Value,
    readonly facts: {
      readonly batchSize?: Value | null;
      readonly batched?: boolean;
      readonly classNames?: readonly string[] | null;
      readonly samples?: number | null;
      readonly attributes?: Readonly<Record<string, Value>>;
    } = {},
  ) {
    super();
  }

  /** The inputs of a batch. */
  inputs(): Value {
    return this.part(0) ?? this.element;
  }

  /** The targets of a batch. */
  targets(): Value | undefined {
    return this.part(1);
  }

  private part(index: number): Value | undefined {
    const { element } = this;
    if (element.kind === 'tuple') {
      return element.items[index];
    }
    return index === 0 ? element : undefined;
  }

  with(element: Value, facts: DatasetValue['facts'] = {}): DatasetValue {
    return new DatasetValue(element, { ...this.facts, ...facts });
  }

  override anyElement(): Value {
    return this.element;
  }

  override item(index: Value): Value {
    return index.kind === 'int' ? this.element : this;
  }

  override length(): Value {
    return unknown('the number of batches', this.at ?? null, 'int');
  }

  override call(): Value {
    return this;
  }

  override attribute(name: string, vm: Interpreter): Value | undefined {
    const own = this.facts.attributes?.[name];
    if (own) {
      return own;
    }
    const method = methods[name];
    if (method) {
      return builtin(`Dataset.${name}`, (inner, args) => method(this, args, inner));
    }
    void vm;
    switch (name) {
      case 'class_names':
        return this.facts.classNames
          ? list(this.facts.classNames.map(str))
          : unknown('the names of the classes');
      case 'element_spec':
        return this.element;
      case 'samples':
      case 'n':
        return unknown('the number of samples', null, 'int');
      case 'image_shape':
        return this.inputs() instanceof ArrayValue ? withoutBatch(this.inputs()) : undefined;
      default:
        return undefined;
    }
  }
}

function withoutBatch(value: Value): Value {
  return value instanceof ArrayValue && value.shape
    ? tuple(value.shape.slice(1).map((size) => (size === null ? none : int(size))))
    : unknown('the shape of the images');
}

type Method = (dataset: DatasetValue, args: Arguments, vm: Interpreter) => Value;
const same: Method = (dataset) => dataset;

function mapEntries(value: DictValue, change: (item: Value) => Value): DictValue['entries'] {
  return new Map([...value.entries].map(([hash, [key, item]]) => [hash, [key, change(item)] as const]));
}

/** The element with an axis for the batch put in front. */
export function batched(value: Value, size: number | null): Value {
  if (value instanceof ArrayValue) {
    return value.shape ? value.reshaped([size, ...value.shape]) : value;
  }
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return { ...value, items: value.items.map((item) => batched(item, size)) };
    case 'dict':
      return { ...value, entries: mapEntries(value, (item) => batched(item, size)) };
    case 'int':
    case 'float':
      return new ArrayValue([size], { dtype: value.kind === 'int' ? 'int64' : 'float32' });
    default:
      return value;
  }
}

/** The element without the first axis. */
export function unbatched(value: Value): Value {
  if (value instanceof ArrayValue) {
    return value.shape ? value.reshaped(value.shape.slice(1)) : value;
  }
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return { ...value, items: value.items.map(unbatched) };
    case 'dict':
      return { ...value, entries: mapEntries(value, unbatched) };
    default:
      return value;
  }
}

const batch: Method = (dataset, args) => {
  const size = args.get(0, 'batch_size');
  return dataset.with(batched(dataset.element, null), { batchSize: size ?? null, batched: true });
};

const methods: Readonly<Record<string, Method>> = {
  batch,
  padded_batch: batch,
  unbatch: (dataset) => dataset.with(unbatched(dataset.element), { batched: false }),
  map: (dataset, args, vm) => {
    const { element } = dataset;
    const given = element.kind === 'tuple' ? element.items : [element];
    const mapped = vm.callValues(args.required(0, 'map_func'), ...given);
    return dataset.with(mapped.kind === 'list' ? { kind: 'tuple', items: mapped.items } : mapped);
  },
  flat_map: (dataset, args, vm) => {
    const inner = vm.callValues(args.required(0, 'map_func'), dataset.element);
    return inner instanceof DatasetValue ? dataset.with(inner.element) : dataset.with(unknown('an element'));
  },
  window: (dataset, args) => {
    void args;
    return dataset.with(new DatasetValue(dataset.element));
  },
  shuffle: same,
  repeat: same,
  prefetch: same,
  cache: same,
  take: same,
  skip: same,
  shard: same,
  filter: same,
  concatenate: same,
  with_options: same,
  apply: same,
  enumerate: (dataset) => dataset.with(tuple([unknown('a count', null, 'int'), dataset.element])),
  as_numpy_iterator: same,
  make_one_shot_iterator: same,
  get_next: (dataset) => dataset.element,
  next: (dataset) => dataset.element,
  on_epoch_end: () => none,
  reset: () => none,
  cardinality: () => unknown('the number of batches', null, 'int'),
  numpy: same,
};

/** `batch_size` of a pipeline, where it is a number. */
export const batchSizeOf = (dataset: DatasetValue): number | null =>
  intOf(dataset.facts.batchSize ?? undefined) ?? null;
