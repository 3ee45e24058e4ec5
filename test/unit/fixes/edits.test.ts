import assert from 'node:assert/strict';
import { prescribe } from '../../../src/core/fixes/prescribe';
import type { FixCandidate } from '../../../src/core/fixes/fix';
import type { ReadResult } from '../../../src/core/source/reader';
import { SourceText } from '../../../src/core/text/sourceText';
import { findingsOf } from '../../support/findings';
import { pythonReader } from '../source/python/support';

async function candidates(
  text: string,
  ids: string[],
): Promise<{ source: SourceText; result: ReadResult; fixes: readonly FixCandidate[] }> {
  const source = SourceText.ofFile('a.py', 'python', text);
  const result = (await pythonReader()).read(source);
  const spec = result.models.at(-1);
  assert.ok(spec, `no model: ${JSON.stringify(result.unknowns)}`);
  return { source, result, fixes: prescribe(spec, source, findingsOf(...ids), result.refused) };
}

/** A program, a fix, and the lines that it changes: `- ` before, `+ ` after, as in a diff. */
interface Case {
  readonly name: string;
  readonly text: string;
  readonly finding: string;
  readonly fix: string;
  /** Pieces of the text and what stands there after the edit, in order; everything else stays. */
  readonly change: readonly (readonly [before: string, after: string])[];
}

const head = `from tensorflow import keras
from tensorflow.keras import layers
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Input
`;

const list = `${head}
model = keras.Sequential([
    layers.Input((8,)),
    layers.Dense(16, activation="relu"),
    layers.Dense(16, activation="relu"),  # second
    layers.Dense(3, activation="softmax"),
])
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
`;

const add = `${head}
model = Sequential()
model.add(Input((8,)))
for _ in range(3):
    model.add(Dense(16, activation='sigmoid'))
model.add(Dense(3, activation='softmax'))
model.compile('sgd', 'sparse_categorical_crossentropy')
`;

const functional = `import keras
from keras import layers

inputs = keras.Input((8,))
x = layers.Dense(16, "tanh", kernel_initializer="random_normal")(inputs)
x = layers.Dense(16, "tanh", kernel_initializer="random_normal")(x)
outputs = layers.Dense(1)(layers.Dense(4, activation="relu")(x))
model = keras.Model(inputs, outputs)
model.compile(keras.optimizers.SGD(0.1, momentum=0.9, clipvalue=0.5), "mse")
`;

const helper = `import tensorflow as tf

def block(x, units, act="relu"):
    x = tf.keras.layers.Dense(
        units,
        activation=act,
    )(x)
    return x

inp = tf.keras.Input((8,))
h = inp
for n in [32, 16]:
    h = block(h, n)
model = tf.keras.Model(inp, tf.keras.layers.Dense(1)(h))
opt = tf.keras.optimizers.Adam(lr=1e-2)
model.compile(loss="mse", optimizer=opt)
`;

const constant = `from keras.layers import *
from keras.models import Sequential
from keras.initializers import RandomNormal

ACT = 'relu'
init = RandomNormal(stddev=0.01)
net = Sequential()
net.add(Dense(32, activation=ACT, kernel_initializer=init, input_dim=8))
net.add(Dense(32, activation=ACT, kernel_initializer=init))
net.add(Dense(1))
net.compile(loss='mse')
`;

const recurrent = `from keras import Sequential
from keras.layers import Input, SimpleRNN, Dense
from keras.optimizers import SGD

model = Sequential([Input((10, 4)), SimpleRNN(8, recurrent_initializer="random_normal"), Dense(1)])
model.compile(loss="mse", optimizer=SGD(0.01))
`;

