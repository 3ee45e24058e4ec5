import assert from 'node:assert/strict';
import type { ModelSpec } from '../../../../src/core/model/spec';
import { readText } from './support';

const head = 'import keras\nimport numpy as np\nfrom keras import layers\n';
const net =
  'model = keras.Sequential([keras.Input((4,)), layers.Dense(3, name="a"), layers.Dense(2, name="b")])\n';
const fit = 'model.fit(np.zeros((9, 4)), np.zeros((9, 2)))\n';
const compile = 'model.compile("adam", "mse")\n';

async function last(text: string): Promise<ModelSpec> {
  const { models } = await readText(head + text);
  const spec = models.at(-1);
  assert.ok(spec, text);
  return spec;
}

const flags = (spec: ModelSpec): Record<string, boolean> =>
  Object.fromEntries(spec.layers.filter((l) => l.weights.length > 0).map((l) => [l.id, l.trainable]));

describe('what a program does with its model', () => {
  const trainable: [name: string, text: string, expected: Record<string, boolean>][] = [
    ['never trained: flags at the end', `${net}model.layers[0].trainable = False\n`, { a: false, b: true }],
    [
      'set between compile and fit: read when training starts',
      `${net}${compile}model.layers[0].trainable = False\n${fit}`,
      { a: false, b: true },
    ],
    ['set after the training', `${net}${compile}${fit}model.trainable = False\n`, { a: true, b: true }],
    [
      'set between batches, for another model',
      `${net}${compile}model.trainable = False\nmodel.train_on_batch(np.zeros((9, 4)), np.zeros((9, 2)))\n`,
      { a: true, b: true },
    ],
    [
      'compiled again',
      `${net}${compile}${fit}model.layers[1].trainable = False\n${compile}${fit}`,
      { a: true, b: false },
    ],
  ];
  for (const [name, text, expected] of trainable) {
    it(`reads trainable: ${name}`, async () => assert.deepEqual(flags(await last(text)), expected));
  }

  it('sees where a flag is set too late, and whether the model was trained before', async () => {
    const { usage } = await last(`${net}${compile}${fit}model.layers[0].trainable = False\n${fit}`);
    assert.deepEqual([usage.lateTrainable?.afterFit, usage.lateTrainable?.range.startLine], [true, 7]);
  });

  it('sees a fit that nothing compiles', async () =>
    assert.equal((await last(net + fit)).usage.uncompiledFit?.startLine, 5));

  const loops: [name: string, text: string, changes: boolean][] = [
    ['a scheduler', 'keras.callbacks.LearningRateScheduler(lambda epoch: 0.1 / (epoch + 1))\n', true],
    ['what only lowers it', 'keras.callbacks.ReduceLROnPlateau()\n', false],
    ['an assignment', 'model.optimizer.learning_rate = 0.1\n', true],
    ['an argument', 'keras.optimizers.SGD(learning_rate=0.1)\n', false],
    ['a comparison', 'print(model.optimizer.lr == 0.1)\n', false],
  ];
  for (const [name, text, changes] of loops) {
    it(`${changes ? 'sees' : 'does not take for one'} a change of the rate: ${name}`, async () =>
      assert.equal((await last(net + compile + text)).usage.changesRate, changes));
  }

  it('does not go on with the old model when a new one fails to be read', async () => {
    const spec = await last(
      `${net}${compile}model = layers.Dense(4).missing()\nmodel.compile("sgd", "mae")\n`,
    );
    assert.equal(spec.compile?.losses[0]?.className, 'MeanSquaredError');
  });

  it('knows nothing of an array that is filled in a loop', async () => {
    const spec = await last(
      `x = np.zeros((50, 4))\nfor i, words in enumerate(load()):\n    x[i, words] = 1.0\n${net}${compile}model.fit(x, np.zeros((50, 2)))\n`,
    );
    assert.deepEqual([spec.data.inputs[0]?.kind, spec.data.inputs[0]?.std], ['unknown', null]);
  });

  it('counts two classes in a comparison of labels', async () => {
    const spec = await last(
      `(x, y), _ = keras.datasets.mnist.load_data()\ny = (y > 4)\nmodel = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(1, activation="sigmoid")])\nmodel.compile("sgd", "binary_crossentropy")\nmodel.fit(x / 255, y)\n`,
    );
    const [target] = spec.data.targets;
    assert.deepEqual([target?.kind, target?.classes, target?.shape], ['binary', 2, [60000]]);
  });
});

describe('parts that load weights', () => {
  const base = (args: string, rest: string): string =>
    `base = keras.applications.MobileNetV2(include_top=False, input_shape=(32, 32, 3)${args})\ninputs = keras.Input((32, 32, 3))\n${rest}model = keras.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling2D()(x)))\n`;

  it('names the builder, its weights and its layers, and not those around it', async () => {
    const { pretrained, layers } = await last(
      base('', 'x = base(layers.Rescaling(1 / 127.5, offset=-1)(inputs), training=False)\n'),
    );
    const [part] = pretrained;
    assert.ok(part && pretrained.length === 1);
    assert.deepEqual(
      [part.application, part.weights, part.includeTop, part.inferenceMode],
      ['MobileNetV2', 'imagenet', false, true],
    );
    const outside = layers.filter(({ id }) => !part.layers.includes(id)).map(({ className }) => className);
    assert.deepEqual(outside, ['InputLayer', 'Rescaling', 'GlobalAveragePooling2D', 'Dense']);
  });

  it('has none where the weights are fresh', async () =>
    assert.deepEqual((await last(base(', weights=None', 'x = base(inputs)\n'))).pretrained, []));

  it('remembers that it was frozen at an earlier compile', async () => {
    const again = 'model.compile("adam", "mse")\nbase.trainable = True\nmodel.compile("adam", "mse")\n';
    const spec = await last(`${base('', 'base.trainable = False\nx = base(inputs)\n')}${again}`);
    assert.deepEqual([spec.pretrained[0]?.frozenBefore, spec.pretrained[0]?.inferenceMode], [true, false]);
  });

  const weights: [name: string, argument: string, expected: unknown, notes: string[]][] = [
    ['written out', 'class_weight={0: 1.0, 1: 5}', { 0: 1, 1: 5 }, []],
    ['none', 'class_weight=None', undefined, []],
    ['of unknown data', 'class_weight=dict(enumerate(load()))', undefined, ['class-weight']],
    ['of samples', 'sample_weight=load()', undefined, ['sample-weight']],
  ];
  for (const [name, argument, expected, notes] of weights) {
    it(`reads how much samples count: ${name}`, async () => {
      const { compile: compiled, assumptions } = await last(
        `from weights import load\n${net}${compile}model.fit(np.zeros((9, 4)), np.zeros((9, 2)), ${argument})\n`,
      );
      assert.deepEqual(compiled?.losses[0]?.classWeight, expected);
      const ids = assumptions.map(({ id }) => id);
      assert.deepEqual(
        ids.filter((id) => id.endsWith('-weight')),
        notes,
      );
    });
  }
});
