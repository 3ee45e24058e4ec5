import assert from 'node:assert/strict';
import { readModel, readText, rows } from './support';

const head = 'import keras\nfrom keras import layers\nimport tensorflow as tf\nimport numpy as np\n';

/** Ways to build a model, and the layers that Keras makes of them. */
const programs: readonly (readonly [name: string, program: string, layers: readonly string[]])[] = [
  ['Sequential with a list', 'm = keras.Sequential([layers.Input((4,)), layers.Dense(3)])', ['Dense(3)']],
  [
    'Sequential with add',
    'm = keras.Sequential()\nm.add(layers.Dense(3, input_dim=4))\nm.add(layers.Dense(2))',
    ['Dense(3)', 'Dense(2)'],
  ],
  [
    'add and pop',
    'm = keras.Sequential([layers.Input((4,)), layers.Dense(3), layers.Dense(2)])\nm.pop()',
    ['Dense(3)'],
  ],
  [
    'a comprehension of layers',
    'm = keras.Sequential([layers.Input((4,))] + [layers.Dense(2 ** i) for i in range(3)])',
    ['Dense(1)', 'Dense(2)', 'Dense(4)'],
  ],
  [
    'star in a list',
    'hidden = [layers.Dense(3), layers.ReLU()]\nm = keras.Sequential([layers.Input((4,)), *hidden, layers.Dense(1)])',
    ['Dense(3)', 'ReLU(3)', 'Dense(1)'],
  ],
  ['built by build()', 'm = keras.Sequential([layers.Dense(3)])\nm.build((None, 7))', ['Dense(3)']],
  [
    'built by data',
    'm = keras.Sequential([layers.Flatten(), layers.Dense(3)])\nm.fit(np.zeros((10, 4, 5)), np.zeros(10))',
    ['Flatten(20)', 'Dense(3)'],
  ],
  [
    'built by a call',
    'm = keras.Sequential([layers.Conv2D(2, 3)])\nm(tf.zeros((1, 8, 8, 3)))',
    ['Conv2D(6, 6, 2)'],
  ],
  [
    'Functional',
    'i = keras.Input((4,))\nx = layers.Dense(3)(i)\nm = keras.Model(i, layers.concatenate([x, i]))',
    ['Dense(3)', 'Concatenate(7)'],
  ],
  [
    'two inputs and outputs',
    'a, b = keras.Input((4,)), keras.Input((2,))\nx = layers.Concatenate()([a, b])\nm = keras.Model([a, b], [layers.Dense(1)(x), layers.Dense(5)(x)])',
    ['Concatenate(6)', 'Dense(1)', 'Dense(5)'],
  ],
  [
    'a shared layer',
    'd = layers.Dense(3)\na, b = keras.Input((4,)), keras.Input((4,))\nm = keras.Model([a, b], layers.Add()([d(a), d(b)]))',
    ['Dense(3)', 'Add(3)'],
  ],
  [
    'a block as a function',
    'def block(x, n):\n    x = layers.Dense(n)(x)\n    return layers.BatchNormalization()(x)\ni = keras.Input((4,))\nx = i\nfor n in (8, 6):\n    x = block(x, n)\nm = keras.Model(i, x)',
    ['Dense(8)', 'BatchNormalization(8)', 'Dense(6)', 'BatchNormalization(6)'],
  ],
  [
    'a shape that a tensor tells',
    'i = keras.Input((4, 6))\nx = layers.Dense(i.shape[-1] // 2)(i)\nm = keras.Model(i, x)',
    ['Dense(4, 3)'],
  ],
  [
    'return_state',
    'i = keras.Input((5, 2))\ny, h, c = layers.LSTM(3, return_state=True)(i)\nm = keras.Model(i, layers.Concatenate()([h, c]))',
    ['LSTM(3)', 'Concatenate(6)'],
  ],
  [
    'a partial of a layer class',
    'from functools import partial\nD = partial(layers.Dense, activation="relu")\nm = keras.Sequential([layers.Input((4,)), D(3)])',
    ['Dense(3)'],
  ],
  [
    'a layer class as a value',
    'make = {"d": layers.Dense}\nm = keras.Sequential([layers.Input((4,)), make["d"](3)])',
    ['Dense(3)'],
  ],
  [
    'a distribution strategy',
    's = tf.distribute.MirroredStrategy()\nwith s.scope():\n    m = keras.Sequential([layers.Input((4,)), layers.Dense(3)])',
    ['Dense(3)'],
  ],
  [
    'a method of a plain class',
    'class Net:\n    def __init__(self, n):\n        self.n = n\n        self.model = self.make()\n    def make(self):\n        return keras.Sequential([layers.Input((4,)), layers.Dense(self.n)])\nnet = Net(3)',
    ['Dense(3)'],
  ],
  [
    'a subclassed model',
    'class Net(keras.Model):\n    def __init__(self):\n        super().__init__()\n        self.a = layers.Dense(3)\n        self.b = layers.Dense(1)\n    def call(self, x, training=None):\n        return self.b(self.a(x))\nm = Net()\nm(np.zeros((2, 4)))',
    ['Dense(3)', 'Dense(1)'],
  ],
  [
    'a clone',
    'a = keras.Sequential([layers.Input((4,)), layers.Dense(3)])\nm = keras.models.clone_model(a)\ndel a',
    ['Dense(3)'],
  ],
  [
    'an activation given as a layer class',
    'm = keras.Sequential([layers.Input((4,)), layers.Dense(3, activation=layers.LeakyReLU(0.1))])',
    ['Dense(3)'],
  ],
  [
    'old spellings',
    'm = keras.models.Sequential()\nm.add(layers.Convolution2D(8, kernel_size=(3, 3), border_mode="same", input_shape=(8, 8, 1), subsample=(2, 2)))',
    ['Conv2D(4, 4, 8)'],
  ],
  [
    'Keras 1 kernel sizes',
    'm = keras.models.Sequential()\nm.add(layers.Convolution2D(8, 3, 3, border_mode="same", input_shape=(8, 8, 1)))',
    ['Conv2D(8, 8, 8)'],
  ],
  [
    'Keras 3 takes the third argument for strides',
    'm = keras.Sequential([layers.Input((9, 9, 1)), layers.Conv2D(8, 3, 3)])',
    ['Conv2D(3, 3, 8)'],
  ],
  [
    'a tuner',
    'def build_model(hp):\n    return keras.Sequential([layers.Input((4,)), layers.Dense(hp.Int("n", 32, 512, step=32)), layers.Dense(hp.Choice("k", [7, 8]))])',
    ['Dense(32)', 'Dense(7)'],
  ],
  [
    'a builder that nothing calls',
    'def build_model(n=6, shape=(4,)):\n    return keras.Sequential([layers.Input(shape), layers.Dense(n)])',
    ['Dense(6)'],
  ],
  [
    'a hidden branch',
    'import os\nif os.path.exists("m.h5"):\n    m = keras.models.load_model("m.h5")\nelse:\n    m = keras.Sequential([layers.Input((4,)), layers.Dense(3)])',
    ['Dense(3)'],
  ],
  [
    'a layer of another library',
    'import tensorflow_addons as tfa\ni = keras.Input((4,))\nx = tfa.layers.WeightNorm(3)(i)\nm = keras.Model(i, layers.Dense(2)(x))',
    ['WeightNorm(4)', 'Dense(2)'],
  ],
  [
    'an input of unknown shape takes the rank that a layer wants',
    'i = keras.Input(shape=load_shape())\nm = keras.Model(i, layers.Conv2D(4, 3)(i))',
    ['Conv2D(30, 30, 4)'],
  ],
  [
    'channels first for all layers that name no order',
    'keras.backend.set_image_data_format("channels_first")\nassert keras.backend.image_data_format() == "channels_first"\nm = keras.Sequential([layers.Input((3, 8, 6)), layers.Conv2D(4, 3), layers.GlobalMaxPooling2D(), layers.Dense(2)])',
    ['Conv2D(4, 6, 4)', 'GlobalMaxPooling2D(4)', 'Dense(2)'],
  ],
  [
    'an activation that is looked up, none among them',
    'class Own(layers.Layer):\n    def __init__(self, units, activation=None):\n        super().__init__()\n        self.inner = layers.Dense(units)\n        self.activation = keras.activations.get(activation)\n    def call(self, x):\n        return self.activation(self.inner(x))\ni = keras.Input((4,))\nm = keras.Model(i, Own(2)(Own(3, activation="relu")(i)))',
    ['Dense(3)', 'Relu(3)', 'Dense(2)'],
  ],
  [
    "Theano's order, as Keras 1 called it",
    'keras.backend.set_image_dim_ordering("th")\nm = keras.Sequential([layers.Input((1, 8, 8)), layers.MaxPooling2D(2), layers.Flatten()])',
    ['MaxPooling2D(1, 4, 4)', 'Flatten(16)'],
  ],
  [
    'a vocabulary that the data tell',
    'l = layers.IntegerLookup(output_mode="one_hot")\nl.adapt(np.array([[3], [5], [5], [9]]))\ni = keras.Input((1,), dtype="int64")\nm = keras.Model(i, layers.Dense(2)(l(i)))',
    ['IntegerLookup(4)', 'Dense(2)'],
  ],
];

