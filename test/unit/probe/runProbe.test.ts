import assert from 'node:assert/strict';
import type { Json, ModelSpec } from '../../../src/core/model/spec';
import { HumanError } from '../../../src/core/humanError';
import * as tf from '../../../src/probe/engine/tf';
import { runProbe } from '../../../src/probe/runProbe';
import type { ProbeProgress, ProbeRequest } from '../../../src/shared/probeProtocol';
import { CancelledError } from '../../../src/shared/rpc';
import { WorkClock } from '../../../src/shared/workClock';
import { sequential } from '../../support/kerasModel';

const classifier = { optimizer: 'adam', loss: 'sparse_categorical_crossentropy' };

function request(spec: ModelSpec, more: Partial<ProbeRequest> = {}): ProbeRequest {
  return {
    spec,
    measuredSteps: [0, 1, 2],
    seeds: [1],
    batchSize: null,
    engine: 'wasm',
    weightsPath: null,
    dataPath: null,
    budget: { timeMs: 20_000, memoryBytes: 2e9 },
    ...more,
  };
}

const run = (
  spec: ModelSpec,
  more: Partial<ProbeRequest> = {},
  signal = new AbortController().signal,
  seen: ProbeProgress[] = [],
) => runProbe(request(spec, more), { signal, progress: (value) => seen.push(value) });

function mlp(compile: Json = classifier): ModelSpec {
  return sequential(
    [12],
    [
      ['Dense', { units: 16, activation: 'relu' }],
      ['BatchNormalization', {}],
      ['Dense', { units: 4, activation: 'softmax' }],
    ],
    compile,
  );
}

