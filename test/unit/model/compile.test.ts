import assert from 'node:assert';
import { compileSpec, lossSpecs, optimizerSpec } from '../../../src/core/model/compile';
import type { Json } from '../../../src/core/model/spec';

describe('optimizerSpec', () => {
  for (const [given, className, form, rate] of [
    [null, 'RMSprop', 'default', 0.001],
    ['adam', 'Adam', 'string', 0.001],
    ['SGD', 'SGD', 'string', 0.01],
    [{ class_name: 'Adam', config: { learning_rate: 0.1 } }, 'Adam', 'object', 0.1],
    [{ class_name: 'AdamOptimizer', config: {} }, 'Adam', 'object', 0.001],
  ] as const) {
    it(`reads ${JSON.stringify(given)}`, () => {
      const spec = optimizerSpec(given);
      assert.deepStrictEqual([spec.className, spec.form, spec.config.learning_rate], [className, form, rate]);
    });
  }

  it('completes a schedule', () => {
    const schedule = { class_name: 'CosineDecay', config: { initial_learning_rate: 0.1, decay_steps: 10 } };
    const { config } = optimizerSpec({ class_name: 'SGD', config: { learning_rate: schedule } });
    assert.deepStrictEqual(config.learning_rate, {
      class_name: 'CosineDecay',
      config: {
        initial_learning_rate: 0.1,
        decay_steps: 10,
        alpha: 0,
        name: 'CosineDecay',
        warmup_target: null,
        warmup_steps: 0,
      },
    });
  });

  it('keeps what it does not know', () => {
    assert.strictEqual(optimizerSpec('my_optimizer').className, 'my_optimizer');
  });
});

describe('lossSpecs', () => {
  const outputs = ['left', 'right'];
  for (const [loss, weights, expected] of [
    [
      'mse',
      null,
      [
        ['MeanSquaredError', 1],
        ['MeanSquaredError', 1],
      ],
    ],
    [
      ['mse', 'bce'],
      [1, 0.5],
      [
        ['MeanSquaredError', 1],
        ['BinaryCrossentropy', 0.5],
      ],
    ],
    [
      { left: 'mae', right: 'mse' },
      { right: 2 },
      [
        ['MeanAbsoluteError', 1],
        ['MeanSquaredError', 2],
      ],
    ],
    [
      { left: 'mae' },
      null,
      [
        ['MeanAbsoluteError', 1],
        ['None', 0],
      ],
    ],
    [
      { class_name: 'Huber', config: { delta: 2 } },
      null,
      [
        ['Huber', 1],
        ['Huber', 1],
      ],
    ],
    [
      { class_name: 'function', config: 'kld' },
      null,
      [
        ['KLDivergence', 1],
        ['KLDivergence', 1],
      ],
    ],
    [
      'my_loss',
      null,
      [
        ['Custom', 1],
        ['Custom', 1],
      ],
    ],
    [null, null, []],
  ] as const satisfies readonly (readonly [Json, Json, readonly (readonly [string, number])[]])[]) {
    it(`reads ${JSON.stringify(loss)}`, () => {
      assert.deepStrictEqual(
        lossSpecs(loss, weights, outputs).map(({ className, weight }) => [className, weight]),
        expected,
      );
    });
  }

  it('fills in defaults', () => {
    const given = { class_name: 'CategoricalCrossentropy', config: { from_logits: true } };
    const { losses } = compileSpec({ optimizer: 'adam', loss: given, lossWeights: null, metrics: [] }, [
      'out',
    ]);
    assert.deepStrictEqual(losses[0]?.config, {
      from_logits: true,
      label_smoothing: 0,
      axis: -1,
      reduction: 'sum_over_batch_size',
      name: 'categorical_crossentropy',
      dtype: null,
    });
  });
});
