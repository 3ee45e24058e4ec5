import assert from 'node:assert/strict';
import { readModel, rows } from './support';

const head =
  'import keras, numpy as np, pandas as pd, tensorflow as tf, tensorflow_datasets as tfds\nfrom keras import layers\n';

/** Programs whose input or output size comes from data: input shape and number of outputs. */
const shapes: readonly (readonly [
  name: string,
  program: string,
  input: readonly (number | null)[],
  units: number,
])[] = [
  [
    'mnist',
    '(x, y), _ = keras.datasets.mnist.load_data()\nx = x.reshape(-1, 784) / 255\ny = keras.utils.to_categorical(y)\nn = y.shape[1]',
    [null, 784],
    10,
  ],
  ['cifar10', '(x, y), _ = keras.datasets.cifar10.load_data()\nn = len(np.unique(y))', [null, 32, 32, 3], 10],
  [
    'an axis more',
    '(x, y), _ = keras.datasets.fashion_mnist.load_data()\nx = x[..., np.newaxis]\nn = max(y) + 1',
    [null, 28, 28, 1],
    10,
  ],
  [
    'a toy set',
    'from sklearn.datasets import load_iris\nfrom sklearn.model_selection import train_test_split\nx, y = load_iris(return_X_y=True)\nx, t, y, u = train_test_split(x, y)\nn = len(set([1, 2, 3]))',
    [null, 4],
    3,
  ],
  ['random numbers', 'x = np.random.rand(100, 7)\nn = x.shape[0] // 50', [null, 7], 2],
  ['columns that are named', 'x = pd.read_csv("a.csv")[["a", "b", "c"]].values\nn = 1', [null, 3], 1],
  ['columns that are cut', 'd = np.loadtxt("a.csv", delimiter=",")\nx = d[:, 0:8]\nn = 1', [null, 8], 1],
  [
    'padded texts',
    'from keras.preprocessing.sequence import pad_sequences\n(x, y), _ = keras.datasets.imdb.load_data(num_words=1000)\nx = pad_sequences(x, maxlen=50)\nn = 1',
    [null, 50],
    1,
  ],
  ['stacked columns', 'a = np.arange(10)\nx = np.column_stack([a, a, a])\nn = 1', [null, 3], 1],
  [
    'a product of matrices',
    'x = np.random.rand(100, 7) @ np.ones((7, 4))\nn = (x @ np.ones(4)).ndim',
    [null, 4],
    1,
  ],
  ['lists', 'x = np.array([[1, 2], [3, 4], [5, 6]])\nn = len(x)', [null, 2], 3],
];

const half = 'np.concatenate([np.zeros(50), np.ones(50)])';

