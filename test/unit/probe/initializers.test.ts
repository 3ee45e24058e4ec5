import assert from 'node:assert/strict';
import type { Json, SerializedObject, WeightSpec } from '../../../src/core/model/spec';
import { initialize } from '../../../src/probe/initializers/initialize';

function weight(
  class_name: string,
  shape: readonly number[],
  config: { readonly [key: string]: Json } = {},
  shared?: number,
): WeightSpec {
  const initializer: SerializedObject = {
    class_name,
    config,
    ...(shared === undefined ? {} : { shared_object_id: shared }),
  };
  return {
    name: 'kernel',
    shape,
    dtype: 'float32',
    trainable: true,
    initializer,
    regularizer: null,
    constraint: null,
  };
}

function moments(values: Float32Array): { mean: number; variance: number } {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length };
}

describe('initializers', () => {
  for (const [name, shape, variance] of [
    ['GlorotUniform', [200, 300], 2 / 500],
    ['GlorotNormal', [200, 300], 2 / 500],
    ['HeNormal', [200, 300], 2 / 200],
    ['HeUniform', [200, 300], 2 / 200],
    ['LecunNormal', [200, 300], 1 / 200],
    ['LecunUniform', [200, 300], 1 / 200],
    ['HeNormal', [3, 3, 40, 200], 2 / 360],
    ['RandomNormal', [200, 300], 0.05 ** 2],
    ['RandomUniform', [200, 300], 0.1 ** 2 / 12],
    ['TruncatedNormal', [200, 300], (0.05 * 0.87962566) ** 2],
  ] as const) {
    it(`${name} ${shape.join('×')} has Keras' variance`, () => {
      const { mean, variance: got } = moments(initialize(weight(name, shape), 'dense', 1));
      assert.ok(Math.abs(got / variance - 1) < 0.03, `${got}, Keras ${variance}`);
      assert.ok(Math.abs(mean) < 0.02 * Math.sqrt(variance));
    });
  }

  it('truncated normals stay within two standard deviations', () => {
    const limit = (2 * Math.sqrt(2 / 200)) / 0.87962566103423978;
    assert.ok(
      initialize(weight('HeNormal', [200, 300]), 'dense', 1).every((w) => Math.abs(w) <= limit * 1.000001),
    );
  });

  for (const [rows, columns] of [
    [40, 40],
    [60, 24],
    [24, 60],
  ] as const) {
    it(`Orthogonal ${rows}×${columns} has orthonormal ${rows < columns ? 'rows' : 'columns'}`, () => {
      const w = initialize(weight('Orthogonal', [rows, columns], { gain: 1.5 }), 'rnn', 1);
      const at = (i: number, j: number) => (rows < columns ? w[i * columns + j]! : w[j * columns + i]!);
      const [count, length] = rows < columns ? [rows, columns] : [columns, rows];
      for (let a = 0; a < count; a++) {
        for (let b = 0; b <= a; b++) {
          let dot = 0;
          for (let k = 0; k < length; k++) {
            dot += at(a, k) * at(b, k);
          }
          assert.ok(Math.abs(dot - (a === b ? 2.25 : 0)) < 1e-5, `${a}, ${b}: ${dot}`);
        }
      }
    });
  }

  it('draws depend on seed and layer, and on nothing else', () => {
    const kernel = weight('HeNormal', [4, 5]);
    assert.deepEqual(initialize(kernel, 'a', 1), initialize(kernel, 'a', 1));
    assert.notDeepEqual(initialize(kernel, 'a', 1), initialize(kernel, 'b', 1));
    assert.notDeepEqual(initialize(kernel, 'a', 1), initialize(kernel, 'a', 2));
  });

  it('one initializer object draws the same in every layer', () => {
    const shared = weight('RandomNormal', [4, 5], {}, 7);
    assert.deepEqual(initialize(shared, 'a', 1), initialize(shared, 'b', 1));
    assert.notDeepEqual(
      initialize(shared, 'a', 1),
      initialize(weight('RandomNormal', [4, 5], {}, 8), 'a', 1),
    );
  });

  it('the forget gate of an LSTM starts at 1', () => {
    const bias = initialize(weight('UnitForgetBias', [8]), 'lstm', 1);
    assert.deepEqual([...bias], [0, 0, 1, 1, 0, 0, 0, 0]);
  });

  it('Identity and Constant are what they say', () => {
    assert.deepEqual(
      [...initialize(weight('Identity', [2, 3], { gain: 0.5 }), 'a', 1)],
      [0.5, 0, 0, 0, 0.5, 0],
    );
    assert.deepEqual([...initialize(weight('Constant', [3], { value: 0.25 }), 'a', 1)], [0.25, 0.25, 0.25]);
  });

  it('names an initializer that it does not know', () => {
    assert.throws(() => initialize(weight('Mine', [2]), 'a', 1), /Mine is not known/);
  });
});
