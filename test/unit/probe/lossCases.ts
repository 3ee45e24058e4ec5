import fc from 'fast-check';
import type { Config } from '../../../src/core/model/spec';
import type { RandomStream } from '../../../src/probe/initializers/random';
import { draw, type Values, whole } from './finiteDifference';

/** One loss on predictions of a shape; the last axis holds classes or features. */
export interface LossSample {
  readonly shape: readonly number[];
  readonly config: Config;
  readonly prediction: Values;
  /** Values of the target; its shape is the prediction's, without the last axis where `sparse`. */
  target(random: RandomStream, prediction: Float32Array, width: number): Float32Array;
  readonly sparse?: boolean;
  /** The prediction is what a last softmax or sigmoid was given. */
  readonly logits?: boolean;
  /** Some positions count for nothing. */
  readonly masked?: boolean;
}

const smooth: Values = { kind: 'smooth' };
const share: Values = { kind: 'share' };
const positive: Values = { kind: 'positive' };
const flag = fc.boolean();
const shapes = (lowest = 1): fc.Arbitrary<readonly number[]> =>
  fc.oneof(
    fc.tuple(whole(1, 5), whole(lowest, 7)),
    fc.tuple(whole(1, 3), whole(1, 4), whole(lowest, 7)),
    fc.tuple(whole(1, 2), whole(1, 3), whole(1, 3), whole(lowest, 5)),
  );
const reduction = fc.constantFrom('sum_over_batch_size', 'sum');
const smoothing = fc.constantFrom(0, 0.1);

type Target = LossSample['target'];
const like =
  (values: Values): Target =>
  (random, prediction) =>
    draw(values, prediction.length, random);
const bits: Target = (random, prediction) => prediction.map(() => random.below(2));
const signs: Target = (random, prediction) => prediction.map(() => 2 * random.below(2) - 1);
const oneHot: Target = (random, prediction, width) => {
  const hot = new Float32Array(prediction.length);
  for (let row = 0; row < prediction.length; row += width) {
    hot[row + random.below(width)] = 1;
  }
  return hot;
};
const labels: Target = (random, prediction, width) =>
  Float32Array.from({ length: prediction.length / width }, () => random.below(width));
/** The prediction is away from the target by at least 0.1, and by none of the distances at which a loss bends. */
const awayBy =
  (bend: number): Target =>
  (random, prediction) =>
    prediction.map((p) => {
      const near = 0.1 + (bend - 0.2) * random.uniform();
      const far = bend + 0.1 + random.uniform();
      return p + (random.below(2) === 0 ? -1 : 1) * (random.below(2) === 0 ? near : far);
    });

interface Options {
  readonly prediction?: Values;
  readonly target: Target;
  readonly config?: fc.Arbitrary<Config>;
  readonly lowest?: number;
  readonly sparse?: boolean;
  readonly logits?: boolean;
}

const loss = ({
  prediction = smooth,
  target,
  config = fc.constant({}),
  lowest,
  ...rest
}: Options): fc.Arbitrary<LossSample> =>
  fc
    .record({ shape: shapes(lowest), own: config, sum: reduction, masked: flag })
    .map(({ shape, own, sum, masked }) => ({
      ...rest,
      shape,
      prediction,
      target,
      config: { ...own, reduction: sum },
      masked: masked && shape.length === 3,
    }));

/** A cross-entropy of probabilities, of logits, and of logits that the last activation remembers. */
const entropy = (options: Options, withLogits: Config = { from_logits: true }): fc.Arbitrary<LossSample> =>
  fc.oneof(
    loss({ ...options, prediction: share }),
    loss({
      ...options,
      config: (options.config ?? fc.constant({})).map((own) => ({ ...own, ...withLogits })),
    }),
    loss({ ...options, logits: true }),
  );

/** As `entropy`, for losses that take no remembered logits. */
const focal = (options: Options): fc.Arbitrary<LossSample> =>
  fc.oneof(
    loss({ ...options, prediction: share }),
    loss({
      ...options,
      config: (options.config ?? fc.constant({})).map((own) => ({ ...own, from_logits: true })),
    }),
  );

const gamma = fc.constantFrom(1, 2, 2.5);

