import assert from 'node:assert/strict';
import type { InputData } from '../../../src/core/model/spec';
import { scaling } from '../../../src/probe/data/scaling';
import { RandomStream } from '../../../src/probe/initializers/random';

const unknown = { mean: null, std: null, min: null, max: null, zeroShare: null, range: null } as const;
const drawn = (data: Partial<InputData>, shift = 0): number[] => {
  const random = new RandomStream('z');
  const scale = scaling({ kind: 'unknown', ...unknown, ...data });
  return Array.from({ length: 10_000 }, () => scale(shift + random.normal()));
};
const share = (values: readonly number[], value: number): number =>
  values.filter((one) => one === value).length / values.length;

describe('scale of made-up inputs', () => {
  it('keeps whole numbers whole, in their range and about equally frequent', () => {
    const values = drawn({ kind: 'integers', min: 0, max: 3 });
    assert.deepEqual([...new Set(values)].sort(), [0, 1, 2, 3]);
    for (const value of [0, 1, 2, 3]) {
      assert.ok(Math.abs(share(values, value) - 0.25) < 0.03, `${value}: ${share(values, value)}`);
    }
  });

  it('lets a class show in zeros and ones a feature, not in all of them', () => {
    const ones = share(drawn({ kind: 'integers', min: 0, max: 1 }, 0.5), 1);
    assert.ok(ones > 0.6 && ones < 0.8, `${ones}`);
  });

  it('keeps the share of zeros', () => {
    for (const kind of ['integers', 'pixels'] as const) {
      const zeros = share(drawn({ kind, min: 0, max: 255, zeroShare: 0.8 }), 0);
      assert.ok(Math.abs(zeros - 0.8) < 0.02, `${kind}: ${zeros}`);
    }
  });

  it('keeps mean and deviation', () => {
    const values = drawn({ kind: 'normal', mean: 3, std: 0.1 });
    assert.ok(Math.abs(values.reduce((a, b) => a + b) / values.length - 3) < 0.01);
  });
});