/** Programs that make their own data, how labels are tied to inputs, and the scales of centres and noise. */
const ties: readonly (readonly [
  name: string,
  program: string,
  labelsFrom: 'clusters' | 'inputs' | 'chance' | null,
  clusters?: readonly [centers: number | null, noise: number | null],
])[] = [
  [
    'make_blobs',
    'from sklearn.datasets import make_blobs\nx, y = make_blobs(500, centers=10, n_features=64, cluster_std=2.5)',
    'clusters',
    [20 / Math.sqrt(12), 2.5],
  ],
  [
    'make_classification, encoded and split',
    'from sklearn.datasets import make_classification\nfrom sklearn.model_selection import train_test_split\nx, y = make_classification(500, class_sep=2)\nx, t, y, u = train_test_split(x, keras.utils.to_categorical(y))',
    'clusters',
    [2, 1],
  ],
  [
    'centres that labels choose',
    'y = rng.integers(0, 10, 500)\nc = rng.normal(scale=3, size=(10, 8))\nx = (c[y] + rng.normal(scale=0.5, size=(500, 8))).astype("float32")',
    'clusters',
    [3, 0.5],
  ],
  [
    'centres that are written out, one-hot labels',
    'l = rng.integers(0, 2, 500)\nx = np.array([[0.0, 0.0], [1.0, 2.0]])[l] + rng.normal(size=(500, 2))\ny = np.eye(2)[l]',
    'clusters',
    [Math.sqrt(0.6875), 1],
  ],
  [
    'a mask that moves rows',
    'x = np.random.randn(500, 4)\ny = np.random.randint(0, 2, 500)\nx[y == 1] += 2',
    'clusters',
    [null, null],
  ],
  [
    'inputs that are calculated from labels',
    'y = rng.integers(0, 2, 500)\nx = y[:, None] * 2 + rng.normal(size=(500, 4))',
    'clusters',
    [null, null],
  ],
  [
    'blocks of rows',
    `x = np.vstack([rng.normal(-1, 1, (50, 2)), rng.normal(1, 1, (50, 2))])\ny = ${half}`,
    'clusters',
    [null, null],
  ],
  ['one block', `x = rng.normal(size=(100, 2))\ny = ${half}`, null],
  [
    'a threshold',
    'x = rng.normal(size=(500, 4))\nw = rng.normal(size=4)\ny = (x @ w > 0).astype(int)',
    'inputs',
  ],
  [
    'a network',
    'x = rng.normal(size=(500, 4))\ny = np.argmax(np.tanh(x @ rng.normal(size=(4, 9))) @ rng.normal(size=(9, 3)), axis=1)',
    'inputs',
  ],
  ['a sum', 'x = np.random.rand(500, 4)\ny = x.sum(axis=1) > 2', 'inputs'],
  ['a curve', 'x = np.linspace(0, 6, 500)\ny = np.sin(x) + 0.1 * np.random.randn(500)', 'inputs'],
  ['a choice', 'x = np.random.rand(500, 4)\ny = np.where(x[:, 0] > 0.5, 1, 0)', 'inputs'],
  [
    'a mask that sets labels',
    'x = np.random.rand(500, 4)\ny = np.zeros(500)\ny[x[:, 0] > 0.5] = 1',
    'inputs',
  ],
  ['odds', 'x = rng.normal(size=(500, 4))\ny = rng.binomial(1, 1 / (1 + np.exp(-x[:, 0])))', 'inputs'],
  ['make_moons', 'from sklearn.datasets import make_moons\nx, y = make_moons(500, noise=0.1)', 'inputs'],
  ['an autoencoder', 'x = y = np.random.rand(500, 4)', 'inputs'],
  [
    'a pipeline',
    'x = tf.random.normal((500, 4))\ny = tf.cast(tf.reduce_sum(x, axis=1) > 0, tf.int32)\nx, y = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(9).batch(3), None',
    'inputs',
  ],
  [
    'labels by lot',
    'x = np.random.rand(500, 4)\ny = keras.utils.to_categorical(np.random.randint(0, 10, 500))',
    'chance',
  ],
  [
    'labels by lot, in one order, scaled',
    'x = np.random.rand(500, 4)\ny = (np.random.rand(500) > 0.5).astype(int)\ni = np.random.permutation(500)\nx, y = x[i], y[i]\nx = (x - x.mean()) / x.std()\nm = np.random.rand(500) < 0.8\nx, y = x[m], y[m]',
    'chance',
  ],
  [
    'labels whose making is not followed',
    'x = np.random.rand(500, 4)\ny = np.array([f(row) for row in x])',
    null,
  ],
  [
    'labels that a loop sets',
    'x = np.random.rand(500, 4)\ny = np.random.randint(0, 2, 500)\nfor i in range(500):\n    y[i] = f(x[i])',
    null,
  ],
  ['a data set', '(x, y), _ = keras.datasets.mnist.load_data()', null],
  [
    'labels by lot beside a data set',
    '(x, _), _ = keras.datasets.mnist.load_data()\ny = np.random.randint(0, 10, 60000)',
    null,
  ],
];

