import assert from 'node:assert/strict';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { oneHot } from '../../../src/probe/engine/oneHot';
import * as tf from '../../../src/probe/engine/tf';

describe('oneHot', () => {
  before(() => loadEngine('cpu'));

  it('takes any depth, one included, and gives zeros for what is outside', () => {
    const rows = (depth: number): unknown => oneHot(tf.tensor1d([0, 1, -1], 'int32'), depth).arraySync();
    assert.deepEqual(rows(1), [[1], [0], [0]]);
    assert.deepEqual(rows(2), [
      [1, 0],
      [0, 1],
      [0, 0],
    ]);
  });
});
