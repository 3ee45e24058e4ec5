import assert from 'node:assert/strict';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { scope } from '../../../src/probe/engine/scope';
import * as tf from '../../../src/probe/engine/tf';
import { forward } from '../../../src/probe/graph/execute';
import { ModelWeights } from '../../../src/probe/graph/weights';
import { readModel } from '../source/python/support';

const head = `import keras
import tensorflow as tf
from keras import layers, ops
`;
const inClass = (positions: string) => `class Positions(layers.Layer):
    def __init__(self):
        super().__init__()
        self.table = layers.Embedding(3, 2, name='table')
    def call(self, x):
        n = ops.shape(x)[1]
        return x + self.table(${positions})
inputs = keras.Input((3, 2))
model = keras.Model(inputs, Positions()(inputs))
`;
const outside = (positions: string) => `inputs = keras.Input((3, 2))
model = keras.Model(inputs, inputs + layers.Embedding(3, 2, name='table')(${positions}))
`;

interface Row {
  readonly positions: string;
  readonly rows: readonly number[];
}
const positions: readonly Row[] = [
  { positions: 'ops.arange(3)', rows: [0, 1, 2] },
  { positions: 'tf.range(start=0, limit=3, delta=1)', rows: [0, 1, 2] },
  { positions: 'ops.expand_dims(ops.arange(0, 3), 0)', rows: [0, 1, 2] },
  { positions: 'tf.reshape(tf.range(3), (1, -1))', rows: [0, 1, 2] },
  { positions: 'tf.cast(tf.range(2, -1, -1), tf.int32)', rows: [2, 1, 0] },
  { positions: 'ops.broadcast_to(ops.arange(3), (1, 3))', rows: [0, 1, 2] },
];

async function run(text: string): Promise<{ made: number[]; tables: Float32Array[]; drawn: Float32Array }> {
  const spec = await readModel(head + text);
  const engine = await loadEngine('wasm');
  const weights = new ModelWeights(spec, engine, 1, null);
  const made = scope(() => {
    const pass = {
      engine,
      weights,
      anchor: tf.scalar(0),
      recorder: null,
      commits: false,
      trains: true,
    };
    return [...forward(spec, [tf.zeros([1, 3, 2])], pass).outputs[0]!.prediction.dataSync()];
  });
  const tables = weights.all.map(({ values }) => Float32Array.from(values));
  // a table that was drawn before is given whatever is asked for
  const drawn = weights.drawn('table', { name: 'embeddings', shape: [0], ...rest });
  weights.dispose();
  return { made, tables, drawn };
}

const rest = {
  dtype: 'float32',
  trainable: false,
  initializer: { class_name: 'Zeros', config: {} },
  regularizer: null,
  constraint: null,
};
const pick = (table: Float32Array, rows: readonly number[]) =>
  rows.flatMap((row) => [...table.subarray(2 * row, 2 * row + 2)]);

describe('an Embedding on numbers of the program', () => {
  for (const { positions: text, rows } of [...positions, { positions: 'ops.arange(n)', rows: [0, 1, 2] }]) {
    it(`trains in the call of a layer: ${text}`, async () => {
      const { made, tables } = await run(inClass(text));
      assert.equal(tables.length, 1);
      assert.deepEqual(made, pick(tables[0]!, rows));
    });
  }

  for (const { positions: text, rows } of positions) {
    it(`is a constant in a Functional model: ${text}`, async () => {
      const { made, tables, drawn } = await run(outside(text));
      assert.equal(tables.length, 0);
      assert.deepEqual(made, pick(drawn, rows));
      assert.ok(made.some((value) => value !== 0) && made.every((value) => Math.abs(value) <= 0.05));
    });
  }
});