/** Programs that leave a size open, what is built all the same, and what is said of it. */
const openSizes: readonly (readonly [
  name: string,
  program: string,
  layers: readonly string[],
  note: string,
])[] = [
  [
    'a vocabulary in a file',
    'l = layers.StringLookup(output_mode="multi_hot")\nl.adapt(pd.read_csv("a.csv")["a"])\ni = keras.Input((1,), dtype="string")\nm = keras.Model(i, layers.Dense(2)(l(i)))',
    ['StringLookup(10)', 'Dense(2)'],
    'How many different values `string_lookup` finds in the data is not known; 10 was taken.',
  ],
  [
    'rows of a file in windows',
    'd = keras.utils.timeseries_dataset_from_array(pd.read_csv("a.csv").values, None, sequence_length=6)\nm = keras.Sequential([layers.Lambda(lambda x: x[:, -1:, :]), layers.Dense(3)])\nm.fit(d)',
    ['GetItem(1, 8)', 'Dense(1, 3)'],
    'The source does not tell the input shape of this model; (6, 8) was taken.',
  ],
];

describe('python reader: ways to build a model', () => {
  for (const [name, program, expected] of programs) {
    it(name, async () => {
      const { models } = await readText(head + program);
      const model = models.at(-1);
      assert.ok(model);
      assert.deepEqual(rows(model), expected);
    });
  }

  for (const [name, program, expected, note] of openSizes) {
    it(`takes a usual size for ${name}`, async () => {
      const model = await readModel(`import pandas as pd\n${head}${program}`);
      assert.deepEqual(rows(model), expected);
      assert.ok(
        model.assumptions.some(({ text }) => text.startsWith(note)),
        model.assumptions.map(({ text }) => text).join('\n'),
      );
    });
  }

  it('takes names without an import for those of Keras', async () => {
    const model = await readModel('model = Sequential([Dense(3, input_shape=(2,))])');
    assert.deepEqual(rows(model), ['Dense(3)']);
    assert.equal(model.names.bound['Dense'], 'keras.layers.Dense');
  });

  for (const line of [
    'from tensorflow.keras.layers import *',
    'from tensorflow.python.keras.layers import Dense',
    'from keras.layers.core import Dense',
    'from keras.src.layers import Dense',
    'from tf_keras.layers import Dense',
    'from tensorflow.compat.v1.keras.layers import Dense',
  ]) {
    it(line, async () => {
      const model = await readModel(
        `import keras\n${line}\nmodel = keras.Sequential([Dense(3, input_shape=(2,))])`,
      );
      assert.deepEqual(rows(model), ['Dense(3)']);
    });
  }

  it('shows a custom layer around what it holds', async () => {
    const model = await readModel(`${head}
class Scale(layers.Layer):
    def __init__(self, n, **kwargs):
        super().__init__(**kwargs)
        self.n = n
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.n), initializer="he_normal", name="w")
    def call(self, x):
        return tf.nn.relu(tf.matmul(x, self.w) + 1)
i = keras.Input((4,))
m = keras.Model(i, Scale(3)(i))
`);
    assert.deepEqual(
      model.containers.map(({ className, outputShape }) => [className, outputShape]),
      [['Scale', [null, 3]]],
    );
    const weights = model.layers.flatMap((layer) => layer.weights);
    assert.deepEqual(
      weights.map(({ name, shape, initializer }) => [name, shape, initializer.class_name]),
      [['w', [4, 3], 'HeNormal']],
    );
  });

  it('reads both models of a condition that is not known', async () => {
    const { models } = await readText(`${head}
import random
if random.random() > 0.5:
    model = keras.Sequential([layers.Input((4,)), layers.Dense(1)])
else:
    model = keras.Sequential([layers.Input((4,)), layers.Dense(2)])
`);
    assert.deepEqual(models.map(rows), [['Dense(1)'], ['Dense(2)']]);
    assert.ok(models[0]?.assumptions.some(({ id }) => id === 'branch'));
  });

  it('names models after the variable, else the function, and each build once', async () => {
    const { models } = await readText(`${head}
def make(n):
    m = keras.Sequential([layers.Input((4,)), layers.Dense(n)])
    return m
model = make(1)
others = [make(n) for n in (2, 2, 3)]
`);
    assert.deepEqual(
      models.map(({ id }) => id),
      ['model', 'make', 'make#2'],
    );
  });

  it('reads the notes as they are written', async () => {
    const { models, refused } = await readText(`
model = keras.models.Sequential([
    [...],
    keras.layers.Dense(30, kernel_initializer="he_normal"),
    keras.layers.LeakyReLU(alpha=0.2)
    [...]
])
model = keras.models.Sequential([
    keras.layers.Flatten(input_shape=[28,28])
    keras.layers.BatchNormalization(),
    keras.layers.Dense(10, activation_function="softmax")
])
optimizer = keras.optimizers.SGD(clipvalue=1.0)
model.compile(loss="mse", optimizer=optimizer)
`);
    assert.deepEqual(models.map(rows), [
      ['Dense(30)', 'LeakyReLU(30)'],
      ['Flatten(784)', 'BatchNormalization(784)', 'Dense(10)'],
    ]);
    assert.deepEqual(
      models.map(({ assumptions }) => assumptions.map(({ id }) => id)),
      [['layers-left-out', 'layers-left-out', 'input-shape'], ['missing-comma']],
    );
    assert.deepEqual(
      refused.map(({ models: ids, layer, written, nearest }) => [ids, layer, written, nearest]),
      [[['model#2'], 'dense_1', 'activation_function', 'activation']],
    );
    assert.equal(models[1]?.compile?.optimizer.config['clipvalue'], 1);
  });

  it('honours a comment that tells the input shape', async () => {
    const model = await readModel(
      `${head}model = keras.Sequential([layers.Dense(3)])  # gradient-doctor: input_shape=(7,)\n`,
    );
    assert.deepEqual(
      model.inputs.map(({ tensor }) => model.tensors[tensor]?.shape),
      [[null, 7]],
    );
  });

  it('never throws, whatever the text', async () => {
    for (const text of [
      '',
      'def',
      'model = Sequential([',
      '(((',
      'x = "\\',
      'class A(B):',
      '\u0000',
      'model.add(Dense(',
    ]) {
      await readText(text);
    }
  });
});
