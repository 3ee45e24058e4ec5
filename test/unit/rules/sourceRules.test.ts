import assert from 'node:assert/strict';
import { inspect } from '../../../src/core/rules/diagnose';
import { sourceRules } from '../../../src/core/rules/rules';
import { SourceText } from '../../../src/core/text/sourceText';
import { pythonReader } from '../source/python/support';

const head = 'import keras\nimport numpy as np\nfrom keras import layers, initializers\n';

/** A dense stack: `layer` is the text of each hidden layer, `depth` how many. */
const stack = (layer: string, depth: number, rest = ''): string =>
  `${head}model = keras.Sequential([keras.Input((32,))] + [${layer} for _ in range(${depth})] + [layers.Dense(10, activation="softmax")])\nmodel.compile("sgd", "sparse_categorical_crossentropy")\n${rest}`;

/** An output layer and a loss. */
const output = (layer: string, loss: string): string =>
  `${head}model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), ${layer}])\nmodel.compile("adam", loss=${loss})\n`;

/** Data and what happens to them before `fit`. */
const data = (lines: string, first = ''): string =>
  `${head}(x, y), _ = keras.datasets.mnist.load_data()\n${lines}model = keras.Sequential([keras.Input((28, 28)), ${first}layers.Flatten(), layers.Dense(30, activation="relu"), layers.Dense(10, activation="softmax")])\nmodel.compile("sgd", "sparse_categorical_crossentropy")\nmodel.fit(x, y)\n`;

interface Case {
  readonly raises: Readonly<Record<string, string>>;
  readonly silent: Readonly<Record<string, string>>;
}

const dense = (args: string): string => `layers.Dense(64, ${args})`;

/** Labels and what judges them. */
const trained = (labels: string, layer: string, loss: string): string =>
  `${head}x = np.random.randn(200, 8)\ny = ${labels}\n${output(layer, loss).replace(head, '')}model.fit(x, y)\n`;

/** Hidden layers of a plain net. */
const hidden = (lines: string, rest = 'layers.Dense(10, activation="softmax")'): string =>
  `${head}model = keras.Sequential([keras.Input((32,)), ${lines}, ${rest}])\nmodel.compile("adam", "sparse_categorical_crossentropy")\n`;

/** A net for images of one optimizer. */
const optimizer = (text: string, rest = ''): string =>
  `${head}model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1)])\nmodel.compile(${text}, "mse")\n${rest}`;

/** A pretrained base with a small head; \`before\` runs in front of compile, \`after\` behind it. */
const transfer = (parts: {
  base?: string;
  before?: string;
  call?: string;
  rate?: string;
  after?: string;
}): string =>
  `${head}base = keras.applications.${parts.base ?? 'MobileNetV2(include_top=False, input_shape=(96, 96, 3))'}\n${parts.before ?? ''}inputs = keras.Input((96, 96, 3))\nx = ${parts.call ?? 'base(inputs)'}\nx = layers.GlobalAveragePooling2D()(x)\nmodel = keras.Model(inputs, layers.Dense(3, activation="softmax")(x))\nmodel.compile(keras.optimizers.Adam(${parts.rate ?? '1e-5'}), "sparse_categorical_crossentropy")\n${parts.after ?? ''}`;

/** Pixels from 0 to 255, given to the pretrained base through \`way\`. */
const pixels = (base: string, way: string): string =>
  transfer({
    base: `${base}(include_top=False, input_shape=(96, 96, 3))`,
    call: `base(${way})`,
    after:
      'data = keras.utils.image_dataset_from_directory("images", image_size=(96, 96))\nmodel.fit(data)\n',
  });

const fit = 'model.fit(np.zeros((9, 96, 96, 3)), np.zeros(9))\n';

