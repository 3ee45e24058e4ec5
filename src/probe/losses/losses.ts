import { flagOf, numberOf, stringOf } from '../../core/model/catalogue/configAccess';
import { classNumberLosses } from '../../core/model/catalogue/losses';
import type { Config, LossSpec } from '../../core/model/spec';
import { logSoftmax, softmax } from '../activations/activation';
import { customOperation, untaped } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import { oneHot } from '../engine/oneHot';
import * as tf from '../engine/tf';
import { ctcValues } from './ctc';
import { sampleWeights } from './sampleWeights';
import type { Mask } from '../graph/layerCall';
import { normalizeAlong } from '../layers/merging';
import { reduceMax } from '../layers/pool';

const epsilon = 1e-7;

/** What a loss compares. `logits`: what the model's last sigmoid or softmax was given; Keras 3 uses them in every cross-entropy. */
export interface Compared {
  readonly engine: Engine;
  readonly target: tf.Tensor;
  readonly prediction: tf.Tensor;
  readonly logits: tf.Tensor | null;
  readonly mask: Mask;
}

/** Values a sample (and position): the prediction's shape without the last axis, or a scalar. */
export type LossValues = (c: Compared, config: Config) => tf.Tensor;

const clip = (x: tf.Tensor, low = epsilon, high = 1 - epsilon) => tf.clipByValue(x, low, high);
const meanLast = (x: tf.Tensor) => tf.mean(x, -1);
const axisOf = (config: Config, rank: number) => {
  const axis = numberOf(config, 'axis', -1);
  return axis < 0 ? axis + rank : axis;
};

/** What a cross-entropy takes as logits: remembered ones first, else the prediction where `from_logits` says so. */
function logitsOf({ prediction, logits }: Compared, config: Config): tf.Tensor | null {
  return logits ?? (flagOf(config, 'from_logits') ? prediction : null);
}

function smoothBinary(y: tf.Tensor, config: Config): tf.Tensor {
  const s = numberOf(config, 'label_smoothing');
  return s === 0 ? y : tf.add(tf.mul(y, 1 - s), s / 2);
}

function smoothCategorical(y: tf.Tensor, config: Config, axis: number): tf.Tensor {
  const s = numberOf(config, 'label_smoothing');
  return s === 0 ? y : tf.add(tf.mul(y, 1 - s), s / (y.shape[axis] ?? 1));
}

/** max(x, 0) − x·y + log(1 + e^−|x|), in float64; its gradient σ(x) − y also where x is exactly 0. */
function entropyOfLogits(engine: Engine, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const each = (f: (logit: number, target: number) => number, logits: tf.Tensor, targets: tf.Tensor) =>
    engine.produce([x.shape], ([to]) => {
      const from = engine.view(logits);
      const wanted = engine.view(targets);
      const out = to as Float32Array;
      for (let i = 0; i < out.length; i++) {
        out[i] = f(from[i] as number, wanted[i] as number);
      }
    })[0] as tf.Tensor;
  const [values] = customOperation({
    inputs: { x },
    forward: (save) => {
      save(x, y);
      return [each((a, b) => Math.max(a, 0) - a * b + Math.log1p(Math.exp(-Math.abs(a))), x, y)];
    },
    backward: ([dy], [logits, target]) => ({
      x: () =>
        tf.mul(
          dy as tf.Tensor,
          each((a, b) => 1 / (1 + Math.exp(-a)) - b, logits as tf.Tensor, target as tf.Tensor),
        ),
    }),
  });
  return values as tf.Tensor;
}

/** Binary cross-entropies of logits, or of clipped probabilities. */
function binaryEntropies(c: Compared, config: Config): tf.Tensor {
  const y = smoothBinary(c.target, config);
  const x = logitsOf(c, config);
  if (x !== null) {
    return entropyOfLogits(c.engine, x, y);
  }
  const p = clip(c.prediction);
  return tf.neg(tf.add(tf.mul(y, tf.log(p)), tf.mul(tf.sub(1, y), tf.log(tf.sub(1, p)))));
}

const categorical: LossValues = (c, config) => {
  const axis = axisOf(config, c.prediction.rank);
  const y = smoothCategorical(c.target, config, axis);
  const x = logitsOf(c, config);
  const logs =
    x !== null ? logSoftmax(x, axis) : tf.log(clip(tf.div(c.prediction, tf.sum(c.prediction, axis, true))));
  return tf.neg(tf.sum(tf.mul(y, logs), axis));
};