const cases: readonly Case[] = [
  {
    name: 'sets an initializer in a list',
    text: list,
    finding: 'GD101',
    fix: 'he-normal',
    change: [
      ['"relu"),\n', '"relu", kernel_initializer="he_normal"),\n'],
      ['"relu"),  # second', '"relu", kernel_initializer="he_normal"),  # second'],
    ],
  },
  {
    name: 'inserts Batch Normalization into a list, beside comments',
    text: list,
    finding: 'GD101',
    fix: 'batch-normalization',
    change: [
      ['"relu"),\n', '"relu"),\n    layers.BatchNormalization(),\n'],
      ['  # second\n', '  # second\n    layers.BatchNormalization(),\n'],
    ],
  },
  {
    name: 'turns an optimizer string into a constructor',
    text: list,
    finding: 'GD102',
    fix: 'clipnorm',
    change: [['optimizer="sgd"', 'optimizer=keras.optimizers.SGD(clipnorm=1.0)']],
  },
  {
    name: 'changes the activation of a loop once',
    text: add,
    finding: 'GD101',
    fix: 'relu-he-normal',
    change: [["activation='sigmoid'", "activation='relu', kernel_initializer='he_normal'"]],
  },
  {
    name: 'adds a line to a loop and a name to the import',
    text: add,
    finding: 'GD101',
    fix: 'batch-normalization',
    change: [
      ['import Dense, Input', 'import Dense, Input, BatchNormalization'],
      ["activation='sigmoid'))\n", "activation='sigmoid'))\n    model.add(BatchNormalization())\n"],
    ],
  },
  {
    name: 'respects a positional optimizer',
    text: add,
    finding: 'GD104',
    fix: 'adam',
    change: [["'sgd'", 'keras.optimizers.Adam()']],
  },
  {
    name: 'replaces an initializer and respects a positional activation',
    text: functional,
    finding: 'GD101',
    fix: 'fitting-initializers',
    change: [
      ['"random_normal")(inputs)', '"glorot_uniform")(inputs)'],
      ['"random_normal")(x)', '"glorot_uniform")(x)'],
      ['activation="relu")(x)', 'activation="relu", kernel_initializer="he_normal")(x)'],
    ],
  },
  {
    name: 'puts Batch Normalization behind functional layers, nested ones too',
    text: functional,
    finding: 'GD101',
    fix: 'batch-normalization',
    change: [
      ['(inputs)\nx', '(inputs)\nx = layers.BatchNormalization()(x)\nx'],
      ['(x)\noutputs', '(x)\nx = layers.BatchNormalization()(x)\noutputs'],
      [
        '(layers.Dense(4, activation="relu")(x))',
        '(layers.BatchNormalization()(layers.Dense(4, activation="relu")(x)))',
      ],
    ],
  },
  {
    name: 'replaces clipvalue by clipnorm',
    text: functional,
    finding: 'GD102',
    fix: 'clipnorm',
    change: [['clipvalue=0.5', 'clipnorm=1.0']],
  },
  {
    name: 'lowers a positional learning rate',
    text: functional,
    finding: 'GD106',
    fix: 'learning-rate-down',
    change: [['SGD(0.1,', 'SGD(0.01,']],
  },
  {
    name: 'keeps one argument a line in a helper',
    text: helper,
    finding: 'GD101',
    fix: 'he-normal',
    change: [['activation=act,\n', 'activation=act,\n        kernel_initializer="he_normal",\n']],
  },
  {
    name: 'keeps an old spelling of the learning rate',
    text: helper,
    finding: 'GD106',
    fix: 'learning-rate-down',
    change: [['lr=1e-2', 'lr=0.001']],
  },
  {
    name: 'overrides an initializer object that a constant holds, in the calls',
    text: constant,
    finding: 'GD101',
    fix: 'he-normal',
    change: [
      ['kernel_initializer=init, input', "kernel_initializer='he_normal', input"],
      ['kernel_initializer=init))', "kernel_initializer='he_normal'))"],
    ],
  },
  {
    name: 'names a layer as a star import brings it',
    text: constant,
    finding: 'GD101',
    fix: 'batch-normalization',
    change: [
      ['input_dim=8))\n', 'input_dim=8))\nnet.add(BatchNormalization())\n'],
      ['init))\nnet.add(Dense(1', 'init))\nnet.add(BatchNormalization())\nnet.add(Dense(1'],
    ],
  },
  {
    name: 'gives a compile without optimizer one, with an import of its own',
    text: constant,
    finding: 'GD104',
    fix: 'adam',
    change: [
      ['import RandomNormal\n', 'import RandomNormal\nfrom keras.optimizers import Adam\n'],
      ["loss='mse'", "loss='mse', optimizer=Adam()"],
    ],
  },
  {
    name: 'makes recurrent weights orthogonal and clips',
    text: recurrent,
    finding: 'GD102',
    fix: 'orthogonal-clipnorm',
    change: [
      ['"random_normal"', '"orthogonal"'],
      ['SGD(0.01)', 'SGD(0.01, clipnorm=1.0)'],
    ],
  },
  {
    name: 'replaces a simple recurrent cell and its ReLU',
    text: recurrent.replace('SimpleRNN(8,', 'SimpleRNN(8, activation="relu",'),
    finding: 'GD112',
    fix: 'lstm',
    change: [
      ['SimpleRNN, Dense', 'SimpleRNN, Dense, LSTM'],
      ['SimpleRNN(8, activation="relu",', 'LSTM(8,'],
    ],
  },
  {
    name: 'scales pixels behind Flatten, where the first layer tells the shape',
    text: `from tensorflow import keras
(X_train, y_train), _ = keras.datasets.mnist.load_data()
model = keras.models.Sequential()
model.add(keras.layers.Flatten(input_shape=(28, 28)))
model.add(keras.layers.Dense(30, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="sgd")
model.fit(X_train, y_train)
`,
    finding: 'GD204',
    fix: 'rescaling',
    change: [
      [
        'model.add(keras.layers.Dense(30',
        'model.add(keras.layers.Rescaling(1.0 / 255))\nmodel.add(keras.layers.Dense(30',
      ],
    ],
  },
  {
    name: 'hands the input shape on to a first Batch Normalization',
    text: `import numpy as np
from keras.models import Sequential
from keras.layers import Dense
x = np.random.normal(500, 100, size=(200, 6))
y = np.random.randn(200)
model = Sequential([Dense(8, activation='relu', input_dim=6), Dense(1)])
model.compile('adam', 'mse')
model.fit(x, y)
`,
    finding: 'GD204',
    fix: 'batch-normalization-first',
    change: [
      ['import Dense\n', 'import Dense, BatchNormalization\n'],
      ['[Dense(8', '[BatchNormalization(input_shape=(6,)), Dense(8'],
    ],
  },
  {
    name: 'splits activations off in a loop that adds, and drops the bias',
    text: add,
    finding: 'GD101',
    fix: 'batch-normalization-before-activation',
    change: [
      ['import Dense, Input', 'import Dense, Input, BatchNormalization, Activation'],
      [
        "activation='sigmoid'))\n",
        "use_bias=False))\n    model.add(BatchNormalization())\n    model.add(Activation('sigmoid'))\n",
      ],
    ],
  },
  {
    name: 'splits positional and nested activations off',
    text: functional,
    finding: 'GD101',
    fix: 'batch-normalization-before-activation',
    change: [
      [
        '"tanh", kernel_initializer="random_normal")(inputs)\nx',
        'use_bias=False, kernel_initializer="random_normal")(inputs)\nx = layers.BatchNormalization()(x)\nx = layers.Activation("tanh")(x)\nx',
      ],
      [
        '"tanh", kernel_initializer="random_normal")(x)\noutputs',
        'use_bias=False, kernel_initializer="random_normal")(x)\nx = layers.BatchNormalization()(x)\nx = layers.Activation("tanh")(x)\noutputs',
      ],
      [
        '(layers.Dense(4, activation="relu")(x))',
        '(layers.Activation("relu")(layers.BatchNormalization()(layers.Dense(4, use_bias=False)(x))))',
      ],
    ],
  },
  {
    name: 'keeps the activation that a helper was given',
    text: helper,
    finding: 'GD101',
    fix: 'batch-normalization-before-activation',
    change: [
      ['activation=act,\n', 'use_bias=False,\n'],
      [
        ')(x)\n',
        ')(x)\n    x = tf.keras.layers.BatchNormalization()(x)\n    x = tf.keras.layers.Activation(act)(x)\n',
      ],
    ],
  },
  {
    name: 'normalizes by layer behind recurrent layers, never behind the output',
    text: recurrent.replace('Dense(1)', 'Dense(8, activation="relu"), Dense(1)'),
    finding: 'GD101',
    fix: 'layer-normalization',
    change: [
      ['SimpleRNN, Dense', 'SimpleRNN, Dense, LayerNormalization'],
      ['"random_normal")', '"random_normal"), LayerNormalization()'],
      ['Dense(8, activation="relu")', 'Dense(8, activation="relu"), LayerNormalization()'],
    ],
  },
  {
    name: 'replaces an activation that is a layer',
    text: list.replaceAll(', activation="relu"),', '), layers.ReLU(),'),
    finding: 'GD107',
    fix: 'elu-he-normal',
    change: [
      ['16), layers.ReLU(),', '16, kernel_initializer="he_normal"), layers.Activation("elu"),'],
      ['16), layers.ReLU(),', '16, kernel_initializer="he_normal"), layers.Activation("elu"),'],
    ],
  },
  {
    name: 'gives sigmoid layers GELU',
    text: add,
    finding: 'GD101',
    fix: 'gelu-he-normal',
    change: [["activation='sigmoid'", "activation='gelu', kernel_initializer='he_normal'"]],
  },
  {
    name: 'gives linear layers an activation',
    text: list.replaceAll(', activation="relu"', ''),
    finding: 'GD205',
    fix: 'relu-in-linear-layers',
    change: [
      ['(16)', '(16, activation="relu", kernel_initializer="he_normal")'],
      ['(16)', '(16, activation="relu", kernel_initializer="he_normal")'],
    ],
  },
  {
    name: 'puts tanh back into a recurrence, inside a wrapper too',
    text: recurrent
      .replace('import Input', 'import Bidirectional, Input')
      .replace(
        'SimpleRNN(8, ',
        'Bidirectional(SimpleRNN(8, activation="relu", return_sequences=True)), SimpleRNN(8, "relu", ',
      ),
    finding: 'GD102',
    fix: 'tanh-recurrent',
    change: [
      ['activation="relu"', 'activation="tanh"'],
      ['SimpleRNN(8, "relu"', 'SimpleRNN(8, "tanh"'],
    ],
  },
  {
    name: 'clips all weights together in place of each element',
    text: functional,
    finding: 'GD102',
    fix: 'global-clipnorm',
    change: [['clipvalue=0.5', 'global_clipnorm=1.0']],
  },
  {
    name: 'raises a limit that stops everything',
    text: recurrent.replace('SGD(0.01)', 'SGD(0.01, clipnorm=1e-4)'),
    finding: 'GD104',
    fix: 'raise-clipping',
    change: [['clipnorm=1e-4', 'clipnorm=1.0']],
  },
  {
    name: 'raises the learning rate of a string with the file’s quotes and qualifier',
    text: list,
    finding: 'GD113',
    fix: 'learning-rate-up',
    change: [['optimizer="sgd"', 'optimizer=keras.optimizers.SGD(learning_rate=0.1)']],
  },
  {
    name: 'warms the learning rate up',
    text: functional,
    finding: 'GD106',
    fix: 'warm-up',
    change: [
      [
        'SGD(0.1,',
        'SGD(keras.optimizers.schedules.CosineDecay(0.0, decay_steps=10000, warmup_target=0.1, warmup_steps=30),',
      ],
    ],
  },
  {
    name: 'offers Nadam',
    text: helper,
    finding: 'GD106',
    fix: 'nadam',
    change: [['tf.keras.optimizers.Adam(lr=1e-2)', 'tf.keras.optimizers.Nadam()']],
  },
  {
    name: 'starts biases at zero',
    text: list.replaceAll('"relu")', '"relu", bias_initializer=keras.initializers.Constant(-5))'),
    finding: 'GD107',
    fix: 'zero-bias',
    change: [
      ['keras.initializers.Constant(-5)', '"zeros"'],
      ['keras.initializers.Constant(-5)', '"zeros"'],
    ],
  },
  {
    name: 'changes a constant where it is written, if only these layers read it',
    text: constant.replaceAll(', kernel_initializer=init', '').replace("ACT = 'relu'", "ACT = 'sigmoid'"),
    finding: 'GD108',
    fix: 'tanh-glorot-uniform',
    change: [["ACT = 'sigmoid'", "ACT = 'tanh'"]],
  },
  {
    name: 'changes the calls where a constant serves something else too',
    text: `${constant.replaceAll(', kernel_initializer=init', '').replace("ACT = 'relu'", "ACT = 'sigmoid'")}print(ACT)\n`,
    finding: 'GD108',
    fix: 'tanh-glorot-uniform',
    change: [
      ['activation=ACT', "activation='tanh'"],
      ['activation=ACT', "activation='tanh'"],
    ],
  },
  {
    name: 'changes a rate in a parameter’s default',
    text: `import keras
def build(rate=0.5):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(learning_rate=rate), "mse")
    return model
model = build()
`,
    finding: 'GD106',
    fix: 'learning-rate-down',
    change: [['rate=0.5', 'rate=0.05']],
  },
  {
    name: 'changes a rate in a dictionary',
    text: `import keras
config = {"units": 8, "rate": 0.5}
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(config["units"], "relu"), keras.layers.Dense(1)])
model.compile(keras.optimizers.SGD(config["rate"]), "mse")
`,
    finding: 'GD106',
    fix: 'learning-rate-down',
    change: [['"rate": 0.5', '"rate": 0.05']],
  },
  {
    name: 'tells a loss that it receives logits',
    text: list.replace('layers.Dense(3, activation="softmax")', 'layers.Dense(3)'),
    finding: 'GD301',
    fix: 'from-logits',
    change: [
      [
        'loss="sparse_categorical_crossentropy"',
        'loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)',
      ],
    ],
  },
  {
    name: 'tells a loss that it receives probabilities',
    text: list.replace(
      'loss="sparse_categorical_crossentropy"',
      'loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)',
    ),
    finding: 'GD301',
    fix: 'from-probabilities',
    change: [['Crossentropy(from_logits=True)', 'Crossentropy()']],
  },
  {
    name: 'gives the output a unit for each class',
    text: `from tensorflow import keras
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(30, activation="relu"), keras.layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
model.fit(x, y)
`,
    finding: 'GD305',
    fix: 'output-units',
    change: [
      ['Dense(1, activation="sigmoid")', 'Dense(10, activation="softmax")'],
      ['"binary_crossentropy"', '"sparse_categorical_crossentropy"'],
    ],
  },
  {
    name: 'takes the loss that fits class numbers',
    text: `from tensorflow import keras
(x, y), (x_test, y_test) = keras.datasets.mnist.load_data()
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("adam", "categorical_crossentropy")
model.fit(x, y)
`,
    finding: 'GD302',
    fix: 'sparse-categorical-crossentropy',
    change: [['"categorical_crossentropy"', '"sparse_categorical_crossentropy"']],
  },
  {
    name: 'scales training and test pixels where they are loaded',
    text: `from tensorflow import keras
(X_train, y_train), (X_test, y_test) = keras.datasets.mnist.load_data()  # digits
model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")])
model.compile("sgd", "sparse_categorical_crossentropy")
model.fit(X_train, y_train)
`,
    finding: 'GD204',
    fix: 'scale-data',
    change: [['  # digits\n', '  # digits\nX_train, X_test = X_train / 255.0, X_test / 255.0\n']],
  },
  {
    name: 'replaces Dropout beside SELU',
    text: `from keras import Sequential, layers
model = Sequential([
    layers.Input((8,)),
    layers.Dense(16, activation="selu"),
    layers.Dropout(0.2),
    layers.Dense(16, activation="selu"),
    layers.Dense(1),
])
model.compile("sgd", "mse")
`,
    finding: 'GD203',
    fix: 'alpha-dropout',
    change: [
      ['"selu")', '"selu", kernel_initializer="lecun_normal")'],
      ['layers.Dropout', 'layers.AlphaDropout'],
      ['"selu")', '"selu", kernel_initializer="lecun_normal")'],
    ],
  },
  {
    name: 'freezes a pretrained base behind its statement',
    text: `import keras
base = keras.applications.MobileNetV2(include_top=False, input_shape=(96, 96, 3), pooling="avg")
inputs = keras.Input((96, 96, 3))
outputs = keras.layers.Dense(5, activation="softmax")(base(inputs))
model = keras.Model(inputs, outputs)
model.compile("adam", "sparse_categorical_crossentropy")
`,
    finding: 'GD601',
    fix: 'freeze-base',
    change: [['pooling="avg")\n', 'pooling="avg")\nbase.trainable = False\n']],
  },
  {
    name: 'gives a trainable base a rate for fine-tuning',
    text: `import keras
base = keras.applications.MobileNetV2(include_top=False, input_shape=(96, 96, 3), pooling="avg")
model = keras.Sequential([base, keras.layers.Dense(5, activation="softmax")])
model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
`,
    finding: 'GD601',
    fix: 'fine-tuning-rate',
    change: [['Adam(1e-3)', 'Adam(1e-5)']],
  },
  {
    name: 'builds a base without its own classifier, however it is called',
    text: `import keras
base = keras.applications.MobileNetV2()
model = keras.Sequential([base, keras.layers.Dense(5, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy")
`,
    finding: 'GD606',
    fix: 'drop-top',
    change: [['MobileNetV2()', 'MobileNetV2(include_top=False, pooling="avg")']],
  },
];

