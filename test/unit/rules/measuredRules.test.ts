import assert from 'node:assert/strict';
import { hiddenLevels } from '../../../src/core/model/graphQueries';
import type { Measurement, SeedMeasurement } from '../../../src/core/model/measurement';
import type { LayerSpec, ModelSpec } from '../../../src/core/model/spec';
import type { LayerMeasurement } from '../../../src/core/report/report';
import { diagnose } from '../../../src/core/rules/diagnose';
import { SourceText } from '../../../src/core/text/sourceText';
import { pythonReader } from '../source/python/support';

const steps = [0, 20, 50];
const always = (value: number): number[] => steps.map(() => value);

/** What differs from a healthy net that has learned by step 50. */
interface Signs {
  /** Of the i-th of n hidden layers, input first. */
  readonly mean?: (i: number, n: number) => number;
  readonly variance?: (i: number, n: number) => number;
  readonly gradient?: (i: number, n: number) => number;
  readonly updateRatio?: number | ((weight: string) => number);
  readonly promise?: number;
  readonly explained?: number;
  /** Of the labels alone; 0 where all are the same. */
  readonly constantLoss?: number;
  /** Between the gradient of a batch and that with its labels exchanged. */
  readonly labels?: number;
  /** Explained loss after 200 and 300 steps. */
  readonly longer?: readonly [number, number];
  /** Of recurrent layers, by time step. */
  readonly overTime?: readonly number[];
  /** Explained loss of the tasks that need early steps, and all. */
  readonly tasks?: readonly [early: number | null, all: number | null];
}

function layerMeasurement(layer: LayerSpec, i: number, n: number, signs: Signs): LayerMeasurement {
  return {
    id: layer.id,
    mean: always(signs.mean?.(i, n) ?? 0),
    variance: always(signs.variance?.(i, n) ?? 1),
    zeroShare: always(0),
    signalFraction: always(0.5),
    saturatedShare: always(0),
    deadUnitShare: always(0),
    gradientNorm: always(signs.gradient?.(i, n) ?? 1),
    weights: layer.weights.map(({ name, shape, trainable }) => ({
      name,
      shape,
      trainable,
      rms: always(1),
      gradientNorm: always(1),
      gradientRms: always(1),
      updateRms: always(5e-3),
      updateRatio: always(5e-3),
    })),
    nonFinite: steps.map(() => 0),
    ...(signs.overTime ? { gradientOverTime: signs.overTime } : {}),
  };
}

function measurement(spec: ModelSpec, signs: Signs): Measurement {
  const hidden = hiddenLevels(spec).flat();
  const explained = signs.explained ?? 0.6;
  const seed: SeedMeasurement = {
    seed: 0,
    loss: always(1),
    explainedLoss: always(explained),
    constantLoss: signs.constantLoss ?? 1,
    accuracy: null,
    chanceAccuracy: null,
    predictionSpread: always(1),
    labelSensitivity: always(signs.labels ?? 0.5),
    promiseKept: Array.from({ length: 50 }, () => signs.promise ?? 0.7),
    layers: spec.layers.map((layer) =>
      layerMeasurement(layer, hidden.indexOf(layer), hidden.length, hidden.includes(layer) ? signs : {}),
    ),
    firstNonFiniteStep: null,
    firstNonFiniteLayer: null,
  };
  // Every kernel moves alike, the output's too, unless the signs tell them apart.
  const { updateRatio = 5e-3 } = signs;
  const layers = seed.layers.map((layer) => ({
    ...layer,
    weights: layer.weights.map((weight) => ({
      ...weight,
      updateRatio: always(typeof updateRatio === 'number' ? updateRatio : updateRatio(weight.name)),
    })),
  }));
  return {
    engine: { name: 'cpu', version: '0' },
    batchSize: 32,
    data: { kind: 'synthetic', description: '' },
    scaledDown: [],
    assumptions: [],
    measuredSteps: steps,
    seeds: [{ ...seed, layers }],
    durationMs: 1,
    longer: signs.longer
      ? {
          step: 300,
          explained: signs.longer[1],
          earlier: { step: 200, explained: signs.longer[0] },
          answersDiffer: true,
        }
      : null,
    ...(signs.tasks
      ? {
          tasks: [
            {
              name: 'early',
              description: 'the first 2 of 20 steps tell the answer',
              steps: 150,
              explainedLoss: signs.tasks[0],
            },
            {
              name: 'all',
              description: 'all 20 steps together tell the answer',
              steps: 150,
              explainedLoss: signs.tasks[1],
            },
          ],
        }
      : {}),
  };
}