/** Class numbers of the target, one axis less than the prediction. */
function labelsOf({ target, prediction }: Compared, axis: number): tf.Tensor {
  return tf.cast(target.rank === prediction.rank ? tf.squeeze(target, [axis]) : target, 'int32');
}

/** The same as rows of zeros with a one. */
function hotLabels(c: Compared, axis: number): tf.Tensor {
  const labels = labelsOf(c, axis) as tf.Tensor1D;
  return oneHot(labels, c.prediction.shape[axis] ?? 1);
}

/** Labels as integers; without logits TensorFlow takes the logarithm of clipped probabilities for them. */
const sparse: LossValues = (c, config) => {
  const axis = axisOf(config, c.prediction.rank);
  const labels = labelsOf(c, axis);
  const logs = logSoftmax(logitsOf(c, config) ?? tf.log(clip(c.prediction)), axis);
  const each = tf.neg(tf.sum(tf.mul(logs, hotLabels(c, axis)), axis));
  const ignored = config['ignore_class'];
  return typeof ignored === 'number'
    ? tf.mul(each, tf.cast(tf.notEqual(labels, tf.scalar(ignored, 'int32')), 'float32'))
    : each;
};

/** 0 and 1 become −1 and 1 where there is nothing else. */
function signs(y: tf.Tensor): tf.Tensor {
  const values = y.dataSync();
  return values.every((v) => v === 0 || v === 1) ? tf.sub(tf.mul(y, 2), 1) : y;
}

/** The axes that Dice and Tversky sum over: everything where none are given. */
function overlapAxes(config: Config, rank: number): number[] {
  const given = config['axis'];
  const axes = typeof given === 'number' ? [given] : Array.isArray(given) ? (given as number[]) : null;
  return axes?.map((axis) => (axis < 0 ? axis + rank : axis)) ?? Array.from({ length: rank }, (_, i) => i);
}

/** 1 − 2 Σ y p / (Σ y + Σ p + ε). */
function dice(c: Compared, config: Config): tf.Tensor {
  const axes = overlapAxes(config, c.prediction.rank);
  const both = tf.sum(tf.mul(c.target, c.prediction), axes);
  const all = tf.add(tf.sum(c.target, axes), tf.sum(c.prediction, axes));
  return tf.sub(1, tf.div(tf.mul(both, 2), tf.add(all, epsilon)));
}

/** 1 − Σ y p / (Σ y p + α Σ y (1 − p) + β Σ (1 − y) p + ε): keras 3.15 has α beside what the prediction misses. */
function tversky(c: Compared, config: Config): tf.Tensor {
  const axes = overlapAxes(config, c.prediction.rank);
  const both = tf.sum(tf.mul(c.target, c.prediction), axes);
  const missed = tf.sum(tf.mul(c.target, tf.sub(1, c.prediction)), axes);
  const wrong = tf.sum(tf.mul(tf.sub(1, c.target), c.prediction), axes);
  const weighted = tf.add(
    tf.mul(missed, numberOf(config, 'alpha', 0.5)),
    tf.mul(wrong, numberOf(config, 'beta', 0.5)),
  );
  return tf.sub(1, tf.div(both, tf.add(tf.add(both, weighted), epsilon)));
}

/**
 * Similarities of all pairs of the batch's embeddings: those of one label pull, the others push (keras 3.15, `circle`). A sample without a
 * partner has a loss of 0; samples with a loss of 0 do not count in the mean.
 */
const circle: LossValues = (c, config) => {
  const gamma = numberOf(config, 'gamma', 80);
  const margin = numberOf(config, 'margin', 0.4);
  const keepsSelf = config['remove_diagonal'] === false;
  const rows = c.prediction.shape[0] ?? 0;
  const labels = [...c.target.dataSync()].map(Math.trunc);
  const pairs = (f: (i: number, k: number) => boolean) =>
    tf.tensor2d(
      Float32Array.from({ length: rows * rows }, (_, n) => (f(Math.floor(n / rows), n % rows) ? 1 : 0)),
      [rows, rows],
    );
  const same = pairs((i, k) => labels[i] === labels[k] && (keepsSelf || i !== k));
  const other = pairs((i, k) => labels[i] !== labels[k]);
  const distance = tf.maximum(tf.sub(1, tf.matMul(c.prediction, c.prediction, false, true)), 0);
  const summed = (weights: tf.Tensor, offset: number, mask: tf.Tensor, sign: number) => {
    const logits = tf.mul(
      tf.mul(tf.maximum(tf.mul(weights, mask), 0), tf.sub(offset, distance)),
      sign * gamma,
    );
    // where the mask is empty the sum is as good as −∞
    return tf.logSumExp(tf.add(tf.mul(logits, mask), tf.mul(tf.sub(1, mask), -1e30)), 1);
  };
  const each = tf.softplus(
    tf.add(
      summed(tf.add(distance, margin), margin, same, -1),
      summed(tf.sub(1 + margin, distance), 1 - margin, other, 1),
    ),
  );
  const counted = each.dataSync().filter((value) => value > 0).length;
  return stringOf(config, 'reduction') === 'sum' || counted === 0 ? each : tf.mul(each, rows / counted);
};

