import assert from 'node:assert/strict';
import type { LossSpec } from '../../../src/core/model/spec';
import { softmax } from '../../../src/probe/activations/activation';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { scope } from '../../../src/probe/engine/scope';
import * as tf from '../../../src/probe/engine/tf';
import { lossOf } from '../../../src/probe/losses/losses';
import { canRun, ownLoss } from '../../../src/probe/training/ownLoss';
import { readModel } from '../source/python/support';

const head = `import numpy as np
import keras
import tensorflow as tf
from keras import layers, ops
from tensorflow.keras import backend as K
`;
const net = `model = keras.Sequential([keras.Input((5,)), layers.Dense(3, activation='sigmoid')])
model.compile('adam', loss)
`;

async function lossRead(text: string): Promise<LossSpec> {
  const { compile } = await readModel(head + text + net);
  const [loss] = compile!.losses;
  assert.ok(loss);
  return loss;
}

interface Row {
  readonly name: string;
  readonly text: string;
  readonly loss: number;
  readonly gradient: readonly number[];
}

/**
 * Keras 3.15.1: predictions `(0.5 + 0.4 * sin(1 + 2 * arange(12))).reshape(4, 3)`, targets `arange(12) % 3 != 1`; `model.compute_loss` of a model
 * that passes its input on, and the first row of its gradient by tf.GradientTape.
 */
const rows: readonly Row[] = [
  {
    name: 'factory',
    text: `def focal(gamma=2.0, alpha=0.25):
    def inner(y_true, y_pred):
        y_pred = K.clip(y_pred, K.epsilon(), 1.0 - K.epsilon())
        pt = tf.where(tf.equal(y_true, 1.0), y_pred, 1.0 - y_pred)
        weight = y_true * alpha + (1 - y_true) * (1 - alpha)
        return -K.mean(weight * K.pow(1.0 - pt, gamma) * K.log(pt))
    return inner
loss = focal(gamma=1.5)
`,
    loss: 0.35381308,
    gradient: [-0.003899, 0.1153403, -0.2117808],
  },
  {
    name: 'lambda',
    text: `loss = lambda y, p: ops.maximum(0.3 * (y - p), (0.3 - 1) * (y - p))
`,
    loss: 0.28125122,
    gradient: [-0.025, 0.0583333, -0.025],
  },
  {
    name: 'functions of Keras inside',
    text: `def loss(y_true, y_pred):
    entropy = keras.losses.binary_crossentropy(y_true, y_pred, label_smoothing=0.1)
    both = tf.reduce_sum(y_true * y_pred, axis=-1)
    return 0.5 * entropy + 1 - 2 * both / (tf.reduce_sum(y_true + y_pred, axis=-1) + 1)
`,
    loss: 1.24234736,
    gradient: [-0.1220114, 0.1089303, -0.4250619],
  },
  {
    name: 'objects of Keras inside',
    text: `huber = keras.losses.Huber(delta=0.3)
def loss(y_true, y_pred):
    return 0.7 * huber(y_true, y_pred) + 0.3 * tf.reduce_mean(tf.abs(y_true - y_pred))
`,
    loss: 0.28770876,
    gradient: [-0.0345323, 0.0425, -0.0425],
  },
  {
    name: 'a class',
    text: `class Quantile(keras.losses.Loss):
    def __init__(self, q, **kwargs):
        super().__init__(**kwargs)
        self.q = q
    def call(self, y_true, y_pred):
        e = y_true - y_pred
        return ops.mean(ops.maximum(self.q * e, (self.q - 1) * e), axis=-1)
loss = Quantile(0.8)
`,
    loss: 0.35888204,
    gradient: [-0.0666667, 0.0166667, -0.0666667],
  },
];

describe('losses that the program writes itself', () => {
  for (const { name, text, loss, gradient } of rows) {
    it(`computes what Keras computes: ${name}`, async () => {
      const spec = await lossRead(text);
      assert.ok(spec.program);
      const own = ownLoss(spec.program);
      const engine = await loadEngine('wasm');
      scope(() => {
        const p = tf.tensor2d(
          Float32Array.from({ length: 12 }, (_, i) => 0.5 + 0.4 * Math.sin(1 + 2 * i)),
          [4, 3],
        );
        const target = tf.tensor2d(
          Float32Array.from({ length: 12 }, (_, i) => (i % 3 === 1 ? 0 : 1)),
          [4, 3],
        );
        const f = () => lossOf(spec, { engine, target, prediction: p, logits: null, mask: null }, own);
        const { value, grads } = tf
          .engine()
          .gradients(() => tf.reshape<tf.Rank.R0>(f(), []), [p], undefined, true);
        assert.ok(Math.abs(value.dataSync()[0]! / loss - 1) < 1e-6, `${value.dataSync()[0]}`);
        const made = grads[0]!.dataSync();
        gradient.forEach((wanted, i) =>
          assert.ok(Math.abs(made[i]! - wanted) < 1e-6, `${i}: ${made.join()}`),
        );
      });
    });
  }

  const unknown: readonly (readonly [name: string, text: string])[] = [
    [
      'with a number that is not known',
      'from numbers_of import c\ndef loss(y, p):\n    return c * ops.mean((y - p) ** 2)\n',
    ],
    [
      'with a network of its own',
      'inner = layers.Dense(2)\ndef loss(y, p):\n    return ops.mean((inner(y) - inner(p)) ** 2)\n',
    ],
    ['that gives no tensor', 'def loss(y, p):\n    return 1.0\n'],
  ];
  for (const [name, text] of unknown) {
    it(`leaves alone what cannot be followed: ${name}`, async () => {
      const { className, program } = await lossRead(text);
      assert.deepEqual([className, program], ['Custom', undefined]);
    });
  }

  it('are not taken where they do not run on the size at hand', async () => {
    const engine = await loadEngine('wasm');
    const { program } = await lossRead(
      'def loss(y, p):\n    return ops.mean(ops.reshape(y - p, (-1, 3, 1)) ** 2)\n',
    );
    const matrix = await lossRead('def loss(y, p):\n    return ops.matmul(y, p)\n');
    assert.ok(program && matrix.program);
    assert.deepEqual(
      [
        [null, 3],
        [null, 4],
      ].map((shape) => canRun(program, shape, engine)),
      [true, false],
    );
    assert.equal(canRun(matrix.program, [null, 3], engine), false);
  });
});

