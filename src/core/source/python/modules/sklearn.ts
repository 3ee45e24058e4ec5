import type { ClusterSpec } from '../../../model/spec';
import type { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import {
  Native,
  type Value,
  builtin,
  float,
  intOf,
  list,
  none,
  numberOf,
  str,
  tuple,
  unknown,
} from '../values';
import { ArrayValue, type Distribution, unknownDistribution } from './arrays/arrayValue';
import { arrayFrom } from './arrays/fromLists';
import { integers, normal } from './arrays/arrayMethods';
import { drawn, merged } from './arrays/provenance';
import { TableValue } from './pandas/tableValue';
import { oneHot } from './datasets/encoding';

/** scikit-learn's toy data sets: rows, columns, classes (null for a number to predict), mean and standard deviation. */
const toySets: Readonly<
  Record<string, readonly [rows: number, columns: number, classes: number | null, mean: number, std: number]>
> = {
  load_iris: [150, 4, 3, 3.46, 1.97],
  load_wine: [178, 13, 3, 69.1, 215.7],
  load_breast_cancer: [569, 30, 2, 61.9, 228.7],
  load_digits: [1797, 64, 10, 4.88, 6.02],
  load_diabetes: [442, 10, null, 0, 0.0476],
  load_boston: [506, 13, null, 70.1, 145.2],
  fetch_california_housing: [20640, 8, null, 177, 650],
  fetch_covtype: [581012, 54, 7, 150, 530],
  load_linnerud: [20, 3, null, 60, 60],
};

/** A `Bunch`: data, target and names. */
class Bunch extends Native {
  readonly typeName = 'Bunch';

  constructor(private readonly members: Readonly<Record<string, Value>>) {
    super();
  }

  override attribute(name: string): Value | undefined {
    return this.members[name];
  }

  override item(index: Value): Value | undefined {
    return index.kind === 'str' ? this.members[index.value] : undefined;
  }
}

function toySet(name: string, args: Arguments): Value {
  const [rows, columns, classes, mean, std] = toySets[name] ?? [null, null, null, 0, 1];
  const dataset = name.replace(/^(?:load|fetch)_/, '');
  const data = new ArrayValue([rows, columns], {
    distribution: normal(mean, std),
    dataset,
    place: args.node,
    reason: dataset,
  });
  const target = new ArrayValue(name === 'load_linnerud' ? [rows, 3] : [rows], {
    dtype: classes === null ? 'float64' : 'int64',
    classes,
    distribution: classes === null ? { ...unknownDistribution, kind: 'uniform' } : integers(classes),
    dataset,
    place: args.node,
    reason: `the targets of ${dataset}`,
  });
  if (args.keyword('return_X_y')?.kind === 'bool') {
    return tuple([data, target]);
  }
  const names = Array.from({ length: columns ?? 0 }, (_, i) => str(`feature_${i}`));
  return new Bunch({
    data,
    target,
    images: data.reshaped([rows, 8, 8]),
    feature_names: list(names),
    target_names: list(Array.from({ length: classes ?? 1 }, (_, i) => str(`class_${i}`))),
    DESCR: str(dataset),
  });
}

interface Maker {
  readonly rows: number;
  readonly columns: number;
  /** Null for a number to predict. */
  readonly classes: number | null;
  /** Scales of centres and noise, where inputs are drawn around centres: of an argument, or its default. */
  readonly clusters?: Readonly<Record<keyof ClusterSpec, readonly [argument: string, value: number]>>;
}

function made(args: Arguments, defaults: Maker): Value {
  const rows = intOf(args.get(0, 'n_samples')) ?? defaults.rows;
  const columns = intOf(args.keyword('n_features')) ?? intOf(args.get(1, '')) ?? defaults.columns;
  const classes =
    defaults.classes === null ? null : (intOf(args.keyword('n_classes', 'centers')) ?? defaults.classes);
  const of = ([argument, value]: readonly [string, number]): number =>
    numberOf(args.keyword(argument)) ?? value;
  const clusters = defaults.clusters
    ? { centers: of(defaults.clusters.centers), noise: of(defaults.clusters.noise) }
    : null;
  const [x, y] = [drawn(), drawn()];
  return tuple([
    new ArrayValue([rows, columns], {
      distribution: normal(0, clusters ? Math.hypot(clusters.centers, clusters.noise) : 1),
      place: args.node,
      reason: 'generated data',
      provenance: clusters ? { ...x, chosenBy: y.sources, computed: true, clusters } : x,
    }),
    new ArrayValue([rows], {
      dtype: classes === null ? 'float64' : 'int64',
      classes,
      place: args.node,
      reason: 'generated targets',
      distribution: classes === null ? normal(0, 1) : integers(classes),
      provenance: clusters ? y : merged(x),
    }),
  ]);
}

const makers: Readonly<Record<string, Maker>> = {
  make_classification: {
    rows: 100,
    columns: 20,
    classes: 2,
    clusters: { centers: ['class_sep', 1], noise: ['', 1] },
  },
  // centres anywhere in a box from -10 to 10
  make_blobs: {
    rows: 100,
    columns: 2,
    classes: 3,
    clusters: { centers: ['', 20 / Math.sqrt(12)], noise: ['cluster_std', 1] },
  },
  make_moons: { rows: 100, columns: 2, classes: 2 },
  make_circles: { rows: 100, columns: 2, classes: 2 },
  make_gaussian_quantiles: { rows: 100, columns: 2, classes: 3 },
  make_hastie_10_2: { rows: 12000, columns: 10, classes: 2 },
  make_regression: { rows: 100, columns: 100, classes: null },
  make_friedman1: { rows: 100, columns: 10, classes: null },
  make_friedman2: { rows: 100, columns: 4, classes: null },
  make_friedman3: { rows: 100, columns: 4, classes: null },
  make_swiss_roll: { rows: 100, columns: 3, classes: null },
  make_s_curve: { rows: 100, columns: 3, classes: null },
};

/** The two parts of `train_test_split`, one pair an array. */
function split(args: Arguments): Value {
  const share = numberOf(args.keyword('test_size'));
  const train = numberOf(args.keyword('train_size'));
  const parts = args.positional.flatMap((value): Value[] => {
    const sizes = (rows: number | null): [number | null, number | null] => {
      if (rows === null) {
        return [null, null];
      }
      const test =
        share === undefined
          ? train === undefined
            ? Math.ceil(rows * 0.25)
            : rows - (train < 1 ? Math.floor(rows * train) : train)
          : share < 1
            ? Math.ceil(rows * share)
            : share;
      return [rows - test, test];
    };
    if (value instanceof TableValue) {
      return [value, value];
    }
    const array = value instanceof ArrayValue ? value : arrayFrom(value);
    if (!array?.shape) {
      return array ? [array, array] : [value, value];
    }
    const [first, second] = sizes(array.shape[0] ?? null);
    return [
      array.reshaped([first, ...array.shape.slice(1)]),
      array.reshaped([second, ...array.shape.slice(1)]),
    ];
  });
  return list(parts);
}

/** What scalers do to the distribution. */
const scaled: Readonly<Record<string, Distribution>> = {
  StandardScaler: { kind: 'normal', mean: 0, std: 1, min: null, max: null, zeroShare: null },
  RobustScaler: { kind: 'normal', mean: 0, std: 1, min: null, max: null, zeroShare: null },
  MaxAbsScaler: { kind: 'uniform', mean: null, std: null, min: -1, max: 1, zeroShare: null },
  MinMaxScaler: { kind: 'uniform', mean: 0.5, std: 0.29, min: 0, max: 1, zeroShare: null },
  Normalizer: { kind: 'uniform', mean: null, std: null, min: -1, max: 1, zeroShare: null },
};

/** A transformer: scaler, encoder, decomposition. */
class Transformer extends Native {
  private seen: ArrayValue | null = null;

  constructor(
    readonly typeName: string,
    private readonly args: Arguments,
  ) {
    super();
  }

  override attribute(name: string, _vm: Interpreter): Value | undefined {
    switch (name) {
      case 'fit':
        return builtin(name, (_v, args) => {
          this.learn(args.positional[0]);
          return this;
        });
      case 'fit_transform':
        return builtin(name, (_v, args) => {
          this.learn(args.positional[0]);
          return this.transform(args.positional[0], args);
        });
      case 'transform':
        return builtin(name, (_v, args) => this.transform(args.positional[0], args));
      case 'inverse_transform':
        return builtin(name, (_v, args) => args.positional[0] ?? none);
      case 'classes_':
        return new ArrayValue([this.seen?.classes ?? null], { reason: 'the classes' });
      case 'categories_':
        return list([new ArrayValue([this.seen?.classes ?? null])]);
      case 'mean_':
      case 'scale_':
      case 'var_':
        return new ArrayValue([this.seen?.shape?.[1] ?? null], {
          reason: name === 'mean_' ? 'a mean' : 'a standard deviation',
        });
      default:
        return undefined;
    }
  }

  private learn(value: Value | undefined): void {
    this.seen = value instanceof ArrayValue ? value : value ? (arrayFrom(value) ?? null) : null;
  }

  private transform(value: Value | undefined, args: Arguments): Value {
    const array =
      value instanceof TableValue
        ? value.toArray()
        : value instanceof ArrayValue
          ? value
          : value
            ? arrayFrom(value)
            : undefined;
    if (!array) {
      return unknown(`what ${this.typeName} gives`, args.node);
    }
    switch (this.typeName) {
      case 'OneHotEncoder':
      case 'LabelBinarizer':
        return this.binarized(array);
      case 'LabelEncoder':
        return array.reshaped(array.shape, { dtype: 'int64' });
      case 'PCA':
      case 'TruncatedSVD':
      case 'LinearDiscriminantAnalysis':
        return array.reshaped([array.shape?.[0] ?? null, intOf(this.args.get(0, 'n_components')) ?? null], {
          distribution: normal(0, 1),
        });
      case 'PolynomialFeatures':
        return array.reshaped([array.shape?.[0] ?? null, null]);
      default:
        return array.reshaped(array.shape, {
          distribution: this.range() ?? scaled[this.typeName] ?? unknownDistribution,
          dtype: 'float64',
          place: args.node,
        });
    }
  }

  private binarized(array: ArrayValue): Value {
    const classes = array.classes ?? this.seen?.classes ?? null;
    return oneHot(array, this.typeName === 'LabelBinarizer' && classes === 2 ? 1 : classes);
  }

  /** `MinMaxScaler(feature_range=(-1, 1))` */
  private range(): Distribution | undefined {
    const range = this.args.get(0, 'feature_range');
    const [low, high] = range?.kind === 'tuple' ? range.items.map((item) => numberOf(item)) : [];
    return this.typeName === 'MinMaxScaler' && low !== undefined && high !== undefined
      ? {
          kind: 'uniform',
          mean: (low + high) / 2,
          std: (high - low) / 3.5,
          min: low,
          max: high,
          zeroShare: null,
        }
      : undefined;
  }
}

const transformers = new Set([
  ...Object.keys(scaled),
  'OneHotEncoder',
  'LabelEncoder',
  'LabelBinarizer',
  'PCA',
  'TruncatedSVD',
  'PolynomialFeatures',
  'OrdinalEncoder',
  'SimpleImputer',
  'QuantileTransformer',
  'PowerTransformer',
  'LinearDiscriminantAnalysis',
]);

/** Members of scikit-learn's modules, by their own name. */
export function sklearnMember(name: string): Value | undefined {
  if (toySets[name]) {
    return builtin(`sklearn.datasets.${name}`, (_vm, args) => toySet(name, args));
  }
  const maker = makers[name];
  if (maker) {
    return builtin(`sklearn.datasets.${name}`, (_vm, args) => made(args, maker));
  }
  if (transformers.has(name)) {
    return builtin(`sklearn.preprocessing.${name}`, (_vm, args) => new Transformer(name, args));
  }
  switch (name) {
    case 'train_test_split':
      return builtin('sklearn.model_selection.train_test_split', (_vm, args) => split(args));
    case 'shuffle':
      return builtin('sklearn.utils.shuffle', (_vm, args) =>
        args.positional.length === 1 ? (args.positional[0] ?? none) : list([...args.positional]),
      );
    case 'accuracy_score':
    case 'r2_score':
    case 'mean_squared_error':
      return builtin(`sklearn.metrics.${name}`, () => unknown('a score', null, 'float'));
    case 'scale':
    case 'minmax_scale':
      return builtin(`sklearn.preprocessing.${name}`, (_vm, args) => {
        const [array] = args.positional;
        return array instanceof ArrayValue
          ? array.reshaped(array.shape, {
              distribution:
                scaled[name === 'scale' ? 'StandardScaler' : 'MinMaxScaler'] ?? unknownDistribution,
            })
          : (array ?? float(0));
      });
    default:
      return undefined;
  }
}
