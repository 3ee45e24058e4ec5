import assert from 'node:assert/strict';
import { axisRange, keepRange, span, tickLabel } from '../../../src/core/report/scale';

describe('the y axis', () => {
  const cases: readonly [
    name: string,
    values: number[],
    maxTicks: number,
    expected: [number, number, number],
  ][] = [
    ['holds all values in whole ticks', [-12.4, 0.02], 6, [-15, 3, 3]],
    ['is at least 3 decades high around a flat course', [-0.5, -0.4], 6, [-2, 1, 1]],
    ['gives a single value room', [0], 6, [-2, 1, 1]],
    ['shows something where nothing is finite', [], 6, [-2, 2, 1]],
    ['takes coarser ticks in a low pane', [-9.5, 0.5], 4, [-12, 3, 3]],
    ['holds what is below float32', [-45, 0], 6, [-50, 10, 10]],
  ];
  for (const [name, values, maxTicks, [min, max, tick]] of cases) {
    it(name, () => assert.deepEqual(axisRange(values, maxTicks), { min, max, tick }));
  }

  it('contains every value, for many ranges', () => {
    for (let low = -40; low < 20; low += 1.7) {
      for (const height of [0, 0.3, 2.9, 11, 37]) {
        const { min, max, tick } = axisRange([low, low + height], 6);
        assert.ok(min <= low && max >= low + height, `${low} ${height}`);
        assert.ok((max - min) / tick <= 8 && max - min >= 3, `${low} ${height}: ${(max - min) / tick}`);
      }
    }
  });

  it('stays while the data fits, and shrinks when it has become far too large', () => {
    const old = { min: -15, max: 3, tick: 3 };
    const near = { min: -12, max: 3, tick: 3 };
    assert.equal(keepRange(old, near), old);
    const far = { min: -2, max: 1, tick: 1 };
    assert.equal(keepRange(old, far), far);
    const outside = { min: -16, max: 4, tick: 4 };
    assert.equal(keepRange(old, outside), outside);
    assert.equal(keepRange(null, near), near);
  });

  it('writes ticks as the text writes numbers', () => {
    assert.deepEqual([-12, -4, -3, -2, 0, 1, 3, 6, 9].map(tickLabel), [
      '1e-12',
      '1e-4',
      '0.001',
      '0.01',
      '1',
      '10',
      '1000',
      '1e6',
      '1e9',
    ]);
  });
});

describe('the span of a small picture', () => {
  it('is at least 3 high, so that flat looks flat', () => assert.deepEqual(span([1, 1]), [-0.5, 2.5]));
  it('takes in the band', () => {
    const [low, high] = span([0], [-4, -2]);
    assert.ok(low <= -4 && high >= 0);
  });
  it('is defined for nothing', () => assert.deepEqual(span([null, null]), [0, 1]));
});