describe('edits of fixes', () => {
  for (const { name, text, finding, fix, change } of cases) {
    it(name, async () => {
      const { source, result, fixes } = await candidates(text, [finding]);
      const candidate = fixes.find((f) => f.id === fix);
      assert.ok(candidate, `no ${fix} among ${fixes.map((f) => f.id).join(', ')}`);
      let expected = '';
      let rest = text;
      for (const [before, after] of change) {
        const at = rest.indexOf(before);
        assert.ok(at >= 0, `the case is wrong: ${before}`);
        // What is searched for again may overlap the end of the piece before: only its last line break is given back.
        const keep = before.endsWith('\n') ? 1 : 0;
        expected += rest.slice(0, at) + after.slice(0, after.length - keep);
        rest = rest.slice(at + before.length - keep);
      }
      assert.equal(source.apply(candidate.edits).cells[0]?.text, expected + rest);
      const again = (await pythonReader()).read(source.apply(candidate.edits));
      assert.equal(again.models.length, result.models.length);
      assert.deepEqual(
        again.models.map((m) => m.unknowns),
        result.models.map((m) => m.unknowns),
      );
      // Idempotent: not offered on its own result.
      const model = again.models.at(-1);
      const repeated = model
        ? prescribe(model, source.apply(candidate.edits), findingsOf(finding), again.refused)
        : [];
      if (!/learning-rate/.test(fix)) {
        assert.ok(!repeated.some((f) => f.id === fix), `${fix} is offered again`);
      }
    });
  }
});