async function examine(text: string, signs: Signs): Promise<ReturnType<typeof diagnose>> {
  const source = SourceText.ofFile('a.py', 'python', text);
  const { models, refused } = (await pythonReader()).read(source);
  const spec = models.at(-1);
  assert.ok(spec, text);
  return diagnose(spec, { source, refused, rules: {} }, measurement(spec, signs));
}

const head = 'import keras\nfrom keras import layers\n';
const net = (layer: string, depth: number, optimizer = '"adam"'): string =>
  `${head}model = keras.Sequential([keras.Input((32,))])\nfor _ in range(${depth}):\n    ${layer}\nmodel.add(layers.Dense(10, activation="softmax"))\nmodel.compile(${optimizer}, "sparse_categorical_crossentropy")\n`;
const relu = 'model.add(layers.Dense(64, activation="relu", kernel_initializer="he_normal"))';
const selu = 'model.add(layers.Dense(64, activation="selu", kernel_initializer="lecun_normal"))';
const normalized =
  'model.add(layers.Dense(64)); model.add(layers.BatchNormalization()); model.add(layers.ReLU())';
const slow: Signs = { updateRatio: 4e-4, promise: 1, explained: -0.05 };

type Program = readonly [text: string, signs: Signs];

/** Inputs of a size that is known. */
const data =
  'import numpy as np\nmodel.fit(np.random.rand(6400, 32), np.random.randint(0, 10, 6400), batch_size=64, epochs=50)\n';
/** Six hundred steps for six epochs. */
const trained = (epochs: number): string =>
  `${net(relu, 3)}\nimport numpy as np\nmodel.fit(np.random.rand(6400, 64), np.random.randint(0, 10, 6400), batch_size=64, epochs=${epochs})\n`;

const cases: Readonly<
  Record<
    string,
    { readonly raises: Readonly<Record<string, Program>>; readonly silent: Readonly<Record<string, Program>> }
  >
> = {
  GD113: {
    raises: { 'small straight steps without progress': [net(relu, 3, 'keras.optimizers.SGD(1e-3)'), slow] },
    silent: {
      'small steps that learn': [net(relu, 3, 'keras.optimizers.SGD(1e-3)'), { ...slow, explained: 0.3 }],
      'steps that overshoot': [net(relu, 3, 'keras.optimizers.SGD(1e-3)'), { ...slow, promise: 0.2 }],
      'usual steps': [net(relu, 3, 'keras.optimizers.SGD(1e-3)'), { ...slow, updateRatio: 5e-3 }],
      'a gradient that vanishes: the rate is not to blame': [
        net(relu, 3, 'keras.optimizers.SGD(1e-3)'),
        { ...slow, gradient: (i) => 10 ** (2 * i) },
      ],
      'a callback that raises the rate': [
        `${net(relu, 3, 'keras.optimizers.SGD(1e-5)')}keras.callbacks.LearningRateScheduler(lambda epoch: 1e-3 * 10 ** (epoch / 20))\n`,
        slow,
      ],
      'a schedule that starts slowly': [
        net(
          relu,
          3,
          'keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.0, 100, warmup_target=0.1))',
        ),
        slow,
      ],
    },
  },
  GD114: {
    raises: {
      'a variance that grows': [net(selu, 5), { variance: (i) => 1 + 2 * i }],
      'a mean that drifts': [net(selu, 5), { mean: (i) => 0.3 * i }],
    },
    silent: {
      'near the fixed point': [net(selu, 5), { mean: () => 0.1, variance: () => 1.3 }],
      'two layers': [net(selu, 2), { variance: (i) => 1 + 5 * i }],
      ReLU: [net(relu, 5), { variance: (i) => 1 + 2 * i }],
    },
  },
  GD115: {
    raises: {
      'outputs that shrink': [net(relu, 6), { variance: (i) => 10 ** -i }],
      'outputs that grow': [net(relu, 6), { variance: (i) => 10 ** i }],
    },
    silent: {
      'outputs that keep their size': [net(relu, 6), { variance: (i) => 1 + 0.2 * i }],
      'a mean that makes up for the variance': [net(relu, 6), { variance: (i) => 10 ** -i, mean: () => 1 }],
      'behind normalization': [net(normalized, 6), { variance: (i) => 10 ** -i }],
      'three layers': [net(relu, 3), { variance: (i) => 100 ** -i }],
    },
  },
  GD117: {
    raises: {
      'a pace that leads to 25 % in 600 steps': [trained(6), { explained: 0.01, longer: [0.07, 0.1] }],
    },
    silent: {
      'as slow a pace in 6,000 steps': [trained(60), { explained: 0.01, longer: [0.07, 0.1] }],
      'a pace that leads far enough': [trained(6), { explained: 0.01, longer: [0.1, 0.25] }],
      'a fit of unknown length': [net(relu, 3), { explained: 0.01, longer: [0.07, 0.1] }],
      'fewer steps than were looked at': [trained(2), { explained: 0.01, longer: [0.07, 0.1] }],
    },
  },
  GD116: {
    raises: {
      'twenty layers whose gradient grows': [net(normalized, 20), { gradient: (i) => 10 ** (-i / 10) }],
    },
    silent: {
      'twenty layers whose gradient does not': [net(normalized, 20), {}],
      'five layers': [net(normalized, 5), { gradient: (i) => 10 ** -i }],
      'skip connections': [
        `${head}x = inputs = keras.Input((64,))\nfor _ in range(12):\n    y = layers.Dense(64)(x)\n    y = layers.BatchNormalization()(y)\n    x = layers.Add()([x, layers.ReLU()(y)])\nmodel = keras.Model(inputs, layers.Dense(10, activation="softmax")(x))\nmodel.compile("adam", "sparse_categorical_crossentropy")\n`,
        { gradient: (i) => 10 ** (-i / 5) },
      ],
      'twenty layers without normalization': [net(relu, 20), { gradient: (i) => 10 ** (-i / 10) }],
    },
  },
};

