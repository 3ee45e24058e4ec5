import { flagOf, numberOf, stringOf } from '../../core/model/catalogue/configAccess';
import type { LossSpec } from '../../core/model/spec';
import { sampleWeights } from './sampleWeights';

/** Targets of one output: `width` values a row of the prediction's last axis, or class numbers (`width` 0). */
export interface Targets {
  readonly values: ArrayLike<number>;
  /** Size of the prediction's last axis. */
  readonly width: number;
}

type Elementwise = (y: number, p: number) => number;

const epsilon = 1e-7;
const elementwise: Readonly<Record<string, (loss: LossSpec) => Elementwise>> = {
  MeanSquaredError: () => (y, p) => (y - p) ** 2,
  MeanAbsoluteError: () => (y, p) => Math.abs(y - p),
  MeanAbsolutePercentageError: () => (y, p) => (100 * Math.abs(y - p)) / Math.max(Math.abs(y), epsilon),
  MeanSquaredLogarithmicError: () => (y, p) =>
    (Math.log1p(Math.max(y, epsilon)) - Math.log1p(Math.max(p, epsilon))) ** 2,
  LogCosh: () => (y, p) => {
    const x = Math.abs(p - y);
    return x + Math.log1p(Math.exp(-2 * x)) - Math.LN2;
  },
  Huber: (loss) => {
    const delta = numberOf(loss.config, 'delta', 1);
    return (y, p) => {
      const e = Math.abs(y - p);
      return e <= delta ? 0.5 * e * e : delta * e - 0.5 * delta * delta;
    };
  },
  Poisson: () => (y, p) => p - y * Math.log(p + epsilon),
  Hinge: () => (y, p) => Math.max(0, 1 - y * p),
  SquaredHinge: () => (y, p) => Math.max(0, 1 - y * p) ** 2,
};

function entropy(shares: readonly number[]): number {
  return shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0);
}

/** Columns of the targets: the values that one output unit should give. */
function columns({ values, width }: Targets): number[][] {
  const lists: number[][] = Array.from({ length: width }, () => []);
  for (let i = 0; i < values.length; i++) {
    lists[i % width]?.push(values[i] as number);
  }
  return lists;
}

/** Smallest mean loss of a constant, by golden section: all these losses have one valley. */
function bestConstant(f: Elementwise, ys: readonly number[]): number {
  const mean = (p: number) => ys.reduce((sum, y) => sum + f(y, p), 0) / ys.length;
  let low = ys.reduce((a, b) => Math.min(a, b), Infinity);
  let high = ys.reduce((a, b) => Math.max(a, b), -Infinity);
  const ratio = (Math.sqrt(5) - 1) / 2;
  for (let i = 0; i < 60 && high - low > 1e-9 * (1 + Math.abs(low)); i++) {
    const a = high - ratio * (high - low);
    const b = low + ratio * (high - low);
    if (mean(a) <= mean(b)) {
      high = b;
    } else {
      low = a;
    }
  }
  return mean((low + high) / 2);
}

/** The same for one-hot and binary targets of which some count more; null for other losses and for smoothed labels. */
function weighedEntropy(
  { className, config }: LossSpec,
  { values, width }: Targets,
  classWeight: { readonly [label: string]: number },
): number | null {
  const fits = className === 'CategoricalCrossentropy' || (className === 'BinaryCrossentropy' && width === 1);
  const rows = values.length / width;
  const weights = sampleWeights(values, rows, classWeight);
  if (!fits || weights === null || numberOf(config, 'label_smoothing') !== 0) {
    return null;
  }
  const total = weights.reduce((a, b) => a + b, 0);
  const shares = Array.from({ length: width }, (_, k) =>
    weights.reduce((sum, w, row) => sum + (w * (values[row * width + k] as number)) / total, 0),
  );
  const [p = 0] = shares;
  return (total / rows) * entropy(width === 1 ? [p, 1 - p] : shares);
}

/**
 * Loss of the best answer that does not look at its input: entropy of the class shares for cross-entropies, variance for squared errors,
 * and so on. Null where no constant makes sense for the loss.
 */
export function constantLoss(loss: LossSpec, targets: Targets): number | null {
  const { className, config } = loss;
  // nothing is known of the best constant under a loss of the program's own
  if (targets.values.length === 0 || loss.program !== undefined) {
    return null;
  }
  const sum = stringOf(config, 'reduction') === 'sum';
  if (sum) {
    return null;
  }
  if (loss.classWeight !== undefined && className !== 'SparseCategoricalCrossentropy') {
    return weighedEntropy(loss, targets, loss.classWeight);
  }
  switch (className) {
    case 'SparseCategoricalCrossentropy': {
      const counts = new Map<number, number>();
      for (let i = 0; i < targets.values.length; i++) {
        const label = targets.values[i] as number;
        counts.set(label, (counts.get(label) ?? 0) + (loss.classWeight?.[String(label)] ?? 1));
      }
      // classes that count more pull the best constant towards them
      const total = [...counts.values()].reduce((a, b) => a + b, 0);
      return (total / targets.values.length) * entropy([...counts.values()].map((count) => count / total));
    }
    case 'CategoricalCrossentropy': {
      const smoothing = numberOf(config, 'label_smoothing');
      const shares = columns(targets).map((ys) => ys.reduce((a, b) => a + b, 0) / ys.length);
      const total = shares.reduce((a, b) => a + b, 0);
      // targets that do not sum to 1 weigh the entropy
      return total === 0
        ? null
        : total * entropy(shares.map((p) => (p / total) * (1 - smoothing) + smoothing / targets.width));
    }
    case 'BinaryCrossentropy': {
      const smoothing = numberOf(config, 'label_smoothing');
      const entropies = columns(targets).map((ys) => {
        const p = (ys.reduce((a, b) => a + b, 0) / ys.length) * (1 - smoothing) + smoothing / 2;
        return entropy([p, 1 - p]);
      });
      return entropies.reduce((a, b) => a + b, 0) / entropies.length;
    }
    case 'KLDivergence': {
      const lists = columns(targets);
      const means = lists.map((ys) => Math.max(epsilon, ys.reduce((a, b) => a + b, 0) / ys.length));
      return lists.reduce(
        (total, ys, k) =>
          total +
          ys.reduce(
            (s, y) => s + Math.max(y, epsilon) * Math.log(Math.max(y, epsilon) / (means[k] as number)),
            0,
          ) /
            ys.length,
        0,
      );
    }
    case 'CosineSimilarity': {
      // −|mean of the unit vectors|
      const { values, width } = targets;
      const mean = new Float64Array(width);
      const rows = values.length / width;
      for (let r = 0; r < rows; r++) {
        let square = 0;
        for (let k = 0; k < width; k++) {
          square += (values[r * width + k] as number) ** 2;
        }
        for (let k = 0; k < width; k++) {
          mean[k] =
            (mean[k] as number) +
            (values[r * width + k] as number) / Math.sqrt(Math.max(square, 1e-12)) / rows;
        }
      }
      return -Math.sqrt(mean.reduce((total, x) => total + x * x, 0));
    }
    default: {
      const make = elementwise[className];
      if (make === undefined || flagOf(config, 'from_logits')) {
        return null;
      }
      const f = make(loss);
      const hinge = className.endsWith('Hinge');
      const lists = columns(targets).map((ys) =>
        hinge && ys.every((y) => y === 0 || y === 1) ? ys.map((y) => 2 * y - 1) : ys,
      );
      return lists.reduce((total, ys) => total + bestConstant(f, ys), 0) / lists.length;
    }
  }
}