/** How every loss of the probe is tried. Kinks are out of reach of the steps: see `awayBy` and the values. */
export const lossCases: Readonly<Record<string, fc.Arbitrary<LossSample>>> = {
  MeanSquaredError: loss({ target: like(smooth) }),
  MeanAbsoluteError: loss({ target: awayBy(1) }),
  MeanAbsolutePercentageError: loss({
    prediction: { kind: 'lattice', gap: 0.3, offset: 0 },
    target: like({ kind: 'lattice', gap: 0.3, offset: 0.15 }),
  }),
  MeanSquaredLogarithmicError: loss({ prediction: positive, target: like(positive) }),
  BinaryCrossentropy: entropy({
    target: bits,
    config: smoothing.map((label_smoothing) => ({ label_smoothing })),
  }),
  BinaryFocalCrossentropy: focal({
    target: bits,
    config: fc.record({
      gamma,
      alpha: fc.constantFrom(0.25, 0.6),
      apply_class_balancing: flag,
      label_smoothing: smoothing,
    }),
  }),
  CategoricalCrossentropy: entropy({
    target: oneHot,
    lowest: 2,
    config: smoothing.map((label_smoothing) => ({ label_smoothing })),
  }),
  SparseCategoricalCrossentropy: entropy({
    target: labels,
    lowest: 2,
    sparse: true,
    config: fc.constantFrom<Config>({}, { ignore_class: 0 }),
  }),
  CategoricalFocalCrossentropy: focal({
    target: oneHot,
    lowest: 2,
    config: fc.record({ gamma, alpha: fc.constantFrom(0.25, 0.6), label_smoothing: smoothing }),
  }),
  CategoricalGeneralizedCrossEntropy: loss({
    prediction: share,
    target: labels,
    lowest: 2,
    sparse: true,
    config: fc.constantFrom({ q: 0.5 }, { q: 0.8 }),
  }),
  CosineSimilarity: loss({ prediction: { kind: 'apart' }, target: like({ kind: 'apart' }) }),
  LogCosh: loss({ target: like(smooth) }),
  Huber: fc
    .constantFrom(0.5, 1)
    .chain((delta) => loss({ target: awayBy(delta), config: fc.constant({ delta }) })),
  // 0.2 or more away from 1 and −1
  Hinge: fc
    .constantFrom(bits, signs)
    .chain((target) => loss({ prediction: { kind: 'lattice', gap: 0.4, offset: 0 }, target })),
  SquaredHinge: loss({ prediction: { kind: 'lattice', gap: 0.4, offset: 0 }, target: signs }),
  // wrong − right + 1 is 0.05 or more away from 0, and so is what 0 is compared with
  CategoricalHinge: loss({ prediction: { kind: 'distinct', gap: 0.3 }, target: oneHot, lowest: 2 }),
  KLDivergence: loss({ prediction: share, target: like(share) }),
  Poisson: loss({ prediction: positive, target: like(positive) }),
  // products of rows stay within ±0.37, distances so within 0.63 and 1.37: away from 0 and 1 + margin
  Circle: loss({
    prediction: { kind: 'lattice', gap: 0.08, offset: 0 },
    target: (random, prediction, width) =>
      Float32Array.from({ length: prediction.length / width }, () => random.below(2)),
    sparse: true,
    config: fc.record({
      gamma: fc.constantFrom(1, 4),
      margin: fc.constantFrom(0.4, 0.5),
      remove_diagonal: flag,
    }),
  }).map((sample) => ({
    ...sample,
    shape: [sample.shape[0]!, Math.min(3, sample.shape.at(-1)!)],
    masked: false,
  })),
  CTC: loss({ target: labels, lowest: 2, sparse: true }).map((sample) => ({
    ...sample,
    shape: [sample.shape[0]!, sample.shape.length === 3 ? sample.shape[1]! : 6, sample.shape.at(-1)!],
    // a label at every other step at most, so that repeated ones fit too
    target: (random, prediction, width) => {
      const [rows = 1] = sample.shape;
      const steps = prediction.length / width / rows;
      return Float32Array.from({ length: rows * steps }, (_, i) =>
        i % steps < steps >> 1 ? 1 + random.below(width - 1) : 0,
      );
    },
    masked: false,
  })),
  Dice: loss({ prediction: share, target: bits, config: fc.constantFrom<Config>({}, { axis: [1] }) }),
  Tversky: loss({
    prediction: share,
    target: bits,
    config: fc.record({ alpha: fc.constantFrom(0.3, 0.5), beta: fc.constantFrom(0.7, 0.5) }),
  }),
};