/** How a sequence is remembered: what is said of it, as what, and in which words. */
const memories: Readonly<
  Record<string, readonly [signs: Signs, severity: 'warning' | 'information' | null, words?: RegExp]>
> = {
  'the last steps, not tried': [{}, 'information', /last 4 of 20 time steps/],
  'the last steps, of a net that does not learn': [{ explained: 0.01 }, 'warning'],
  'the last steps, and the early task is not learned': [
    { tasks: [0.03, 0.45] },
    'warning',
    /where the first 2 of 20 steps tell the answer, the network explains 3 % of the loss after 150 updates, and 45 % where all/,
  ],
  'the last steps, and neither task is learned': [{ tasks: [0, 0.01] }, 'warning'],
  'the last steps, and the early task is learned': [{ tasks: [0.6, 0.5] }, null],
  'the early task is learned by a net that does not learn its own': [
    { explained: 0.01, tasks: [0.2, 0.5] },
    null,
  ],
  'the last steps, and the early task is learned a little': [{ tasks: [0.07, 0.5] }, 'information'],
  'the last steps, and the early task overflows': [{ tasks: [null, null] }, 'information'],
  'all steps, though the early task is not learned': [{ overTime: always20(1), tasks: [0, 0.5] }, null],
};

function always20(value: number): number[] {
  return Array.from({ length: 20 }, () => value);
}

const fading = Array.from({ length: 20 }, (_, t) => 10 ** ((t - 19) / 3.5));
const rnn = `${head}model = keras.Sequential([keras.Input((20, 4)), layers.SimpleRNN(8), layers.Dense(3, activation="softmax")])\nmodel.compile("adam", "sparse_categorical_crossentropy")\n`;

describe('GD112, what a recurrent layer remembers', () => {
  for (const [name, [signs, severity, words]] of Object.entries(memories)) {
    it(`${name}: ${severity ?? 'nothing'}`, async () => {
      const { findings, verdict } = await examine(rnn, { overTime: fading, ...signs });
      const found = findings.filter(({ id }) => id === 'GD112');
      assert.deepEqual(
        found.map((finding) => finding.severity),
        severity === null ? [] : [severity],
      );
      assert.match(found[0]?.message ?? '', words ?? /^/);
      if (signs.explained === undefined) {
        assert.equal(verdict, severity === 'warning' ? 'warning' : 'healthy');
      }
    });
  }

  it('gives both tasks as evidence', async () => {
    const { findings } = await examine(rnn, { overTime: fading, tasks: [0.03, 0.45] });
    assert.deepEqual(
      findings[0]?.evidence.slice(1).map(({ name, value, threshold }) => [name, value, threshold]),
      [
        ['explained loss where the first 2 of 20 steps tell the answer', 0.03, 0.1],
        ['explained loss where all 20 steps together tell the answer', 0.45, null],
      ],
    );
  });
});

