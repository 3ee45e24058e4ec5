import assert from 'node:assert/strict';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { scope } from '../../../src/probe/engine/scope';
import * as tf from '../../../src/probe/engine/tf';
import { forward } from '../../../src/probe/graph/execute';
import { ModelWeights } from '../../../src/probe/graph/weights';
import { readModel } from '../source/python/support';

const layers: readonly (readonly [name: string, layer: string, shape: readonly number[]])[] = [
  ['Dense', 'layers.Dense(3)', [4]],
  ['Conv1D', 'layers.Conv1D(2, 3)', [5, 2]],
  ['BatchNormalization', 'layers.BatchNormalization()', [4]],
  ['LSTM', 'layers.LSTM(3)', [5, 2]],
];

async function outputOf(
  layer: string,
  shape: readonly number[],
  dtype: 'int32' | 'float32',
): Promise<number[]> {
  const spec = await readModel(
    `import keras\nfrom keras import layers\ninputs = keras.Input((${shape.join(', ')}), dtype='${dtype}')\nmodel = keras.Model(inputs, ${layer}(inputs))\n`,
  );
  const engine = await loadEngine('wasm');
  const weights = new ModelWeights(spec, engine, 1, null);
  const values = Array.from({ length: 2 * shape.reduce((a, b) => a * b, 1) }, (_, i) => (i * 7) % 5);
  const made = scope(() => {
    const pass = { engine, weights, anchor: tf.scalar(0), recorder: null, commits: false, trains: true };
    return [
      ...forward(spec, [tf.tensor(values, [2, ...shape], dtype)], pass).outputs[0]!.prediction.dataSync(),
    ];
  });
  weights.dispose();
  return made;
}

describe('whole numbers as inputs', () => {
  for (const [name, layer, shape] of layers) {
    it(`count as real ones in ${name}`, async () => {
      const real = await outputOf(layer, shape, 'float32');
      assert.ok(real.some((value) => Math.abs(value) > 1e-3));
      assert.deepEqual(await outputOf(layer, shape, 'int32'), real);
    });
  }
});
