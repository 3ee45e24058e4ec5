import assert from 'node:assert/strict';
import { readModel, rows } from './support';

const head = 'import keras, numpy as np, pandas as pd, tensorflow as tf\nfrom keras import layers\n';

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
  ['lists', 'x = np.array([[1, 2], [3, 4], [5, 6]])\nn = len(x)', [null, 2], 3],
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
  ] as const) {
    it(`builds on ${name}`, async () => {
      const model = await readModel(
        `${head}${pipeline}\nmodel = keras.Sequential([layers.Dense(4)])\nmodel.fit(ds)`,
      );
      assert.deepEqual(rows(model), [expected]);
      assert.ok(!model.assumptions.some(({ id }) => id === 'input-shape'));
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
