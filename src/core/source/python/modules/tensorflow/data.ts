import { Native, type Value, builtin, intOf, none, sequenceOf, stringOf, tuple, unknown } from '../../values';
import { ArrayValue } from '../arrays/arrayValue';
import { arrayFrom } from '../arrays/fromLists';
import { DatasetValue, unbatched } from '../datasets/datasetValue';
import type { Arguments } from '../../arguments';

/** A structure of lists and dictionaries with lists of numbers made arrays. */
function asArrays(value: Value): Value {
  switch (value.kind) {
    case 'tuple':
      return { ...value, items: value.items.map(asArrays) };
    case 'dict':
      return {
        ...value,
        entries: new Map(
          [...value.entries].map(([hash, [key, item]]) => [hash, [key, asArrays(item)] as const]),
        ),
      };
    case 'list':
      return arrayFrom(value) ?? value;
    default:
      return value;
  }
}

/** `tf.data.Dataset` and its constructors. */
class DatasetClass extends Native {
  readonly typeName = 'type';

  override attribute(name: string): Value | undefined {
    switch (name) {
      case 'from_tensor_slices':
        return builtin(
          `Dataset.${name}`,
          (_vm, args) => new DatasetValue(unbatched(asArrays(args.positional[0] ?? none))),
        );
      case 'from_tensors':
        return builtin(
          `Dataset.${name}`,
          (_vm, args) => new DatasetValue(asArrays(args.positional[0] ?? none)),
        );
      case 'from_generator':
        return builtin(`Dataset.${name}`, (_vm, args) => new DatasetValue(fromGenerator(args)));
      case 'zip':
        return builtin(`Dataset.${name}`, (_vm, args) => {
          const parts = sequenceOf(args.positional[0]) ?? args.positional;
          return new DatasetValue(
            tuple(parts.map((part) => (part instanceof DatasetValue ? part.element : part))),
          );
        });
      case 'range':
        return builtin(`Dataset.${name}`, () => new DatasetValue(new ArrayValue([], { dtype: 'int64' })));
      case 'list_files':
        return builtin(`Dataset.${name}`, () => new DatasetValue(unknown('the name of a file', null, 'str')));
      default:
        return undefined;
    }
  }
}

/** The element that `output_signature` or `output_shapes` describe. */
function fromGenerator(args: Arguments): Value {
  const signature = args.keyword('output_signature');
  if (signature) {
    return signature;
  }
  const shapes = args.get(2, 'output_shapes');
  const describe = (value: Value): Value => {
    const items = sequenceOf(value);
    return items?.every((item) => item.kind === 'none' || intOf(item) !== undefined)
      ? new ArrayValue(items.map((item) => intOf(item) ?? null))
      : items
        ? tuple(items.map(describe))
        : unknown('what a generator yields', args.node);
  };
  return shapes ? describe(shapes) : unknown('what a generator yields', args.node);
}

const dataset = new DatasetClass();

/** Members of `tf.data`. */
export function dataMember(name: string): Value | undefined {
  switch (name) {
    case 'Dataset':
      return dataset;
    case 'AUTOTUNE':
      return { kind: 'int', value: -1 };
    case 'TextLineDataset':
    case 'TFRecordDataset':
      return builtin(
        `tensorflow.data.${name}`,
        () => new DatasetValue(unknown('a line of a file', null, 'str')),
      );
    default:
      return undefined;
  }
}

/** `tf.TensorSpec(shape, dtype)` */
export function tensorSpec(args: Arguments): Value {
  const shape = sequenceOf(args.get(0, 'shape'));
  return new ArrayValue(shape ? shape.map((size) => intOf(size) ?? null) : null, {
    dtype: stringOf(args.get(1, 'dtype')) ?? 'float32',
  });
}