describe('python reader: data', () => {
  for (const [name, program, input, units] of shapes) {
    it(name, async () => {
      const model = await readModel(
        `${head}${program}\nmodel = keras.Sequential([layers.Input(x.shape[1:]), layers.Flatten(), layers.Dense(n)])`,
      );
      assert.deepEqual(model.tensors[model.inputs[0]?.tensor ?? -1]?.shape, input);
      assert.equal(model.layers.at(-1)?.config['units'], units);
    });
  }

  it('describes inputs after scaling, targets and batches', async () => {
    const { data } = await readModel(`${head}
(x, y), _ = keras.datasets.mnist.load_data()
x = x / 255.0
model = keras.Sequential([layers.Flatten(), layers.Dense(10)])
model.fit(x, y, batch_size=64, epochs=2)
`);
    assert.equal(data.name, 'mnist');
    assert.equal(data.batchSize, 64);
    assert.equal(data.samples, 60000);
    const [input] = data.inputs;
    assert.deepEqual([input?.kind, input?.min, input?.max], ['pixels', 0, 1]);
    assert.ok(Math.abs((input?.mean ?? 0) - 0.1306) < 1e-3);
    assert.deepEqual(
      data.targets.map(({ kind, classes }) => [kind, classes]),
      [['classes', 10]],
    );
  });

  it('takes targets of one constant for a stand-in, and puts arrays of unknown length together', async () => {
    const range = async (targets: string): Promise<(number | null | undefined)[]> => {
      const { data } = await readModel(
        `${head}y = ${targets}\nmodel = keras.Sequential([layers.Input((4,)), layers.Dense(1)])\nmodel.compile("sgd", "mse")\nmodel.fit(np.random.rand(100, 4), y)\n`,
      );
      const [target] = data.targets;
      return [target?.min, target?.max];
    };
    assert.deepEqual(await range('np.zeros(100)'), [null, null]);
    const files = '(np.zeros(len(open("a").read())), np.ones(len(open("b").read())))';
    assert.deepEqual(await range(`np.concatenate(${files})`), [0, 1]);
    assert.deepEqual(await range('np.concatenate((np.zeros(50), np.load("y.npy")))'), [null, null]);
  });

  for (const [name, pipeline, expected] of [
    [
      'tensor slices',
      'ds = tf.data.Dataset.from_tensor_slices((np.zeros((9, 6)), np.zeros(9))).shuffle(9).batch(3)',
      'Dense(4)',
    ],
    [
      'a mapped pipeline',
      'ds = tf.data.Dataset.from_tensor_slices((np.zeros((9, 6)), np.zeros(9))).map(lambda x, y: (x[:2], y)).batch(3)',
      'Dense(4)',
    ],
    [
      'images in folders',
      'ds = keras.utils.image_dataset_from_directory("d", image_size=(8, 8))',
      'Dense(8, 8, 4)',
    ],
    [
      'the parts of a data set, without information',
      'ds, test = tfds.load("mnist", split=["train", "test"], as_supervised=True, with_info=False)\nds = ds.batch(32)',
      'Dense(28, 28, 4)',
    ],
    [
      'a folder for training and validation',
      'ds, validation = keras.utils.image_dataset_from_directory("d", image_size=(8, 8), subset="both")\nds = ds.map(lambda x, y: (x / 255, y))',
      'Dense(8, 8, 4)',
    ],
  ] as const) {
    it(`builds on ${name}`, async () => {
      const model = await readModel(
        `${head}${pipeline}\nmodel = keras.Sequential([layers.Dense(4)])\nmodel.fit(ds)`,
      );
      assert.deepEqual(rows(model), [expected]);
      assert.ok(!model.assumptions.some(({ id }) => id === 'input-shape'));
    });
  }

  for (const [name, program, labelsFrom, clusters] of ties) {
    it(`tells how labels are tied to inputs: ${name}`, async () => {
      const { data } = await readModel(
        `${head}rng = np.random.default_rng(0)\n${program}
model = keras.Sequential([layers.Dense(3)])
model.fit(x, y)
`,
      );
      assert.equal(data.labelsFrom, labelsFrom);
      assert.deepEqual(data.clusters && [data.clusters.centers, data.clusters.noise], clusters ?? null);
    });
  }

  it('adds up random numbers that know nothing of each other', async () => {
    const { data } = await readModel(`${head}
x = 3 * np.random.randn(10, 4) + np.random.normal(1, 4, size=(10, 4))
model = keras.Sequential([layers.Dense(1)])
model.fit(x, np.zeros(10))
`);
    assert.deepEqual([data.inputs[0]?.kind, data.inputs[0]?.mean, data.inputs[0]?.std], ['normal', 1, 5]);
  });

  for (const [name, program] of [
    ['pairs from a file', 'a, b = zip(*[line.split() for line in open("a.txt").read().splitlines()])'],
    [
      'a table of unknown shape and its mean',
      'd = np.load("a.npy")\nn = ((d - np.mean(d)) / np.std(d)).shape[1]',
    ],
  ] as const) {
    it(`does not take for failing what it does not know: ${name}`, async () => {
      const model = await readModel(
        `${head}${program}\nmodel = keras.Sequential([layers.Input((4,)), layers.Dense(2)])`,
      );
      assert.deepEqual(model.unknowns, []);
    });
  }

  it('says what it cannot know', async () => {
    const model = await readModel(
      `${head}x = pd.read_csv("data.csv").values\nmodel = keras.Sequential([layers.Input((x.shape[1],)), layers.Dense(2)])`,
    );
    const [note] = model.assumptions;
    assert.ok(note?.text.includes('the number of columns of `data.csv`'), note?.text);
  });
});
