import assert from 'node:assert/strict';
import { RandomStream } from '../../../src/probe/initializers/random';
import { taughtClasses } from '../../../src/probe/data/teacher';

const rows = 2000;
const random = new RandomStream('inputs');
const inputs = [{ shape: [rows, 8], values: Float32Array.from({ length: rows * 8 }, () => random.normal()) }];
const classesOf = (arrays: typeof inputs, seed = 'a'): Int32Array =>
  taughtClasses(arrays, rows, 3, new RandomStream(seed));

describe('labels that a random network gives', () => {
  const labels = classesOf(inputs);

  it('use every class', () => {
    for (const c of [0, 1, 2]) {
      const share = labels.filter((label) => label === c).length / rows;
      assert.ok(share > 0.05 && share < 0.9, `class ${c}: ${share}`);
    }
  });

  it('depend on nothing but the inputs, whatever their scale', () => {
    const [input] = inputs as [(typeof inputs)[0]];
    const scaled = [{ ...input, values: input.values.map((value) => 40 * value + 7) }];
    const same = classesOf(scaled).filter((label, i) => label === labels[i]).length;
    assert.ok(same / rows > 0.98, `${same}`);
    assert.notDeepEqual(classesOf(inputs, 'b'), labels);
  });

  it('can be told neither from one input alone nor without it', () => {
    // exchanging one input of eight between rows changes some labels, not all
    const [input] = inputs as [(typeof inputs)[0]];
    const values = input.values.slice();
    for (let r = 0; r < rows; r++) {
      values[r * 8] = input.values[((r + 1) % rows) * 8] as number;
    }
    const kept = classesOf([{ ...input, values }]).filter((label, i) => label === labels[i]).length / rows;
    assert.ok(kept > 0.5 && kept < 0.99, `${kept}`);
  });
});
