import assert from 'node:assert/strict';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { scope } from '../../../src/probe/engine/scope';
import * as tf from '../../../src/probe/engine/tf';
import { forward } from '../../../src/probe/graph/execute';
import { ModelWeights } from '../../../src/probe/graph/weights';
import { readText } from '../source/python/support';

const head = `import keras
import numpy as np
from keras import layers
`;

/** A layer around one Batch Normalization: arguments of its `call`, arguments of the call inside. */
const block = (parameters: string, inner: string) => `class Block(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.bn = layers.BatchNormalization()
    def call(self, x${parameters}):
        return self.bn(x${inner})
`;
const outer = (parameters: string, inner: string) => `class Outer(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.block = Block()
    def call(self, x${parameters}):
        return self.block(x${inner})
`;
const net = (parameters: string, inner: string) => `class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.base = keras.Sequential([keras.Input((2,)), layers.BatchNormalization()])
    def call(self, x${parameters}):
        return self.base(x${inner})
model = Net()
model.build((None, 2))
`;
const around = (call: string) => `inputs = keras.Input((2,))
model = keras.Model(inputs, ${call})
`;
const none = ', training=None';
const no = ', training=False';
const on = ', training=training';

interface Row {
  readonly name: string;
  readonly text: string;
  /** Whether the moving statistics change in `train_on_batch`. */
  readonly moves: readonly boolean[];
}

/** Moving statistics after one `train_on_batch` of keras 3.15.1. */
const rows: readonly Row[] = [
  { name: 'says nothing', text: block('', '') + around('Block()(inputs)'), moves: [true] },
  { name: 'training=False', text: block('', no) + around('Block()(inputs)'), moves: [false] },
  { name: 'passed on', text: block(none, on) + around('Block()(inputs)'), moves: [true] },
  { name: 'passed on, False by default', text: block(no, on) + around('Block()(inputs)'), moves: [true] },
  {
    name: 'the call in the Functional model says False',
    text: block(none, on) + around('Block()(inputs, training=False)'),
    moves: [true],
  },
  {
    name: 'a layer in a layer: the outer says False',
    text: block('', '') + outer('', no) + around('Outer()(inputs)'),
    moves: [false],
  },
  {
    name: 'a layer in a layer: the outer says False, the inner passes on',
    text: block(none, on) + outer('', no) + around('Outer()(inputs)'),
    moves: [false],
  },
  {
    name: 'a layer in a layer: the outer says False, the inner True',
    text: block('', ', training=True') + outer('', no) + around('Outer()(inputs)'),
    moves: [true],
  },
  {
    name: 'a layer in a layer that says nothing, the inner passes on its default',
    text: block(no, on) + outer('', '') + around('Outer()(inputs)'),
    moves: [true],
  },
  {
    name: 'the branch for training',
    text: `class Block(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.bn = layers.BatchNormalization()
    def call(self, x, training=False):
        if training:
            x = self.bn(x)
        return x
${around('Block()(inputs)')}`,
    moves: [true],
  },
  {
    name: 'what follows a call with False in the same layer',
    text: `class Block(layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first = layers.BatchNormalization()
        self.second = layers.BatchNormalization()
    def call(self, x):
        return self.second(self.first(x, training=False))
${around('layers.BatchNormalization()(Block()(inputs))')}`,
    moves: [false, false, true],
  },
  {
    name: 'in a Sequential',
    text: `${block(no, on)}model = keras.Sequential([keras.Input((2,)), Block()])
`,
    moves: [true],
  },
  { name: 'a subclassed model with a base that is told False', text: net(none, no), moves: [false] },
  { name: 'a subclassed model whose call takes no training', text: net('', ''), moves: [false] },
  { name: 'a subclassed model that passes it on', text: net(no, on), moves: [true] },
  {
    name: 'a subclassed model without training, True inside',
    text: net('', ', training=True'),
    moves: [true],
  },
];

describe('training in the call of a class of the program', () => {
  for (const { name, text, moves } of rows) {
    it(name, async () => {
      const { models } = await readText(`${head}${text}model.compile('sgd', 'mse')\n`);
      const spec = models.find(({ id }) => id === 'model');
      assert.ok(spec);
      const engine = await loadEngine('wasm');
      const weights = new ModelWeights(spec, engine, 1, null);
      const values = scope(() => {
        const x = tf.tensor2d([1, 2, 3, 6], [2, 2]);
        const pass = { engine, weights, anchor: tf.scalar(0), recorder: null, commits: true, trains: true };
        return [...forward(spec, [x], pass).outputs[0]!.prediction.dataSync()];
      });
      const moved = weights.all
        .filter(({ spec: { name: weight } }) => weight === 'moving_mean')
        .map(({ pending }) => pending !== null);
      weights.dispose();
      assert.deepEqual(moved, moves);
      // batch statistics of two rows give −1 and 1, moving statistics of 0 and 1 leave the input
      const expected = moves.some(Boolean) ? [-1, -1, 1, 1] : [1, 2, 3, 6];
      values.forEach((value, i) => assert.ok(Math.abs(value - expected[i]!) < 4e-3, values.join()));
    });
  }
});
