import { ArrayValue, type Distribution } from '../arrays/arrayValue';
import { moduleOf } from '../moduleTable';
import { type ModuleValue, type Value, builtin, intOf, tuple } from '../../values';
import { integers } from '../arrays/arrayMethods';

/** A data set of keras.datasets. Statistics over the training images, scaled to 0 … 255, from the sets themselves. */
interface KnownDataset {
  readonly train: number;
  readonly test: number;
  readonly shape: readonly (number | null)[];
  readonly labelShape: readonly number[];
  /** Number of classes; null for a number to predict. */
  readonly classes: number | null;
  readonly distribution: Distribution;
  readonly dtype: string;
}

const pixels = (mean: number, std: number, zeroShare: number): Distribution => ({
  kind: 'pixels',
  mean,
  std,
  min: 0,
  max: 255,
  zeroShare,
});

const images = (
  train: number,
  test: number,
  shape: readonly number[],
  classes: number,
  distribution: Distribution,
  labelShape: readonly number[] = [],
): KnownDataset => ({ train, test, shape, labelShape, classes, distribution, dtype: 'uint8' });

const numbers = (train: number, test: number, features: number, mean: number, std: number): KnownDataset => ({
  train,
  test,
  shape: [features],
  labelShape: [],
  classes: null,
  distribution: { kind: 'normal', mean, std, min: null, max: null, zeroShare: null },
  dtype: 'float64',
});

const words = (train: number, test: number, classes: number): KnownDataset => ({
  train,
  test,
  shape: [],
  labelShape: [],
  classes,
  distribution: integers(88587),
  dtype: 'object',
});

export const knownDatasets: Readonly<Record<string, KnownDataset>> = {
  mnist: images(60000, 10000, [28, 28], 10, pixels(33.3, 78.6, 0.809)),
  fashion_mnist: images(60000, 10000, [28, 28], 10, pixels(72.9, 90.0, 0.502)),
  cifar10: images(50000, 10000, [32, 32, 3], 10, pixels(120.7, 64.2, 0.004), [1]),
  cifar100: images(50000, 10000, [32, 32, 3], 100, pixels(121.9, 68.4, 0.006), [1]),
  imdb: words(25000, 25000, 2),
  reuters: words(8982, 2246, 46),
  boston_housing: numbers(404, 102, 13, 70.1, 144.9),
  california_housing: numbers(16512, 4128, 8, 177, 650),
};

/** The module of a data set: `load_data()` gives arrays of its shape and distribution. */
export function datasetModule(name: string): ModuleValue | undefined {
  const dataset = knownDatasets[name];
  return (
    dataset &&
    moduleOf(`keras.datasets.${name}`, {
      load_data: builtin(`keras.datasets.${name}.load_data`, (_vm, args) => {
        const limit = intOf(args.keyword('num_words', 'nb_words'));
        const distribution =
          dataset.dtype === 'object' && limit !== undefined ? integers(limit) : dataset.distribution;
        const part = (rows: number): Value =>
          tuple([
            new ArrayValue([rows, ...dataset.shape], {
              dtype: dataset.dtype,
              distribution,
              dataset: name,
              place: args.node,
              reason: name,
            }),
            new ArrayValue([rows, ...dataset.labelShape], {
              dtype: dataset.classes === null ? 'float64' : 'uint8',
              classes: dataset.classes,
              distribution:
                dataset.classes === null
                  ? { kind: 'uniform', mean: null, std: null, min: null, max: null, zeroShare: null }
                  : integers(dataset.classes),
              dataset: name,
              place: args.node,
              reason: `the labels of ${name}`,
            }),
          ]);
        return tuple([part(dataset.train), part(dataset.test)]);
      }),
      get_word_index: builtin(`keras.datasets.${name}.get_word_index`, () => ({
        kind: 'unknown',
        reason: 'the words of the data set',
        origin: null,
      })),
    })
  );
}
