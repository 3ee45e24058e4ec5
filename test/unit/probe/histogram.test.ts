import assert from 'node:assert/strict';
import { ValueSample } from '../../../src/probe/statistics/histogram';

const sample = (...parts: readonly number[][]): ValueSample => {
  const made = new ValueSample();
  parts.forEach((values) => made.add(Float32Array.from(values)));
  return made;
};
const total = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);

describe('histogram', () => {
  it('counts every value of all calls in bars of equal width', () => {
    const histogram = sample([0, 1, 2, 3], [23, 24])?.histogram();
    assert.deepEqual([histogram?.low, histogram?.high, histogram?.counts.length], [0, 24, 24]);
    assert.deepEqual(histogram?.counts.slice(0, 4), [1, 1, 1, 1]);
    assert.equal(histogram?.counts.at(-1), 2); // the highest value belongs to the last bar
  });

  it('takes magnitudes as powers of ten, and zeros apart', () => {
    const { low, high, counts, zeros } = sample([0, -0.01, 100, 0, 0.01]).magnitudes()!;
    assert.deepEqual([low, high, zeros, total(counts)], [-2, 2, 2, 3]);
    assert.deepEqual([counts[0], counts.at(-1)], [2, 1]);
  });

  it('scales what is a share of a mean', () => {
    const made = new ValueSample();
    made.add(Float32Array.from([1, -3]), 10);
    assert.deepEqual([made.histogram()?.low, made.histogram()?.high], [-30, 10]);
  });

  it('draws one bar where all values are the same', () => {
    assert.deepEqual(sample([2, 2, 2]).histogram(), { low: 2, high: 2, counts: [3] });
  });

  it('leaves out what is not finite, and is nothing without the rest', () => {
    assert.equal(total(sample([NaN, Infinity, 1, 5]).histogram()!.counts), 2);
    assert.equal(sample([NaN, -Infinity]).histogram(), null);
    assert.equal(sample([NaN]).magnitudes(), null);
    assert.equal(sample().histogram(), null);
  });

  it('knows gradients that are all zero', () => {
    assert.deepEqual(sample([0, 0]).magnitudes(), { low: 0, high: 0, counts: [], zeros: 2 });
  });

  it('takes a few thousand of many values, from every unit', () => {
    const units = 64;
    const made = new ValueSample();
    made.add(Float32Array.from({ length: units * 4096 }, (_, i) => i % units));
    const { counts } = made.histogram()!;
    assert.ok(total(counts) < 5000, `${total(counts)} values`);
    assert.ok(
      counts.every((count) => count > 50),
      counts.join(),
    );
  });
});
