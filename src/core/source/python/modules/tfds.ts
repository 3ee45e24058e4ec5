import type { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import { ArrayValue, type Distribution, unknownDistribution } from './arrays/arrayValue';
import { integers } from './arrays/arrayMethods';
import { DatasetValue, batched } from './datasets/datasetValue';
import {
  Native,
  type Value,
  builtin,
  dict,
  int,
  list,
  sequenceOf,
  str,
  stringOf,
  tuple,
  unknown,
} from '../values';

/** Data sets of tensorflow_datasets that programs load most: image shape (null: texts), number of classes. */
const known: Readonly<
  Record<
    string,
    { readonly shape: readonly (number | null)[] | null; readonly classes: number; readonly train: number }
  >
> = {
  mnist: { shape: [28, 28, 1], classes: 10, train: 60000 },
  fashion_mnist: { shape: [28, 28, 1], classes: 10, train: 60000 },
  kmnist: { shape: [28, 28, 1], classes: 10, train: 60000 },
  'emnist/letters': { shape: [28, 28, 1], classes: 37, train: 88800 },
  cifar10: { shape: [32, 32, 3], classes: 10, train: 50000 },
  cifar100: { shape: [32, 32, 3], classes: 100, train: 50000 },
  svhn_cropped: { shape: [32, 32, 3], classes: 10, train: 73257 },
  cats_vs_dogs: { shape: [null, null, 3], classes: 2, train: 23262 },
  horses_or_humans: { shape: [300, 300, 3], classes: 2, train: 1027 },
  rock_paper_scissors: { shape: [300, 300, 3], classes: 3, train: 2520 },
  tf_flowers: { shape: [null, null, 3], classes: 5, train: 3670 },
  oxford_flowers102: { shape: [null, null, 3], classes: 102, train: 1020 },
  beans: { shape: [500, 500, 3], classes: 3, train: 1034 },
  food101: { shape: [null, null, 3], classes: 101, train: 75750 },
  malaria: { shape: [null, null, 3], classes: 2, train: 27558 },
  stanford_dogs: { shape: [null, null, 3], classes: 120, train: 12000 },
  imdb_reviews: { shape: null, classes: 2, train: 25000 },
};

const pixels: Distribution = { kind: 'pixels', mean: 110, std: 65, min: 0, max: 255, zeroShare: 0.1 };

/** `ds_info`: features, splits. */
class Info extends Native {
  readonly typeName = 'DatasetInfo';

  constructor(
    private readonly classes: number | null,
    private readonly shape: readonly (number | null)[] | null,
  ) {
    super();
  }

  override attribute(name: string): Value | undefined {
    const label: Value = new Record_({
      num_classes: this.classes === null ? unknown('the number of classes', null, 'int') : int(this.classes),
      names: list(Array.from({ length: this.classes ?? 0 }, (_, i) => str(String(i)))),
    });
    switch (name) {
      case 'features':
        return openDict([
          [str('label'), label],
          [
            str('image'),
            new Record_({
              shape: tuple((this.shape ?? []).map((size) => (size === null ? { kind: 'none' } : int(size)))),
            }),
          ],
        ]);
      case 'splits':
        return dict(
          ['train', 'test', 'validation'].map((split) => [
            str(split),
            new Record_({ num_examples: unknown('the number of samples', null, 'int') }),
          ]),
        );
      default:
        return undefined;
    }
  }
}

const openDict = (entries: readonly [Value, Value][]): Value => ({ ...dict(entries), open: true });

/** Data sets of splits that are not known: unpacked, each is the data set. */
class Splits extends Native {
  readonly typeName = 'tuple';

  constructor(private readonly dataset: Value) {
    super();
  }

  override item(): Value {
    return this.dataset;
  }

  override anyElement(): Value {
    return this.dataset;
  }

  override attribute(name: string, vm: Interpreter): Value | undefined {
    return vm.attribute(this.dataset, name);
  }
}

class Record_ extends Native {
  readonly typeName = 'object';

  constructor(private readonly members: Readonly<Record<string, Value>>) {
    super();
  }

  override attribute(name: string): Value | undefined {
    return this.members[name];
  }
}

const isTrue = (value: Value | undefined): boolean => value?.kind === 'bool' && value.value;

function load(args: Arguments): Value {
  const name = stringOf(args.get(0, 'name')) ?? '';
  const facts = known[name] ?? known[name.split('/')[0] ?? ''] ?? known[name.split(':')[0] ?? ''];
  const supervised = isTrue(args.keyword('as_supervised'));
  const image = facts
    ? new ArrayValue(facts.shape ?? [], {
        dtype: facts.shape ? 'uint8' : 'string',
        distribution: facts.shape ? pixels : unknownDistribution,
        dataset: name,
        reason: name,
        place: args.node,
      })
    : unknown(`the data set ${name}`, args.node);
  const label = facts
    ? new ArrayValue([], {
        dtype: 'int64',
        classes: facts.classes,
        distribution: integers(facts.classes),
        dataset: name,
        reason: `the labels of ${name}`,
        place: args.node,
      })
    : unknown(`the labels of ${name}`, args.node);
  const element = supervised
    ? tuple([image, label])
    : dict([
        [str(facts?.shape === null ? 'text' : 'image'), image],
        [str('label'), label],
      ]);
  const whole = args.keyword('batch_size');
  const dataset = new DatasetValue(whole ? batched(element, null) : element);
  const split = args.get(1, 'split');
  const parts = sequenceOf(split);
  const result: Value = parts
    ? list(parts.map(() => dataset))
    : split?.kind === 'unknown'
      ? new Splits(dataset)
      : split && split.kind !== 'none'
        ? dataset
        : dict(['train', 'test', 'validation'].map((each) => [str(each), dataset]));
  return isTrue(args.keyword('with_info'))
    ? tuple([result, new Info(facts?.classes ?? null, facts?.shape ?? null)])
    : result;
}

/** Members of `tensorflow_datasets`. */
export function tfdsMember(name: string): Value | undefined {
  switch (name) {
    case 'load':
      return builtin('tensorflow_datasets.load', (_vm, args) => load(args));
    case 'as_numpy':
      return builtin('tensorflow_datasets.as_numpy', (_vm, args) => args.positional[0] ?? unknown('data'));
    default:
      return undefined;
  }
}