const entropy = (of: string): string => `def loss(y, p):
    ${of}
`;
const categorical = 'return keras.losses.categorical_crossentropy(y, p)';

/** Keras 3.15.1, `compute_loss` on logits [40, 0, 20], [1, 2, −30] for the classes 2 and 0: the loss, and its gradient in the first row. */
const saturated: readonly (Row & { readonly activation: 'softmax' | 'sigmoid' })[] = [
  ...(['softmax', 'sigmoid'] as const).flatMap((activation) => [
    { name: 'function', activation, text: entropy(categorical), loss: 10.65663, gradient: [0.5, 0, -0.5] },
    {
      name: 'after a cast to the same type',
      activation,
      text: entropy(`p = tf.cast(p, tf.float32)\n    ${categorical}`),
      loss: 10.65663,
      gradient: [0.5, 0, -0.5],
    },
    {
      name: 'object',
      activation,
      text: `entropy = keras.losses.CategoricalCrossentropy()\n${entropy('return 2 * entropy(y, p)')}`,
      loss: 21.31326,
      gradient: [1, 0, -1],
    },
    {
      name: 'class numbers',
      activation,
      text: entropy('return keras.losses.sparse_categorical_crossentropy(ops.argmax(y, axis=-1), p)'),
      loss: 10.65663,
      gradient: [0.5, 0, -0.5],
    },
    {
      name: 'subclass',
      activation,
      text: `class Own(keras.losses.Loss):\n    def call(self, y, p):\n        ${categorical}\nloss = Own()\n`,
      loss: 10.65663,
      gradient: [0.5, 0, -0.5],
    },
    {
      name: 'binary',
      activation,
      text: entropy('return keras.losses.binary_crossentropy(y, p)'),
      loss: 7.188889,
      gradient: [0.1666667, 0.0833333, 0],
    },
  ]),
  {
    name: 'binary focal',
    activation: 'sigmoid',
    text: entropy('return keras.losses.binary_focal_crossentropy(y, p)'),
    loss: 6.974337,
    gradient: [0.1666667, 0.0497145, 0],
  },
  {
    name: 'clipped before: from the probabilities',
    activation: 'softmax',
    text: entropy(`p = ops.clip(p, 1e-7, 1 - 1e-7)\n    ${categorical}`),
    loss: 8.715678,
    gradient: [0, 0, 0],
  },
  {
    name: 'multiplied before: from the probabilities',
    activation: 'sigmoid',
    text: entropy('return keras.losses.binary_crossentropy(y, p * 1.0)'),
    loss: 3.179287,
    gradient: [0, 0.0833333, 0],
  },
];

describe("Keras' losses inside of a loss of the program's own see the logits that the output remembers", () => {
  for (const { name, activation, text, loss: expected, gradient } of saturated) {
    it(`${activation}: ${name}`, async () => {
      const engine = await loadEngine('wasm');
      const loss = await lossRead(text);
      assert.ok(loss.program, 'not followed');
      const z = tf.tensor2d([40, 0, 20, 1, 2, -30], [2, 3]);
      const target = tf.tensor2d([0, 0, 1, 1, 0, 0], [2, 3]);
      const run = (logits: tf.Tensor) => {
        const prediction = activation === 'softmax' ? softmax(logits, [1]) : tf.sigmoid(logits);
        return lossOf(loss, { engine, target, prediction, logits, mask: null }, ownLoss(loss.program!));
      };
      const { value, grads } = tf.engine().gradients(() => run(z), [z], undefined, true);
      const made = [...grads[0]!.dataSync()].slice(0, 3);
      assert.ok(Math.abs(value.dataSync()[0]! / expected - 1) < 1e-5, String(value.dataSync()[0]));
      made.forEach((g, i) => assert.ok(Math.abs(g - gradient[i]!) < 1e-5, made.join()));
    });
  }
});