describe('runProbe', () => {
  it('gives the same numbers for the same seed, others for another', async () => {
    const [first, second, other] = [await run(mlp()), await run(mlp()), await run(mlp(), { seeds: [2] })];
    assert.deepEqual(first.seeds, second.seeds);
    assert.notDeepEqual(first.seeds[0]!.loss, other.seeds[0]!.loss);
  });

  describe('while somebody types', () => {
    const steps = { measuredSteps: [0, 10, 20, 40, 200], seeds: [1, 2] };
    const spec = sequential(
      [64],
      [
        ['Dense', { units: 256 }],
        ['Dense', { units: 4 }],
      ],
      classifier,
    );

    it('waits, goes on by itself, and gives the same numbers, within the same budget', async () => {
      const still = await run(spec, steps);
      const clock = new WorkClock();
      const seen: string[] = [];
      const rests: number[] = [];
      const restMs = 700;
      const resting = await runProbe(
        request(spec, { ...steps, budget: { timeMs: 2400, memoryBytes: 2e9 } }),
        {
          signal: new AbortController().signal,
          clock,
          progress: ({ seed, step }) => {
            seen.push(`${seed} ${step}`);
            if (seed === 1) {
              rests.push(performance.now());
              clock.restFor(restMs);
            }
          },
        },
      );
      assert.deepEqual(resting.seeds, still.seeds);
      assert.deepEqual(resting.scaledDown, still.scaledDown);
      assert.equal(seen.length, 10);
      const between = rests.slice(1).map((at, i) => at - (rests[i] ?? 0));
      assert.ok(
        between.slice(1).every((ms) => ms >= restMs - 5),
        `it went on after ${between.map(Math.round).join(', ')} ms`,
      );
    });

    it('is cancelled at once', async () => {
      const clock = new WorkClock();
      const controller = new AbortController();
      const running = runProbe(request(spec, { measuredSteps: [0, 50, 5000] }), {
        signal: controller.signal,
        clock,
        progress: ({ step }) => {
          if (step === 50) {
            clock.restFor(60_000);
            setTimeout(() => controller.abort(), 50);
          }
        },
      });
      await assert.rejects(running, CancelledError);
    });
  });

  it('fills every series along the measured steps, finite or null', async () => {
    const { seeds, measuredSteps } = await run(mlp(), { seeds: [1, 2] });
    assert.deepEqual(measuredSteps, [0, 1, 2]);
    assert.equal(seeds.length, 2);
    for (const {
      loss,
      layers,
      accuracy,
      chanceAccuracy,
      constantLoss,
      labelSensitivity,
      promiseKept,
    } of seeds) {
      assert.equal(loss.length, 3);
      assert.equal(accuracy?.length, 3);
      assert.ok(chanceAccuracy! > 0.2 && chanceAccuracy! < 0.5);
      assert.ok(Math.abs(constantLoss! - Math.log(4)) < 0.05);
      assert.ok(labelSensitivity[0]! > 0.1);
      assert.ok(promiseKept[0]! > 0.5 && promiseKept[0]! < 1.5);
      for (const layer of layers) {
        for (const series of [
          layer.mean,
          layer.variance,
          layer.gradientNorm,
          layer.signalFraction,
          ...layer.weights.map((w) => w.updateRms),
        ]) {
          assert.equal(series.length, 3);
          assert.ok(series.every((x) => x !== null && Number.isFinite(x)));
        }
      }
    }
  });

  it('learns its made-up data', async () => {
    const { seeds } = await run(
      mlp({
        optimizer: { class_name: 'Adam', config: { learning_rate: 0.01 } },
        loss: 'sparse_categorical_crossentropy',
      }),
      {
        measuredSteps: [0, 60],
      },
    );
    assert.ok(seeds[0]!.explainedLoss[1]! > 0.5, `${seeds[0]!.explainedLoss[1]}`);
  });

  describe('on tasks that tell what is remembered', function () {
    this.timeout(60_000);
    const explained = async (
      shape: readonly number[],
      layers: Parameters<typeof sequential>[1],
      task: 'early' | 'all',
      { rate = 0.01, dtype = 'float32' } = {},
    ): Promise<number> => {
      const spec = sequential(
        shape,
        [...layers, ['Dense', { units: 4, activation: 'softmax' }]],
        {
          optimizer: { class_name: 'Adam', config: { learning_rate: rate } },
          loss: 'sparse_categorical_crossentropy',
        },
        dtype,
      );
      const { seeds, data } = await run(spec, { measuredSteps: [0, 140, 145, 150], task });
      assert.match(data.description, task === 'early' ? /^the first/ : /^all/);
      return seeds[0]!.explainedLoss.slice(1).reduce<number>((sum, x) => sum + (x ?? NaN) / 3, 0);
    };

    // a GRU starts with a gate that is half open: what it read 20 steps ago has shrunk to a millionth
    for (const [cell, steps] of [
      ['LSTM', 20],
      ['GRU', 10],
    ] as const) {
      it(`a ${cell} over ${steps} steps learns both`, async () => {
        const layers: Parameters<typeof sequential>[1] = [[cell, { units: 32 }]];
        const early = await explained([steps, 8], layers, 'early');
        assert.ok(early > 0.3, `${early}`);
        const all = await explained([steps, 8], layers, 'all');
        assert.ok(all > 0.3, `${all}`);
      });
    }

    it('an LSTM over 20 words learns both', async () => {
      const layers: Parameters<typeof sequential>[1] = [
        ['Embedding', { input_dim: 500, output_dim: 16 }],
        ['LSTM', { units: 32 }],
      ];
      const words = { rate: 0.003, dtype: 'int32' };
      assert.ok((await explained([20], layers, 'early', words)) > 0.3);
      assert.ok((await explained([20], layers, 'all', words)) > 0.3);
    });

    it('a SimpleRNN with tiny recurrent weights over 60 steps does not learn what early steps tell', async () => {
      const tiny = { class_name: 'RandomNormal', config: { mean: 0, stddev: 0.01, seed: null } };
      const learned = await explained(
        [60, 8],
        [['SimpleRNN', { units: 32, recurrent_initializer: tiny }]],
        'early',
      );
      assert.ok(learned < 0.05, `${learned}`);
    });
  });

  it('keeps no tensor', async () => {
    await run(mlp());
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) {
      await run(mlp());
      await run(
        sequential(
          [6, 3],
          [
            ['LSTM', { units: 5 }],
            ['Dense', { units: 1 }],
          ],
          { optimizer: 'rmsprop', loss: 'mse' },
        ),
      );
    }
    assert.equal(tf.memory().numTensors, before);
  });

  it('keeps no tensor when it is cancelled, and ends at once', async () => {
    await run(mlp());
    const before = tf.memory().numTensors;
    const controller = new AbortController();
    const seen: ProbeProgress[] = [];
    const running = runProbe(request(mlp(), { measuredSteps: [0, 5000] }), {
      signal: controller.signal,
      progress: (value) => {
        seen.push(value);
        controller.abort();
      },
    });
    await assert.rejects(running, CancelledError);
    assert.equal(seen.length, 1);
    assert.equal(tf.memory().numTensors, before);
  });

  it('streams what is known so far', async () => {
    const seen: ProbeProgress[] = [];
    await run(mlp(), {}, undefined, seen);
    assert.deepEqual(
      seen.map(({ step, partial }) => [step, partial?.seeds[0]?.loss.length]),
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
    );
  });

  it('names the step and the layer where numbers stop being finite', async () => {
    const spec = sequential(
      [8],
      [
        ['Dense', { units: 8 }],
        [
          'Dense',
          {
            units: 8,
            activation: 'exponential',
            kernel_initializer: { class_name: 'RandomNormal', config: { stddev: 300 } },
          },
        ],
        ['Dense', { units: 1 }],
      ],
      { optimizer: 'sgd', loss: 'mse' },
    );
    const { seeds } = await run(spec);
    assert.equal(seeds[0]!.firstNonFiniteStep, 0);
    assert.equal(seeds[0]!.firstNonFiniteLayer, 'layer_1');
    assert.equal(seeds[0]!.loss.length, 3);
  });

  it('shows how far back a recurrent layer sees', async () => {
    const { seeds } = await run(
      sequential(
        [9, 3],
        [
          ['SimpleRNN', { units: 5 }],
          ['Dense', { units: 1 }],
        ],
        { optimizer: 'sgd', loss: 'mse' },
      ),
    );
    assert.equal(seeds[0]!.layers[0]!.gradientOverTime?.length, 9);
  });

  it('shows how the first seed spreads its values at the last step, the gradients in line with their norm', async () => {
    const { seeds, batchSize } = await run(mlp(), { seeds: [1, 2] });
    assert.ok(seeds[1]!.layers.every(({ histogram }) => histogram === undefined));
    for (const { histogram, gradientNorm } of seeds[0]!.layers) {
      const { step, activation, gradient } = histogram!;
      assert.equal(step, 2);
      assert.ok(activation!.low < activation!.high);
      const count = gradient!.zeros + gradient!.counts.reduce((a, b) => a + b, 0);
      // no unit's gradient is larger than the norm over all of them times the root of the batch
      assert.ok(10 ** gradient!.high <= gradientNorm[2]! * Math.sqrt(batchSize) * 1.001);
      assert.ok(10 ** gradient!.high >= gradientNorm[2]! / Math.sqrt(count));
    }
  });

  it('assumes loss and optimizer where the code compiles nothing, and says so', async () => {
    const { assumptions } = await run(mlp(null));
    assert.deepEqual(assumptions.map(({ id }) => id).sort(), ['loss', 'optimizer']);
  });

  it('makes the batch smaller, and says so, where the budget is short', async () => {
    const { batchSize, scaledDown } = await run(mlp(), {
      batchSize: 4096,
      budget: { timeMs: 20_000, memoryBytes: 300_000 },
    });
    assert.ok(batchSize < 4096);
    assert.equal(scaledDown[0]?.id, 'batch');
  });

  it('ends in time, and says so', async () => {
    const { scaledDown, seeds, measuredSteps } = await run(mlp(), {
      seeds: [1, 2],
      measuredSteps: [0, 1, 100_000],
      budget: { timeMs: 300, memoryBytes: 2e9 },
    });
    assert.ok(scaledDown.some(({ id }) => id === 'time'));
    assert.equal(seeds.length, 1);
    assert.deepEqual(measuredSteps.slice(0, 2), [0, 1]);
    assert.ok(measuredSteps.length === 3 && measuredSteps[2]! < 100_000);
    assert.ok(seeds[0]!.loss.length === 3 && seeds[0]!.loss[2] !== null);
    assert.equal(seeds[0]!.layers[0]!.gradientNorm.length, 3);
  });

  it('refuses a model that cannot be run, in its words', async () => {
    const spec = { ...mlp(), unprobeable: { id: 'x', text: 'Give the input shape.' } };
    await assert.rejects(
      run(spec),
      (error) => error instanceof HumanError && error.message === 'Give the input shape.',
    );
  });
});