const cases: Readonly<Record<string, Case>> = {
  GD201: {
    raises: {
      'deep ReLU with tiny weights': stack(
        dense('activation="relu", kernel_initializer=initializers.RandomNormal(stddev=0.01)'),
        8,
      ),
      'very deep ReLU with Glorot': stack(dense('activation="relu"'), 16),
      'deep sigmoid': stack(dense('activation="sigmoid"'), 6),
    },
    silent: {
      'a shallow ReLU net with Glorot': stack(dense('activation="relu"'), 4),
      'deep ReLU with He': stack(dense('activation="relu", kernel_initializer="he_normal"'), 20),
      'deep tanh with Glorot': stack(dense('activation="tanh"'), 12),
      'tiny weights in a shallow net': stack(
        dense('activation="relu", kernel_initializer=initializers.RandomNormal(stddev=0.05)'),
        2,
      ),
      'behind Batch Normalization': `${head}model = keras.Sequential([keras.Input((32,))])\nfor _ in range(16):\n    model.add(layers.Dense(64, activation="relu"))\n    model.add(layers.BatchNormalization())\nmodel.add(layers.Dense(10, activation="softmax"))\nmodel.compile("sgd", "sparse_categorical_crossentropy")\n`,
    },
  },
  GD202: {
    raises: {
      'zero kernels in hidden layers': stack(dense('activation="relu", kernel_initializer="zeros"'), 2),
      'all ones': stack(dense('activation="tanh", kernel_initializer="ones"'), 2),
    },
    silent: {
      'zero biases': stack(dense('activation="relu", bias_initializer="zeros"'), 2),
      'a linear model that starts at zero': `${head}model = keras.Sequential([keras.Input((8,)), layers.Dense(3, kernel_initializer="zeros")])\nmodel.compile("sgd", "mse")\n`,
    },
  },
  GD203: {
    raises: {
      'He with SELU': stack(dense('activation="selu", kernel_initializer="he_normal"'), 4),
      'Dropout with SELU': `${head}model = keras.Sequential([keras.Input((8,))])\nfor _ in range(3):\n    model.add(layers.Dense(16, activation="selu", kernel_initializer="lecun_normal"))\n    model.add(layers.Dropout(0.2))\nmodel.add(layers.Dense(1))\nmodel.compile("sgd", "mse")\n`,
      'inputs that are scaled, but not standardized': data('x = x / 255\n')
        .replace(
          'Dense(30, activation="relu")',
          'Dense(30, activation="selu", kernel_initializer="lecun_normal")',
        )
        .replace(
          'layers.Dense(10',
          'layers.Dense(30, activation="selu", kernel_initializer="lecun_normal"), layers.Dense(10',
        ),
    },
    silent: {
      'standardized inputs': `${head}x = np.random.randn(500, 6)\nmodel = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="selu", kernel_initializer="lecun_normal"), layers.Dense(8, activation="selu", kernel_initializer="lecun_normal"), layers.Dense(1)])\nmodel.compile("adam", "mse")\nmodel.fit(x, x[:, 0])\n`,
      'SELU under its conditions': stack(dense('activation="selu", kernel_initializer="lecun_normal"'), 6),
      AlphaDropout: `${head}model = keras.Sequential([keras.Input((8,))])\nfor _ in range(3):\n    model.add(layers.Dense(16, activation="selu", kernel_initializer="lecun_normal"))\n    model.add(layers.AlphaDropout(0.2))\nmodel.add(layers.Dense(1))\nmodel.compile("sgd", "mse")\n`,
      'a single SELU layer': stack(dense('activation="selu"'), 1),
    },
  },
  GD204: {
    raises: {
      'raw pixels': data(''),
      'a table in its own units': `${head}x = np.random.normal(5000, 800, size=(500, 6))\ny = np.random.randn(500)\nmodel = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1)])\nmodel.compile("adam", "mse")\nmodel.fit(x, y)\n`,
    },
    silent: {
      'divided by 255': data('x = x / 255.0\n'),
      'a Rescaling layer': data('', 'layers.Rescaling(1.0 / 255), '),
      'a first Batch Normalization': data('', 'layers.BatchNormalization(), '),
      'standard normal inputs': `${head}x = np.random.randn(500, 6)\ny = np.random.randn(500)\nmodel = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1)])\nmodel.compile("adam", "mse")\nmodel.fit(x, y)\n`,
      'an array that is filled later': `${head}x = np.zeros((500, 6))\ny = np.random.randn(500)\nmodel = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1)])\nmodel.compile("adam", "mse")\nmodel.fit(x, y)\n`,
      'data that nobody knows': `${head}model = keras.Sequential([keras.Input((6,)), layers.Dense(8, activation="relu"), layers.Dense(1)])\nmodel.compile("adam", "mse")\n`,
    },
  },
  GD205: {
    raises: {
      'three hidden layers without activation': hidden(
        'layers.Dense(32), layers.Dense(32), layers.Dense(32), layers.Dense(16, activation="relu")',
      ),
      'a net without any activation': `${head}model = keras.Sequential([keras.Input((4,)), layers.Dense(50), layers.Dense(1)])\nmodel.compile("sgd", "mse")\n`,
      'two of them with dropout between': hidden(
        'layers.Dense(64), layers.Dropout(0.2), layers.Dense(64), layers.Dense(64, activation="relu")',
      ),
    },
    silent: {
      'a projection before the output': hidden('layers.Dense(64, activation="relu"), layers.Dense(64)'),
      'a bottleneck without activation': `${head}model = keras.Sequential([keras.Input((64,)), layers.Dense(2), layers.Dense(64)])\nmodel.compile("sgd", "mse")\n`,
      'an activation layer between': hidden(
        'layers.Dense(64), layers.ReLU(), layers.Dense(64), layers.Activation("relu"), layers.Dense(64), layers.ELU()',
      ),
      'the arms of a variational autoencoder': `${head}x = inputs = keras.Input((32,))\nh = layers.Dense(16, activation="relu")(x)\nmean, spread = layers.Dense(2)(h), layers.Dense(2)(h)\nz = layers.Add()([mean, spread])\nmodel = keras.Model(inputs, layers.Dense(32)(layers.Dense(16, activation="relu")(z)))\nmodel.compile("adam", "mse")\n`,
      'a linear model': output('layers.Dense(1)', '"mse"'),
    },
  },
  GD206: {
    raises: {
      'a convolution with bias': `${head}model = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU(), layers.Flatten(), layers.Dense(3)])\n`,
    },
    silent: {
      'no bias': hidden('layers.Dense(16, use_bias=False), layers.BatchNormalization(), layers.ReLU()'),
      'an activation between': hidden('layers.Dense(16, activation="relu"), layers.BatchNormalization()'),
      'a normalization without offset': hidden(
        'layers.Dense(16), layers.BatchNormalization(center=False), layers.ReLU()',
      ),
      'Layer Normalization': hidden('layers.Dense(16), layers.LayerNormalization(), layers.ReLU()'),
    },
  },
  GD207: {
    raises: {
      'between the last kernel and its softmax': hidden(
        'layers.Dense(16, activation="relu")',
        'layers.Dense(10), layers.BatchNormalization(), layers.Activation("softmax")',
      ),
    },
    silent: {
      'in front of the last layer': hidden(
        'layers.Dense(16, activation="relu"), layers.BatchNormalization()',
      ),
      'behind a hidden kernel': hidden(
        'layers.Dense(16), layers.BatchNormalization(), layers.Activation("relu")',
      ),
    },
  },
  GD208: {
    raises: {
      'six sigmoid layers': stack(dense('activation="sigmoid"'), 6),
      'ten tanh layers': stack(dense('activation="tanh"'), 10),
    },
    silent: {
      'three sigmoid layers': stack(dense('activation="sigmoid"'), 3),
      'five tanh layers': stack(dense('activation="tanh"'), 5),
      'sigmoid behind normalization': `${head}model = keras.Sequential([keras.Input((32,))])\nfor _ in range(6):\n    model.add(layers.Dense(64, activation="sigmoid"))\n    model.add(layers.BatchNormalization())\nmodel.add(layers.Dense(10, activation="softmax"))\n`,
      'ten ReLU layers': stack(dense('activation="relu"'), 10),
    },
  },
  GD209: {
    raises: {
      'a ReLU LSTM': `${head}model = keras.Sequential([keras.Input((20, 4)), layers.LSTM(8, activation="relu"), layers.Dense(1)])\nmodel.compile("adam", "mse")\n`,
      'inside Bidirectional': `${head}model = keras.Sequential([keras.Input((20, 4)), layers.Bidirectional(layers.GRU(8, activation="relu")), layers.Dense(1)])\n`,
    },
    silent: {
      tanh: `${head}model = keras.Sequential([keras.Input((20, 4)), layers.LSTM(8), layers.Dense(1, activation="relu")])\n`,
      'an IRNN': `${head}model = keras.Sequential([keras.Input((20, 4)), layers.SimpleRNN(8, activation="relu", recurrent_initializer="identity"), layers.Dense(1)])\n`,
      'a clipped gradient': `${head}model = keras.Sequential([keras.Input((20, 4)), layers.SimpleRNN(8, activation="relu"), layers.Dense(1)])\nmodel.compile(keras.optimizers.Adam(clipnorm=1.0), "mse")\n`,
    },
  },
  GD301: {
    raises: {
      'softmax over one unit': output('layers.Dense(1, activation="softmax")', '"binary_crossentropy"'),
      'softmax over one unit, categorical': output(
        'layers.Dense(1, activation="softmax")',
        '"categorical_crossentropy"',
      ),
      'a sigmoid unit with a categorical loss': output(
        'layers.Dense(1, activation="sigmoid")',
        '"categorical_crossentropy"',
      ),
      'no activation with a categorical loss': output('layers.Dense(5)', '"sparse_categorical_crossentropy"'),
      'no activation with binary cross-entropy': output('layers.Dense(1)', '"binary_crossentropy"'),
      'ELU before a cross-entropy': output('layers.Dense(5), layers.ELU()', '"categorical_crossentropy"'),
      'ReLU before a cross-entropy': output(
        'layers.Dense(5, activation="relu")',
        '"categorical_crossentropy"',
      ),
      'tanh before binary cross-entropy': output(
        'layers.Dense(1, activation="tanh")',
        '"binary_crossentropy"',
      ),
      'softmax with binary cross-entropy': output(
        'layers.Dense(5, activation="softmax")',
        '"binary_crossentropy"',
      ),
      'sigmoid with categorical cross-entropy': output(
        'layers.Dense(5, activation="sigmoid")',
        '"categorical_crossentropy"',
      ),
      'from_logits after a softmax': output(
        'layers.Dense(5, activation="softmax")',
        'keras.losses.SparseCategoricalCrossentropy(from_logits=True)',
      ),
    },
    silent: {
      'softmax with sparse labels': output(
        'layers.Dense(5, activation="softmax")',
        '"sparse_categorical_crossentropy"',
      ),
      'one sigmoid unit': output('layers.Dense(1, activation="sigmoid")', '"binary_crossentropy"'),
      'many labels': output('layers.Dense(5, activation="sigmoid")', '"binary_crossentropy"'),
      'logits, said so': output('layers.Dense(5)', 'keras.losses.CategoricalCrossentropy(from_logits=True)'),
      'an Activation layer behind the output': output(
        'layers.Dense(5), layers.Activation("softmax")',
        '"categorical_crossentropy"',
      ),
      'softmax for every time step': `${head}model = keras.Sequential([keras.Input((7, 4)), layers.LSTM(8, return_sequences=True), layers.TimeDistributed(layers.Dense(5, activation="softmax"))])\nmodel.compile("adam", "sparse_categorical_crossentropy")\n`,
      regression: output('layers.Dense(1)', '"mse"'),
      'a loss of the user': `${head}def loss(y, p):\n    return keras.ops.mean((y - p) ** 4)\n${output('layers.Dense(3)', 'loss').replace(head, '')}`,
    },
  },
  GD302: {
    raises: {
      'class numbers with a categorical loss': trained(
        'np.random.randint(0, 5, size=(200,))',
        'layers.Dense(5, activation="softmax")',
        '"categorical_crossentropy"',
      ),
      'one-hot rows with a sparse loss': trained(
        'keras.utils.to_categorical(np.random.randint(0, 5, size=(200,)), 5)',
        'layers.Dense(5, activation="softmax")',
        '"sparse_categorical_crossentropy"',
      ),
      'one-hot rows with a loss of class numbers': trained(
        'keras.utils.to_categorical(np.random.randint(0, 5, size=(200,)), 5)',
        'layers.Dense(5, activation="softmax")',
        '"categorical_generalized_cross_entropy"',
      ),
      'a known data set, as it comes': data('x = x / 255\n').replace('"sparse_cat', '"cat'),
    },
    silent: {
      'one-hot rows with a categorical loss': trained(
        'keras.utils.to_categorical(np.random.randint(0, 5, size=(200,)), 5)',
        'layers.Dense(5, activation="softmax")',
        '"categorical_crossentropy"',
      ),
      'class numbers with a sparse loss': data('x = x / 255\n'),
      'class numbers with another loss of class numbers': trained(
        'np.random.randint(0, 5, size=(200,))',
        'layers.Dense(5, activation="softmax")',
        'keras.losses.CategoricalGeneralizedCrossEntropy(q=0.7)',
      ),
      'class numbers in a column': trained(
        'np.random.randint(0, 5, size=(200, 1))',
        'layers.Dense(5, activation="softmax")',
        '"sparse_categorical_crossentropy"',
      ),
      'labels from a file': trained(
        'np.load("labels.npy")',
        'layers.Dense(5, activation="softmax")',
        '"categorical_crossentropy"',
      ),
      'compiled again after the last fit': `${trained(
        'keras.utils.to_categorical(np.random.randint(0, 5, size=(200,)), 5)',
        'layers.Dense(5, activation="softmax")',
        '"categorical_crossentropy"',
      )}model.compile("adam", "sparse_categorical_crossentropy")\n`,
      'a new model under the same name that cannot be read': `${trained(
        'np.random.randint(0, 5, size=(200,))',
        'layers.Dense(5, activation="softmax")',
        '"sparse_categorical_crossentropy"',
      )}\nmodel = keras.Sequential([layers.Dense(4)]).no_such_method()\nmodel.compile("adam", "categorical_crossentropy")\nmodel.fit(x, y)\n`,
    },
  },
  GD303: {
    raises: {
      'softmax with mse': output('layers.Dense(5, activation="softmax")', '"mse"'),
      'sigmoid with mse and classes': trained(
        'np.random.randint(0, 2, size=(200,))',
        'layers.Dense(1, activation="sigmoid")',
        '"mse"',
      ),
    },
    silent: {
      'cross-entropy': output('layers.Dense(5, activation="softmax")', '"categorical_crossentropy"'),
      'an autoencoder with sigmoid': `${head}x = np.random.rand(200, 8)\n${output('layers.Dense(8, activation="sigmoid")', '"mse"').replace(head, '')}model.fit(x, x)\n`,
      regression: trained('np.random.randn(200)', 'layers.Dense(1)', '"mse"'),
    },
  },
  GD304: {
    raises: {
      'sigmoid for targets up to 50': trained(
        'np.random.uniform(5, 50, size=(200,))',
        'layers.Dense(1, activation="sigmoid")',
        '"mse"',
      ),
      'ReLU for targets below zero': trained(
        'np.random.uniform(-1, 1, size=(200,))',
        'layers.Dense(1, activation="relu")',
        '"mse"',
      ),
      'tanh for prices': `${head}(x, y), _ = keras.datasets.boston_housing.load_data()\nmodel = keras.Sequential([keras.Input((13,)), layers.BatchNormalization(), layers.Dense(8, activation="relu"), layers.Dense(1, activation="tanh")])\nmodel.compile("adam", "mse")\nmodel.fit(x, y)\n`,
    },
    silent: {
      'sigmoid for shares': trained(
        'np.random.uniform(0, 1, size=(200,))',
        'layers.Dense(1, activation="sigmoid")',
        '"mse"',
      ),
      'no activation': trained('np.random.uniform(5, 50, size=(200,))', 'layers.Dense(1)', '"mse"'),
      'targets that nobody knows': output('layers.Dense(1, activation="sigmoid")', '"mse"'),
    },
  },
  GD305: {
    raises: {
      'five units for ten classes': data('x = x / 255\n').replace('Dense(10', 'Dense(5'),
      'five units for ten classes, another loss of class numbers': data('x = x / 255\n')
        .replace('Dense(10', 'Dense(5')
        .replace('"sparse_categorical_crossentropy"', '"categorical_generalized_cross_entropy"'),
      'one-hot rows of another size': trained(
        'keras.utils.to_categorical(np.random.randint(0, 7, size=(200,)), 7)',
        'layers.Dense(5, activation="softmax")',
        '"categorical_crossentropy"',
      ),
      'one sigmoid for ten classes': data('x = x / 255\n')
        .replace('Dense(10, activation="softmax")', 'Dense(1, activation="sigmoid")')
        .replace('"sparse_categorical_crossentropy"', '"binary_crossentropy"'),
    },
    silent: {
      'one unit for each class': data('x = x / 255\n'),
      'more units than class numbers': data('x = x / 255\n').replace('Dense(10', 'Dense(12'),
      'one class against the rest': data('x = x / 255\ny = (y == 3).astype("float32")\n')
        .replace('Dense(10, activation="softmax")', 'Dense(1, activation="sigmoid")')
        .replace('"sparse_categorical_crossentropy"', '"binary_crossentropy"'),
      'one class against the rest, by TensorFlow': `import tensorflow as tf\n${data(
        'x = x / 255\ny = tf.cast(tf.math.equal(y, 3), tf.uint8)\n',
      )
        .replace('Dense(10, activation="softmax")', 'Dense(1, activation="sigmoid")')
        .replace('"sparse_categorical_crossentropy"', '"binary_crossentropy"')}`,
    },
  },
  GD306: {
    raises: {
      'an activation and an Activation layer': output(
        'layers.Dense(5, activation="softmax"), layers.Activation("softmax")',
        '"categorical_crossentropy"',
      ),
      'a Softmax layer behind dropout': output(
        'layers.Dense(5, activation="softmax"), layers.Dropout(0.1), layers.Softmax()',
        '"categorical_crossentropy"',
      ),
    },
    silent: {
      'one softmax': output('layers.Dense(5), layers.Activation("softmax")', '"categorical_crossentropy"'),
      'a gate of softmax before the last layer': output(
        'layers.Dense(5, activation="softmax"), layers.Dense(5, activation="softmax")',
        '"categorical_crossentropy"',
      ),
      'ReLU between': output(
        'layers.Dense(5, activation="relu"), layers.Activation("softmax")',
        '"categorical_crossentropy"',
      ),
    },
  },
  GD401: {
    raises: {
      'a misspelt activation': output(
        'layers.Dense(5, activation_function="softmax")',
        '"categorical_crossentropy"',
      ),
      'an argument of another layer': output(
        'layers.Dense(5, filters=3, activation="softmax")',
        '"categorical_crossentropy"',
      ),
      'units by another name': output('layers.Dense(unit=4), layers.Dense(1)', '"mse"'),
      'no units': output('layers.Dense(), layers.Dense(1)', '"mse"'),
      'no kernel size': `${head}model = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(32), layers.Flatten(), layers.Dense(1)])\nmodel.compile("adam", "mse")\n`,
      'no output size': `${head}model = keras.Sequential([keras.Input((8,)), layers.Embedding(1000), layers.Flatten(), layers.Dense(1)])\nmodel.compile("adam", "mse")\n`,
    },
    silent: {
      'arguments that a dictionary gives': `${head}def build(**given):\n    return layers.Dense(**given)\nmodel = keras.Sequential([keras.Input((3,)), build(units=4), layers.Dense(1)])\nmodel.compile("adam", "mse")\n`,
      'arguments that are not known': `${head}import settings\nmodel = keras.Sequential([keras.Input((3,)), layers.Dense(**settings.dense), layers.Dense(1)])\nmodel.compile("adam", "mse")\n`,
      'the old name of units': output('layers.Dense(output_dim=4), layers.Dense(1)', '"mse"'),
      'an old spelling of the shape': `${head}model = keras.Sequential([layers.Dense(4, input_shape=(3,)), layers.Dense(1)])\nmodel.compile("adam", "mse")\n`,
      'LeakyReLU(alpha=…)': output('layers.LeakyReLU(alpha=0.2), layers.Dense(1)', '"mse"'),
      'lr=': `${head}model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])\nmodel.compile(keras.optimizers.Adam(lr=1e-3), "mse")\n`,
    },
  },
  GD402: {
    raises: {
      'fit on a new model': `${head}model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])\nmodel.fit(np.zeros((9, 8)), np.zeros(9))\n`,
      'the second of two models': `${optimizer('"adam"')}other = keras.Sequential([keras.Input((8,)), layers.Dense(2)])\nother.fit(np.zeros((9, 8)), np.zeros((9, 2)))\n`,
    },
    silent: {
      'compiled before': optimizer('"adam"', 'model.fit(np.zeros((9, 8)), np.zeros(9))\n'),
      'compiled by a helper of the file': `${head}def prepare(m):\n    m.compile("adam", "mse")\n    return m\nmodel = prepare(keras.Sequential([keras.Input((8,)), layers.Dense(1)]))\nmodel.fit(np.zeros((9, 8)), np.zeros(9))\n`,
      'handed to a helper of another file': `${head}from helpers import prepare\nmodel = keras.Sequential([keras.Input((8,)), layers.Dense(1)])\nprepare(model)\nmodel.fit(np.zeros((9, 8)), np.zeros(9))\n`,
      'compiled where nobody can follow': `${head}model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])\nfor each in registry.all():\n    each.compile("adam", "mse")\nmodel.fit(np.zeros((9, 8)), np.zeros(9))\n`,
      'a loop of its own': `${head}model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])\nprint(model.predict(np.zeros((9, 8))))\n`,
    },
  },
  GD501: {
    raises: {
      'Adam at 0.5': optimizer('keras.optimizers.Adam(0.5)'),
      'SGD at 1e-9': optimizer('keras.optimizers.SGD(1e-9)'),
      'SGD at 1 with a momentum of 0.9': optimizer('keras.optimizers.SGD(1.0, momentum=0.9)'),
      'Adadelta at Keras’ default': optimizer('"adadelta"'),
      'a pretrained base at 1e-9': transfer({ rate: '1e-9' }),
    },
    silent: {
      'Adam at its default': optimizer('"adam"'),
      'Adam at 1e-5': optimizer('keras.optimizers.Adam(1e-5)'),
      'fine-tuning at 1e-7': transfer({ rate: '1e-7' }),
      'SGD at 0.1 with a momentum of 0.9': optimizer('keras.optimizers.SGD(0.1, momentum=0.9)'),
      'a rate that is searched': optimizer(
        'keras.optimizers.SGD(1e-8, momentum=0.9)',
        'search = keras.callbacks.LearningRateScheduler(lambda epoch: 1e-8 * 10 ** (epoch / 20))\nmodel.fit(np.zeros((9, 8)), np.zeros(9), callbacks=[search])\n',
      ),
      'a schedule': optimizer(
        'keras.optimizers.Adam(keras.optimizers.schedules.ExponentialDecay(0.5, 100, 0.9))',
      ),
      'Adam at 0.1 on a linear model': `${head}model = keras.Sequential([keras.Input((8,)), layers.Dense(1)])\nmodel.compile(keras.optimizers.Adam(0.1), "mse")\n`,
    },
  },
  GD502: {
    raises: { clipvalue: optimizer('keras.optimizers.SGD(0.01, clipvalue=1.0)') },
    silent: {
      clipnorm: optimizer('keras.optimizers.SGD(0.01, clipnorm=1.0)'),
      'no clipping': optimizer('keras.optimizers.SGD(0.01)'),
    },
  },
  GD601: {
    raises: {
      'the whole base at Adam’s default': transfer({ rate: '1e-3' }),
      'the whole base by base.output': `${head}base = keras.applications.VGG16(include_top=False, input_shape=(64, 64, 3))\nmodel = keras.Model(base.input, layers.Dense(2, activation="softmax")(layers.Flatten()(base.output)))\nmodel.compile("adam", "categorical_crossentropy")\n`,
    },
    silent: {
      'a frozen base': transfer({ rate: '1e-3', before: 'base.trainable = False\n' }),
      'a small rate': transfer({ rate: '1e-5' }),
      'fresh weights': transfer({
        rate: '1e-3',
        base: 'MobileNetV2(include_top=False, weights=None, input_shape=(96, 96, 3))',
      }),
      'the last layers only': transfer({
        rate: '1e-3',
        before: 'for layer in base.layers[:-4]:\n    layer.trainable = False\n',
      }),
    },
  },
  GD602: {
    raises: {
      'everything frozen': `${transfer({}).replace('model.compile', 'model.trainable = False\nmodel.compile')}${fit}`,
    },
    silent: {
      'a frozen base and a head': `${transfer({ before: 'base.trainable = False\n' })}${fit}`,
      'frozen for the other model of a GAN': `${head}critic = keras.Sequential([keras.Input((4,)), layers.Dense(8, activation="relu"), layers.Dense(1, activation="sigmoid")])\ncritic.compile("adam", "binary_crossentropy")\ncritic.trainable = False\nfor _ in range(3):\n    critic.train_on_batch(np.zeros((9, 4)), np.zeros(9))\n`,
      'frozen and never trained': transfer({}).replace(
        'model.compile',
        'model.trainable = False\nmodel.compile',
      ),
    },
  },
  GD603: {
    raises: {
      'unfrozen for a second training': transfer({
        before: 'base.trainable = False\n',
        after: `${fit}base.trainable = True\nmodel.compile(keras.optimizers.Adam(1e-5), "sparse_categorical_crossentropy")\n${fit}`,
      }),
    },
    silent: {
      'called in inference mode': transfer({
        before: 'base.trainable = False\n',
        call: 'base(inputs, training=False)',
        after: `${fit}base.trainable = True\nmodel.compile(keras.optimizers.Adam(1e-5), "sparse_categorical_crossentropy")\n${fit}`,
      }),
      'frozen all along: Keras runs it in inference mode': transfer({
        before: 'base.trainable = False\n',
        after: fit,
      }),
      'a base without Batch Normalization': transfer({
        base: 'VGG16(include_top=False, input_shape=(96, 96, 3))',
        before: 'base.trainable = False\n',
        after: `${fit}base.trainable = True\nmodel.compile(keras.optimizers.Adam(1e-5), "sparse_categorical_crossentropy")\n${fit}`,
      }),
    },
  },
  GD604: {
    raises: {
      'unfrozen without compiling again': transfer({
        before: 'base.trainable = False\n',
        after: `${fit}base.trainable = True\n${fit}`,
      }),
      'frozen between compile and fit': transfer({ after: `base.trainable = False\n${fit}` }),
    },
    silent: {
      'compiled again': transfer({
        before: 'base.trainable = False\n',
        after: `${fit}base.trainable = True\nmodel.compile("adam", "sparse_categorical_crossentropy")\n${fit}`,
      }),
      'set before compile': transfer({ before: 'base.trainable = False\n', after: fit }),
      'set after the last fit': transfer({ after: `${fit}base.trainable = False\n` }),
    },
  },
  GD605: {
    raises: {
      'raw pixels for MobileNetV2': pixels('MobileNetV2', 'inputs'),
      'scaled pixels for EfficientNetB0, which scales inside': pixels(
        'EfficientNetB0',
        'layers.Rescaling(1.0 / 255)(inputs)',
      ),
      'scaled pixels for ResNet50': pixels('ResNet50', 'layers.Rescaling(1.0 / 255)(inputs)'),
    },
    silent: {
      'pixels from -1 to 1 for MobileNetV2': pixels(
        'MobileNetV2',
        'layers.Rescaling(1.0 / 127.5, offset=-1)(inputs)',
      ),
      'raw pixels for EfficientNetB0': pixels('EfficientNetB0', 'layers.RandomFlip()(inputs)'),
      preprocess_input: pixels('ResNet50', 'keras.applications.resnet.preprocess_input(inputs)'),
      'data that nobody knows': transfer({}),
    },
  },
  GD606: {
    raises: {
      'a head on ImageNet’s answers': `${head}base = keras.applications.MobileNetV2()\nmodel = keras.Sequential([keras.Input((224, 224, 3)), base, layers.Dense(2, activation="softmax")])\n`,
    },
    silent: {
      'features without the top': transfer({}),
      'the whole network as it is': `${head}model = keras.applications.MobileNetV2()\n`,
      'features from in front of the top': `${head}base = keras.applications.VGG16()\nmodel = keras.Model(base.input, layers.Dense(2, activation="softmax")(base.get_layer("fc2").output))\n`,
    },
  },
  GD607: {
    raises: {
      'four hundred photographs from scratch': `${head}x = np.random.rand(400, 64, 64, 3)\ny = np.random.randint(0, 2, size=(400,))\nmodel = keras.Sequential([keras.Input((64, 64, 3)), layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(1, activation="sigmoid")])\nmodel.compile("adam", "binary_crossentropy")\nmodel.fit(x, y)\n`,
    },
    silent: {
      'fifty thousand images': `${head}(x, y), _ = keras.datasets.cifar10.load_data()\nmodel = keras.Sequential([keras.Input((32, 32, 3)), layers.Rescaling(1.0 / 255), layers.Conv2D(8, 3, activation="relu"), layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(10, activation="softmax")])\nmodel.compile("adam", "sparse_categorical_crossentropy")\nmodel.fit(x, y)\n`,
      'grey pictures': `${head}x = np.random.rand(400, 64, 64, 1)\ny = np.random.randint(0, 2, size=(400,))\nmodel = keras.Sequential([keras.Input((64, 64, 1)), layers.Conv2D(8, 3, activation="relu"), layers.Conv2D(8, 3, activation="relu"), layers.Flatten(), layers.Dense(1, activation="sigmoid")])\nmodel.compile("adam", "binary_crossentropy")\nmodel.fit(x, y)\n`,
      'a pretrained base': `${transfer({ before: 'base.trainable = False\n' })}model.fit(np.random.rand(400, 96, 96, 3), np.random.randint(0, 3, size=(400,)))\n`,
    },
  },
};