describe('signs that the probe measures', () => {
  for (const [id, { raises, silent }] of Object.entries(cases)) {
    for (const [name, [text, signs]] of Object.entries(raises)) {
      it(`${id} speaks of ${name}`, async () => {
        const { findings } = await examine(text, signs);
        assert.ok(findings.some((finding) => finding.id === id));
      });
    }
    for (const [name, [text, signs]] of Object.entries(silent)) {
      it(`${id} is silent on ${name}`, async () => {
        const { findings } = await examine(text, signs);
        assert.ok(!findings.some((finding) => finding.id === id));
      });
    }
  }

  it('puts what theory expects beside the measured drift', async () => {
    const tiny =
      'model.add(layers.Dense(100, activation="relu", kernel_initializer=keras.initializers.RandomNormal(stddev=0.03)))';
    const { findings } = await examine(net(tiny, 6), { variance: (i) => 10 ** -i });
    const expected = findings.find(({ id }) => id === 'GD115')?.evidence[1]?.value;
    // Five steps of σ_w²/2 = 0.03² · 100 / 2 = 0.045 each: 5 · log10(0.045) decades.
    assert.ok(
      typeof expected === 'number' && Math.abs(expected - 5 * Math.log10(0.045)) < 0.02,
      String(expected),
    );
  });

  it('is content with a healthy net', async () => {
    const { verdict, findings } = await examine(net(relu, 6), {});
    assert.deepEqual([verdict, findings.map(({ id }) => id)], ['healthy', []]);
  });
});

describe('a slow start', () => {
  it('is failing where it leads nowhere in the planned steps, and not where it leads on', async () => {
    const verdict = async (epochs: number): Promise<string> =>
      (await examine(trained(epochs), { explained: 0.01, longer: [0.07, 0.1] })).verdict;
    assert.equal(await verdict(6), 'failing');
    assert.notEqual(await verdict(60), 'failing');
  });

  const rate = 'keras.optimizers.SGD(1e-3)';

  it('is no sign that the network cannot learn', async () => {
    const { verdict, findings } = await examine(net(relu, 3, rate), slow);
    assert.ok(findings.some(({ id }) => id === 'GD113'));
    assert.notEqual(verdict, 'failing');
  });

  it('warns where updates are too small altogether', async () => {
    const { findings } = await examine(net(relu, 3, rate) + data, { ...slow, updateRatio: 5e-5 });
    assert.equal(findings.find(({ id }) => id === 'GD113')?.severity, 'warning');
  });

  it('says nothing of steps that only gather gradients', async () => {
    const ids = async (optimizer: string): Promise<string[]> =>
      (await examine(net(relu, 3, optimizer), { ...slow, updateRatio: 0 })).findings.map(({ id }) => id);
    assert.ok((await ids('keras.optimizers.SGD(1e-3)')).includes('GD104'));
    const gathering = await ids('keras.optimizers.SGD(1e-3, gradient_accumulation_steps=4)');
    assert.ok(!gathering.includes('GD104') && !gathering.includes('GD113'), gathering.join());
  });

  it('is left to the callback that raises the rate', async () => {
    const search = 'keras.callbacks.LearningRateScheduler(lambda epoch: 1e-8 * 10 ** (epoch / 20))\n';
    const tiny = { ...slow, updateRatio: 1e-7 };
    const severity = async (text: string): Promise<string | undefined> =>
      (await examine(text, tiny)).findings.find(({ id }) => id === 'GD104')?.severity;
    const text = net(relu, 3, 'keras.optimizers.SGD(1e-6)') + data;
    assert.equal(await severity(text), 'error');
    assert.equal(await severity(text + search), 'information');
  });

  it('is not stuck while its loss falls', async () => {
    const found = async (longer: readonly [number, number]): Promise<boolean> => {
      const signs: Signs = { gradient: (i) => 10 ** i, explained: -5, longer };
      return (await examine(net(relu, 6) + data, signs)).findings.some(({ id }) => id === 'GD111');
    };
    assert.ok(!(await found([-4, -2])));
    assert.ok(await found([-2.2, -2]));
  });

  it('is a choice where so many small steps are planned that they get somewhere', async () => {
    const severity = async (epochs: number): Promise<string | undefined> => {
      const text = net(relu, 3) + data.replace('epochs=50', `epochs=${epochs}`);
      const { findings } = await examine(text, { updateRatio: 5e-6, explained: 0 });
      return findings.find(({ id }) => id === 'GD104')?.severity;
    };
    assert.equal(await severity(50), 'error');
    assert.equal(await severity(5000), 'warning');
  });

  it('is no start of queries and keys', async () => {
    const attention = (small: RegExp): ReturnType<typeof examine> =>
      examine(
        `${head}x = keras.Input((8, 16))\ny = layers.MultiHeadAttention(2, 8)(x, x)\nmodel = keras.Model(x, layers.Dense(1)(layers.GlobalAveragePooling1D()(y)))\nmodel.compile("adam", "mse")\n`,
        { updateRatio: (weight) => (small.test(weight) ? 1e-6 : 5e-3) },
      );
    assert.deepEqual((await attention(/(query|key)\/kernel/)).findings, []);
    assert.deepEqual(
      (await attention(/value\/kernel/)).findings.map(({ id }) => id),
      ['GD104'],
    );
  });
});

