import assert from 'node:assert/strict';
import type { Config } from '../../../src/core/model/spec';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { scope } from '../../../src/probe/engine/scope';
import * as tf from '../../../src/probe/engine/tf';
import { constantLoss } from '../../../src/probe/losses/constantLoss';
import { lossOf } from '../../../src/probe/losses/losses';

/**
 * Keras 3.15.1: `p = 0.9 * sin(1 + 2 * arange(12))` as (4, 3), rows of unit length, labels [0, 1, 0, 2]; `keras.losses.Circle(**config)(y, p)` and
 * its gradient by tf.GradientTape.
 */
const rows: readonly {
  readonly config: Config;
  readonly loss: number;
  readonly gradient: readonly number[];
}[] = [
  {
    config: {},
    loss: 50.62922287,
    gradient: [
      32.6763, 13.6267, -44.0178, 67.9037, 35.1438, -97.1536, 15.1786, 32.4806, -42.212, 8.98919, 13.9125,
      -20.5685,
    ],
  },
  {
    config: { gamma: 4, margin: 0.2, remove_diagonal: false },
    loss: 4.322702408,
    gradient: [
      1.21177, 0.870099, -1.93594, 2.28977, 1.71935, -3.72078, 0.983616, 2.00134, -2.64932, 1.31995, 1.38913,
      -2.47612,
    ],
  },
  {
    config: { gamma: 4, reduction: 'sum' },
    loss: 5.971214294,
    gradient: [
      2.62704, 1.42626, -3.81411, 5.38194, 2.66961, -7.60383, 1.04318, 3.52621, -3.97802, 1.68937, 1.98678,
      -3.34295,
    ],
  },
];

