import assert from 'node:assert/strict';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import * as tf from '../../../src/probe/engine/tf';
import { lossOf } from '../../../src/probe/losses/losses';
import { planTarget, target as makeTarget } from '../../../src/probe/data/targets';
import { readModel } from '../source/python/support';
import { RandomStream } from '../../../src/probe/initializers/random';

const logits = Float32Array.from({ length: 60 }, (_, i) => Math.fround(2 * Math.sin(1 + 2 * i)));

async function run(labels: readonly number[]): Promise<{ loss: number; gradient: Float32Array }> {
  const engine = await loadEngine('wasm');
  const x = tf.tensor3d(logits, [3, 5, 4]);
  const target = tf.tensor2d([...labels], [3, labels.length / 3], 'int32');
  const { value, grads } = tf
    .engine()
    .gradients(
      () =>
        lossOf(
          { className: 'CTC', config: { reduction: 'sum' }, weight: 1 },
          { engine, target, prediction: x, logits: null, mask: null },
        ) as tf.Scalar,
      [x],
      undefined,
      true,
    );
  return { loss: value.dataSync()[0]!, gradient: grads[0]!.dataSync() as Float32Array };
}

/** keras 3.15.1, `keras.losses.ctc` on `(2 * sin(1 + 2 * arange(60))).reshape(3, 5, 4)`, summed over the samples; tf.GradientTape. */
describe('the CTC loss', () => {
  it('has the value and gradient of Keras: repeated labels, sequences of different length', async () => {
    const { loss, gradient } = await run([1, 2, 0, 3, 3, 1, 2, 0, 0]);
    assert.ok(Math.abs(loss / (5.34245968 + 9.00625515 + 6.83851194) - 1) < 1e-6, String(loss));
    const rows: readonly (readonly [number, readonly number[]])[] = [
      [0, [0.22166109, -0.5874045, 0.01389299, 0.35185048]],
      [5 + 2, [-0.37682432, 0.47592017, 0.01928907, -0.11838487]],
      [10 + 4, [-0.67120498, 0.81031495, -0.19730181, 0.05819177]],
    ];
    for (const [row, expected] of rows) {
      const made = [...gradient.subarray(4 * row, 4 * row + 4)];
      made.forEach((g, i) => assert.ok(Math.abs(g - expected[i]!) < 1e-6, `${row}: ${made.join()}`));
    }
  });

  it('takes a sequence without labels', async () => {
    const { gradient } = await run([1, 2, 1, 2, 0, 0]);
    const expected = [-0.96504301, 0.85459101, 0.08663837, 0.02381363];
    expected.forEach((g, i) => assert.ok(Math.abs(gradient[40 + i]! - g) < 1e-6));
  });

  it('stays finite where the labels do not fit into the steps', async () => {
    const { loss, gradient } = await run([1, 1, 1, 2, 1, 2, 3, 1, 0, 0, 0, 0]);
    assert.ok(loss > 700 && loss < 760, String(loss));
    assert.ok([...gradient].every(Number.isFinite));
  });

  it('is read by class, function and name', async () => {
    for (const loss of ['keras.losses.CTC()', 'keras.losses.ctc', '"ctc"']) {
      const { compile } = await readModel(`import keras
model = keras.Sequential([keras.Input((12, 3)), keras.layers.Dense(5)])
model.compile('adam', ${loss})
`);
      assert.equal(compile!.losses[0]!.className, 'CTC', loss);
    }
  });

  it('gets labels from 1 on, in fewer places than the output has steps, filled up with 0', () => {
    const plan = planTarget([12, 5], { className: 'CTC', config: {}, weight: 1 }, undefined, []);
    const changing = (row: number, share: number) => Math.floor(share * (row + 1));
    const { shape, values } = makeTarget(plan, 4, 8, changing, [], new RandomStream('ctc'));
    assert.deepEqual(shape, [4, 6]);
    assert.deepEqual([...values].slice(0, 18), [1, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 2, 3, 0, 0, 0]);
  });
});