async function raised(text: string): Promise<readonly string[]> {
  const source = SourceText.ofFile('a.py', 'python', text);
  const { models, refused } = (await pythonReader()).read(source);
  const spec = models.at(-1);
  assert.ok(spec, text);
  return inspect(spec, { source, refused, rules: {} }).findings.map((finding) => finding.id);
}

describe('rules that need the source alone', () => {
  it('has cases for every rule', () =>
    assert.deepEqual(Object.keys(cases).sort(), sourceRules.map((rule) => rule.id).sort()));

  for (const [id, { raises, silent }] of Object.entries(cases)) {
    for (const [name, text] of Object.entries(raises)) {
      it(`${id} speaks of ${name}`, async () => assert.ok((await raised(text)).includes(id)));
    }
    for (const [name, text] of Object.entries(silent)) {
      it(`${id} is silent on ${name}`, async () => assert.ok(!(await raised(text)).includes(id)));
    }
  }
});

describe('GD401, what Keras would refuse', () => {
  const refusedBy = async (
    layers: string,
  ): Promise<readonly (readonly [title: string, layers: number])[]> => {
    const text = `${head}model = keras.Sequential([keras.Input((8,))])\n${layers}\nmodel.add(layers.Dense(1))\nmodel.compile("adam", "mse")\n`;
    const source = SourceText.ofFile('a.py', 'python', text);
    const { models, refused } = (await pythonReader()).read(source);
    return inspect(models[0]!, { source, refused, rules: {} })
      .findings.filter(({ id }) => id === 'GD401')
      .map((finding) => [finding.title, finding.layers.length]);
  };

  it('is said once where a loop makes many layers by one call', async () => {
    assert.deepEqual(await refusedBy('for _ in range(3):\n    model.add(layers.Dense(4, activate="relu"))'), [
      ['Dense has no argument activate', 3],
    ]);
    assert.deepEqual(await refusedBy('for _ in range(3):\n    model.add(layers.Dense())'), [
      ['Dense needs units', 3],
    ]);
  });

  it('names every argument that is missing or wrong, and a misspelt one once', async () => {
    assert.deepEqual(await refusedBy('model.add(layers.Dense(unit=4))'), [['Dense has no argument unit', 1]]);
    assert.deepEqual(await refusedBy('model.add(layers.Reshape((4, 2)))\nmodel.add(layers.Conv1D())'), [
      ['Conv1D needs filters', 1],
      ['Conv1D needs kernel_size', 1],
    ]);
  });
});