describe('what the probe does not know', () => {
  const vanishing: Signs = { gradient: (i) => 10 ** i, explained: 0, updateRatio: 1e-7 };
  const standing = { ...slow, updateRatio: 1e-7 };
  const uncompiled = (layer: string): string => net(layer, 6).replace(/^model\.compile.*$/m, '');
  const cannotTell: Readonly<Record<string, readonly [text: string, signs: Signs, reason: RegExp]>> = {
    'a layer that nothing is known of': [
      `import tensorflow_probability as tfp\n${net(relu, 5).replace('model.compile', 'model.add(tfp.layers.DenseVariational(10))\nmodel.compile')}`,
      vanishing,
      /DenseVariational/,
    ],
    'start values that nothing is known of': [
      `import numpy as np\n${net(`model.add(layers.Dense(64, activation="relu", kernel_initializer=keras.initializers.Constant(np.load("w.npy"))))`, 5)}`,
      vanishing,
      /Constant/,
    ],
    'a program that does not say how it trains': [uncompiled(relu), standing, /how this model is trained/],
    'a low rate for inputs of unknown size': [
      net(relu, 3, 'keras.optimizers.SGD(1e-6)'),
      standing,
      /how large these are/,
    ],
  };
  for (const [name, [text, signs, reason]] of Object.entries(cannotTell)) {
    it(`decides nothing: ${name}`, async () => {
      const { verdict, headline, findings } = await examine(text, signs);
      assert.equal(verdict, 'unknown', JSON.stringify(findings));
      assert.match(headline, /^Cannot tell: /);
      assert.match(headline, reason);
      assert.ok(findings.every(({ severity }) => severity === 'information'));
    });
    it(`is no excuse for a sign that is not there: ${name}`, async () => {
      assert.equal((await examine(text, {})).verdict, 'healthy');
    });
  }

  it('is told by no label where all are the same', async () => {
    const ids = async (constantLoss: number): Promise<string[]> =>
      (await examine(net(relu, 3), { labels: 0, constantLoss })).findings.map(({ id }) => id);
    assert.ok((await ids(1)).includes('GD109'));
    assert.deepEqual(await ids(0), []);
  });

  it('does not hide what needs no training to be seen', async () => {
    assert.equal((await examine(uncompiled(relu), vanishing)).verdict, 'failing');
  });

  it('is no excuse where the inputs are known', async () => {
    const text = net(relu, 3, 'keras.optimizers.SGD(1e-6)') + data;
    assert.equal((await examine(text, standing)).verdict, 'failing');
  });
});

describe('what is measured through a pretrained part', () => {
  const transfer = (weights: string): string =>
    `${head}base = keras.applications.VGG16(include_top=False, weights=${weights}, input_shape=(32, 32, 3))\nmodel = keras.Sequential([keras.Input((32, 32, 3)), base, layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax")])\nmodel.compile(keras.optimizers.SGD(0.01), "sparse_categorical_crossentropy")\n`;
  const vanishing: Signs = { gradient: (i) => 10 ** i, explained: 0, updateRatio: 1e-7 };

  it('says nothing of layers whose weights are not at hand, and does not judge the others by them', async () => {
    const { verdict, headline, findings } = await examine(transfer('"imagenet"'), vanishing);
    assert.equal(verdict, 'unknown');
    assert.match(headline, /VGG16/);
    assert.deepEqual(
      findings.filter(({ severity }) => severity !== 'information').map(({ id }) => id),
      [],
    );
    assert.ok(findings.every(({ layers }) => !layers.some((layer) => /block/.test(layer))));
  });

  it('does not make errors of what the source suggests', async () => {
    const raw = (weights: string): string =>
      `${transfer(weights)}(x, y), _ = keras.datasets.cifar10.load_data()\nmodel.fit(x, y)\n`;
    const severity = async (weights: string): Promise<string | undefined> =>
      (await examine(raw(weights), { explained: 0 })).findings.find(({ id }) => id === 'GD204')?.severity;
    assert.equal(await severity('None'), 'error');
    assert.notEqual(await severity('"imagenet"'), 'error');
  });

  it('judges the same network with fresh weights', async () => {
    const { verdict, findings } = await examine(transfer('None'), vanishing);
    assert.equal(verdict, 'failing');
    assert.ok(findings.some(({ id, severity }) => id === 'GD101' && severity === 'error'));
  });
});
