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
    },
    silent: {
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
    },
    silent: {
      'an old spelling of the shape': `${head}model = keras.Sequential([layers.Dense(4, input_shape=(3,)), layers.Dense(1)])\nmodel.compile("adam", "mse")\n`,
      'LeakyReLU(alpha=…)': output('layers.LeakyReLU(alpha=0.2), layers.Dense(1)', '"mse"'),
      'lr=': `${head}model = keras.Sequential([keras.Input((3,)), layers.Dense(1)])\nmodel.compile(keras.optimizers.Adam(lr=1e-3), "mse")\n`,
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