const difference = ({ target, prediction }: Compared) => tf.sub(prediction, target);

/** keras.losses, 3.15. */
const losses: Readonly<Record<string, LossValues>> = {
  MeanSquaredError: (c) => meanLast(tf.square(difference(c))),
  MeanAbsoluteError: (c) => meanLast(tf.abs(difference(c))),
  MeanAbsolutePercentageError: (c) =>
    tf.mul(meanLast(tf.div(tf.abs(difference(c)), tf.maximum(tf.abs(c.target), epsilon))), 100),
  MeanSquaredLogarithmicError: (c) => {
    const log = (x: tf.Tensor) => tf.log(tf.add(tf.maximum(x, epsilon), 1));
    return meanLast(tf.square(tf.sub(log(c.prediction), log(c.target))));
  },
  BinaryCrossentropy: (c, config) => meanLast(binaryEntropies(c, config)),
  BinaryFocalCrossentropy: (c, config) => {
    const y = smoothBinary(c.target, config);
    const p = flagOf(config, 'from_logits') ? tf.sigmoid(c.prediction) : c.prediction;
    const entropies = binaryEntropies({ ...c, prediction: p, target: y }, { from_logits: false });
    const right = tf.add(tf.mul(y, p), tf.mul(tf.sub(1, y), tf.sub(1, p)));
    const focal = tf.mul(tf.pow(tf.sub(1, right), tf.scalar(numberOf(config, 'gamma', 2))), entropies);
    if (!flagOf(config, 'apply_class_balancing')) {
      return meanLast(focal);
    }
    const alpha = numberOf(config, 'alpha', 0.25);
    return meanLast(tf.mul(focal, tf.add(tf.mul(y, alpha), tf.mul(tf.sub(1, y), 1 - alpha))));
  },
  CategoricalCrossentropy: categorical,
  SparseCategoricalCrossentropy: sparse,
  CategoricalFocalCrossentropy: (c, config) => {
    const axis = axisOf(config, c.prediction.rank);
    const y = smoothCategorical(c.target, config, axis);
    const given = flagOf(config, 'from_logits') ? softmax(c.prediction, [axis]) : c.prediction;
    const p = clip(tf.div(given, tf.sum(given, axis, true)));
    const factor = tf.mul(
      tf.pow(tf.sub(1, p), tf.scalar(numberOf(config, 'gamma', 2))),
      numberOf(config, 'alpha', 0.25),
    );
    return tf.sum(tf.mul(factor, tf.neg(tf.mul(y, tf.log(p)))), axis);
  },
  CategoricalGeneralizedCrossEntropy: (c, config) => {
    const q = numberOf(config, 'q', 0.5);
    const right = tf.sum(tf.mul(hotLabels(c, c.prediction.rank - 1), c.prediction), -1);
    return tf.div(tf.sub(1, tf.pow(right, tf.scalar(q))), q);
  },
  CosineSimilarity: (c, config) => {
    const axis = axisOf(config, c.prediction.rank);
    return tf.neg(tf.sum(tf.mul(normalizeAlong(c.target, axis), normalizeAlong(c.prediction, axis)), axis));
  },
  LogCosh: (c) => {
    const x = difference(c);
    return meanLast(tf.sub(tf.add(x, tf.softplus(tf.mul(x, -2))), Math.LN2));
  },
  Huber: (c, config) => {
    const delta = numberOf(config, 'delta', 1);
    const error = tf.abs(difference(c));
    const near = tf.mul(tf.square(error), 0.5);
    const far = tf.sub(tf.mul(error, delta), 0.5 * delta * delta);
    return meanLast(
      tf.where(
        untaped(() => tf.lessEqual(error, delta)),
        near,
        far,
      ),
    );
  },
  Hinge: (c) => meanLast(tf.maximum(tf.sub(1, tf.mul(signs(c.target), c.prediction)), 0)),
  SquaredHinge: (c) => meanLast(tf.square(tf.maximum(tf.sub(1, tf.mul(signs(c.target), c.prediction)), 0))),
  CategoricalHinge: (c) => {
    const right = tf.sum(tf.mul(c.target, c.prediction), -1);
    const wrong = reduceMax(tf.mul(tf.sub(1, c.target), c.prediction), [c.prediction.rank - 1]);
    return tf.maximum(tf.add(tf.sub(wrong, right), 1), 0);
  },
  KLDivergence: (c) => {
    const y = clip(c.target, epsilon, 1);
    return tf.sum(tf.mul(y, tf.log(tf.div(y, clip(c.prediction, epsilon, 1)))), -1);
  },
  Poisson: (c) => meanLast(tf.sub(c.prediction, tf.mul(c.target, tf.log(tf.add(c.prediction, epsilon))))),
  Circle: circle,
  CTC: ({ engine, prediction, target }) => ctcValues(engine, prediction, target),
  Dice: dice,
  Tversky: tversky,
};

