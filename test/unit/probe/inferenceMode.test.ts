import assert from 'node:assert/strict';
import type { Json, ModelSpec } from '../../../src/core/model/spec';
import { readKerasConfig } from '../../../src/core/source/keras/readKerasConfig';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { scope } from '../../../src/probe/engine/scope';
import * as tf from '../../../src/probe/engine/tf';
import { forward } from '../../../src/probe/graph/execute';
import { ModelWeights } from '../../../src/probe/graph/weights';

const tensor = (name: string): Json => ({
  class_name: '__keras_tensor__',
  config: { keras_history: [name, 0, 0] },
});

/** base(x, training=…) as Keras saves it; the base is one Batch Normalization. */
function model(kwargs: Json) {
  return readKerasConfig(
    {
      class_name: 'Functional',
      config: {
        name: 'model',
        layers: [
          {
            class_name: 'InputLayer',
            name: 'in',
            config: { batch_shape: [null, 2], name: 'in' },
            inbound_nodes: [],
          },
          {
            class_name: 'Sequential',
            name: 'base',
            config: {
              name: 'base',
              layers: [
                { class_name: 'InputLayer', config: { batch_shape: [null, 2], name: 'inner' } },
                { class_name: 'BatchNormalization', config: { name: 'norm' } },
              ],
            },
            inbound_nodes: [{ args: [tensor('in')], kwargs }],
          },
        ],
        input_layers: [['in', 0, 0]],
        output_layers: [['base', 0, 0]],
      },
    },
    { id: 'model', range: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 } },
  );
}

async function run(spec: ModelSpec): Promise<{ values: number[]; moved: boolean }> {
  const engine = await loadEngine('wasm');
  const weights = new ModelWeights(spec, engine, 1, null);
  const values = scope(() => {
    const x = tf.tensor2d([1, 2, 3, 6], [2, 2]);
    const pass = { engine, weights, anchor: tf.scalar(0), recorder: null, commits: true, trains: true };
    return [...forward(spec, [x], pass).outputs[0]!.prediction.dataSync()];
  });
  const moved = weights.all.some(({ pending }) => pending !== null);
  weights.dispose();
  return { values, moved };
}

/*
 * keras 3.15.1: `fit` of a Functional model runs it with training=True and hands that on to every call (`operation_fn`), whatever the call was
 * given: the moving mean of a base called with training=False moves from 0 to 0.01 times the batch's after one step.
 */
describe('training=False on the call of a base', () => {
  for (const kwargs of [{}, { training: true }, { training: false }]) {
    it(`changes nothing in a Functional model: ${JSON.stringify(kwargs)}`, async () => {
      const { values, moved } = await run(model(kwargs));
      const expected = [-0.9995004, -0.9998751, 0.9995004, 0.9998751];
      values.forEach((v, i) => assert.ok(Math.abs(v - expected[i]!) < 2e-6, values.join()));
      assert.equal(moved, true);
    });
  }

  it('lets Batch Normalization use its moving statistics and leave them where the call stands in a class', async () => {
    const spec = model({});
    const calls = spec.calls.map((call) => ({ ...call, flags: { training: false } }));
    const { values, moved } = await run({ ...spec, calls });
    const expected = [0.9995004, 1.999001, 2.998501, 5.997002];
    values.forEach((v, i) => assert.ok(Math.abs(v - expected[i]!) < 2e-6, values.join()));
    assert.equal(moved, false);
  });
});