describe('losses', () => {
  for (const { config, loss, gradient } of rows) {
    it(`Circle ${JSON.stringify(config)} is that of Keras`, async () => {
      const engine = await loadEngine('wasm');
      scope(() => {
        const raw = tf.tensor2d(
          Float32Array.from({ length: 12 }, (_, i) => Math.sin(1 + 2 * i)),
          [4, 3],
        );
        const p = tf.div(raw, tf.norm(raw, 2, 1, true));
        const target = tf.tensor1d([0, 1, 0, 2], 'int32');
        const f = () =>
          lossOf(
            { className: 'Circle', config, weight: 1 },
            { engine, target, prediction: p, logits: null, mask: null },
          );
        const { value, grads } = tf
          .engine()
          .gradients(() => tf.reshape<tf.Rank.R0>(f(), []), [p], undefined, true);
        assert.ok(Math.abs(value.dataSync()[0]! / loss - 1) < 2e-5, `${value.dataSync()[0]}`);
        const made = grads[0]!.dataSync();
        const scale = Math.max(...gradient.map(Math.abs));
        gradient.forEach((wanted, i) =>
          assert.ok(Math.abs(made[i]! - wanted) <= 2e-5 * scale, `${i}: ${made.join()}`),
        );
      });
    });
  }

  /**
   * Keras 3.15.1: `p = (0.5 + 0.4 * sin(1 + 2 * arange(12))).reshape(4, 3)`, bits `arange(12) % 3 != 1`, labels [0, 1, 0, 2]; the loss and the
   * first row of its gradient by tf.GradientTape.
   */
  const shares = Float32Array.from({ length: 12 }, (_, i) => 0.5 + 0.4 * Math.sin(1 + 2 * i));
  const bits = Float32Array.from({ length: 12 }, (_, i) => (i % 3 === 1 ? 0 : 1));
  const others: readonly {
    readonly className: string;
    readonly config: Config;
    readonly loss: number;
    readonly gradient: readonly number[];
  }[] = [
    {
      className: 'Tversky',
      config: { alpha: 0.3, beta: 0.7 },
      loss: 0.5040493,
      gradient: [-0.097499, 0.051848, -0.097499],
    },
    {
      className: 'Dice',
      config: { axis: -1 },
      loss: 0.5299395,
      gradient: [-0.103783, 0.038689, -0.103783],
    },
    { className: 'Dice', config: {}, loss: 0.5301944, gradient: [-0.108241, 0.033233, -0.108241] },
    {
      className: 'CategoricalGeneralizedCrossEntropy',
      config: { q: 0.7 },
      loss: 0.476021,
      gradient: [-0.263746, 0, 0],
    },
  ];
  for (const { className, config, loss, gradient } of others) {
    it(`${className} ${JSON.stringify(config)} is that of Keras`, async () => {
      const engine = await loadEngine('wasm');
      scope(() => {
        const p = tf.tensor2d(shares, [4, 3]);
        const target = className.startsWith('Categorical')
          ? tf.tensor1d([0, 1, 0, 2], 'int32')
          : tf.tensor2d(bits, [4, 3]);
        const f = () =>
          lossOf(
            { className, config, weight: 1 },
            { engine, target, prediction: p, logits: null, mask: null },
          );
        const { value, grads } = tf
          .engine()
          .gradients(() => tf.reshape<tf.Rank.R0>(f(), []), [p], undefined, true);
        assert.ok(Math.abs(value.dataSync()[0]! / loss - 1) < 1e-6, `${value.dataSync()[0]}`);
        const made = grads[0]!.dataSync();
        gradient.forEach((wanted, i) =>
          assert.ok(Math.abs(made[i]! - wanted) < 1e-6, `${i}: ${made.join()}`),
        );
      });
    });
  }

  /** Keras 3.15.1: `train_on_batch(p, y, class_weight=…)` of a model that passes its input on; rows of p divided by their sum, or its first column. */
  const weighed: readonly {
    readonly className: string;
    readonly classWeight: Readonly<Record<string, number>>;
    readonly targets: readonly number[];
    readonly loss: number;
  }[] = [
    {
      className: 'SparseCategoricalCrossentropy',
      classWeight: { 0: 2, 2: 0.5 },
      targets: [0, 1, 0, 2],
      loss: 1.20499289,
    },
    {
      className: 'CategoricalCrossentropy',
      classWeight: { 0: 2, 2: 0.5 },
      targets: [1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1],
      loss: 1.20499277,
    },
    {
      className: 'BinaryCrossentropy',
      classWeight: { 0: 3, 1: 0.5 },
      targets: [1, 0, 1, 1],
      loss: 0.8250742,
    },
  ];
  for (const { className, classWeight, targets, loss } of weighed) {
    it(`${className} with class weights is that of Keras`, async () => {
      const engine = await loadEngine('wasm');
      scope(() => {
        const raw = tf.tensor2d(shares, [4, 3]);
        const all = tf.div(raw, tf.sum(raw, 1, true));
        const prediction = className.startsWith('Binary') ? tf.slice(all, [0, 0], [4, 1]) : all;
        const target = className.startsWith('Sparse')
          ? tf.tensor1d([...targets], 'int32')
          : tf.tensor2d([...targets], [4, targets.length / 4]);
        const value = lossOf(
          { className, config: {}, weight: 1, classWeight },
          { engine, target, prediction, logits: null, mask: null },
        ).dataSync()[0]!;
        assert.ok(Math.abs(value / loss - 1) < 1e-6, `${value}`);
      });
    });
  }

  it('the best constant under class weights is the weighted shares', () => {
    const classWeight = { 0: 3, 1: 0.5 };
    const width = 1;
    const values = [0, 1, 1, 1];
    const loss = (p: number) => -(3 * Math.log(1 - p) + 1.5 * Math.log(p)) / 4;
    for (const spec of [
      { className: 'BinaryCrossentropy', targets: { values, width } },
      { className: 'SparseCategoricalCrossentropy', targets: { values, width: 2 } },
      {
        className: 'CategoricalCrossentropy',
        targets: { values: values.flatMap((y) => [1 - y, y]), width: 2 },
      },
    ]) {
      const found = constantLoss(
        { className: spec.className, config: {}, weight: 1, classWeight },
        spec.targets,
      );
      assert.ok(found !== null && Math.abs(found - loss(1 / 3)) < 1e-6, `${spec.className} ${found}`);
    }
  });
});