/** All losses that the probe computes, by Keras' class name. */
export const computedLosses: readonly string[] = Object.keys(losses);

export function knowsLoss(className: string): boolean {
  return className in losses;
}

/** Losses whose targets are class numbers. */
const takesLabels: ReadonlySet<string> = new Set([...classNumberLosses, 'Circle', 'CTC']);

/** The target in the rank of the prediction, float unless it holds class numbers. */
function aligned(target: tf.Tensor, prediction: tf.Tensor, isSparse: boolean): tf.Tensor {
  if (isSparse) {
    return target;
  }
  const y = target.dtype === 'float32' ? target : tf.cast(target, 'float32');
  if (y.rank === prediction.rank - 1 && prediction.shape.at(-1) === 1) {
    return tf.expandDims(y, -1);
  }
  return y.rank === prediction.rank + 1 && y.shape.at(-1) === 1 ? tf.squeeze(y, [y.rank - 1]) : y;
}

/** The loss of each row, as Keras' function of that name gives it. */
export function lossValues({ className, config }: LossSpec, compared: Compared): tf.Tensor {
  const values = losses[className];
  if (values === undefined) {
    throw new Error(`No loss ${className}.`);
  }
  const target = aligned(compared.target, compared.prediction, takesLabels.has(className));
  return values({ ...compared, target }, config);
}

/** A factor a sample by its class, as `class_weight_to_sample_weights` of keras 3.15 has it; targets of sequences have none. */
function weighed(
  each: tf.Tensor,
  { engine, prediction }: Compared,
  target: tf.Tensor,
  classWeight: { readonly [label: string]: number },
): tf.Tensor {
  const rows = prediction.shape[0] ?? 1;
  const weights = sampleWeights(engine.view(target), rows, classWeight);
  return weights === null || each.rank === 0
    ? each
    : tf.mul(each, tf.tensor(weights, [rows, ...each.shape.slice(1).map(() => 1)], 'float32'));
}

/**
 * Mean over all entries, as Keras 3 reduces; masked entries have weight 0 and the others share the whole. `sum` adds them up. `own`: a loss that the
 * program wrote itself.
 */
export function lossOf(spec: LossSpec, compared: Compared, own: LossValues | null = null): tf.Tensor {
  const { className, config } = spec;
  const values = own ?? losses[className] ?? losses['MeanSquaredError'];
  if (values === undefined) {
    throw new Error(`No loss ${className}.`);
  }
  const target = aligned(compared.target, compared.prediction, own === null && takesLabels.has(className));
  const plain = values({ ...compared, target }, config);
  const { classWeight } = spec;
  const each = classWeight === undefined ? plain : weighed(plain, compared, target, classWeight);
  const { mask } = compared;
  if (mask !== null && mask.rank <= each.rank && mask.shape.every((size, i) => size === each.shape[i])) {
    const spread = tf.reshape(mask, [...mask.shape, ...Array<number>(each.rank - mask.rank).fill(1)]);
    const total = tf.sum(tf.mul(each, spread));
    return stringOf(config, 'reduction') === 'sum'
      ? total
      : tf.div(total, tf.add(tf.mul(tf.sum(mask), each.size / mask.size), epsilon));
  }
  const ignored = config['ignore_class'];
  if (own === null && className === 'SparseCategoricalCrossentropy' && typeof ignored === 'number') {
    const counted = tf.sum(
      tf.cast(tf.notEqual(tf.cast(target, 'int32'), tf.scalar(ignored, 'int32')), 'float32'),
    );
    return tf.div(tf.sum(each), tf.add(counted, epsilon));
  }
  return stringOf(config, 'reduction') === 'sum' ? tf.sum(each) : tf.mean(each);
}
