import assert from 'node:assert/strict';
import { spreadOf } from '../../../webview/model/spread';

describe('what a histogram says in numbers', () => {
  const cases = [
    {
      name: 'even bars',
      given: { low: 0, high: 10, counts: [5, 5, 5, 5] },
      median: 5,
      usual: [0.5, 9.5],
      count: 20,
    },
    {
      name: 'one bar of many',
      given: { low: 0, high: 4, counts: [0, 0, 8, 0] },
      median: 2.5,
      usual: [2.05, 2.95],
      count: 8,
    },
    { name: 'equal values', given: { low: 3, high: 3, counts: [7] }, median: 3, usual: [3, 3], count: 7 },
  ] as const;
  for (const { name, given, ...expected } of cases) {
    it(name, () => {
      const spread = spreadOf(given);
      assert.equal(spread?.count, expected.count);
      assert.ok(Math.abs(spread.median - expected.median) < 1e-12);
      spread.usual.forEach((value, i) => assert.ok(Math.abs(value - expected.usual[i]!) < 1e-12));
    });
  }
  it('no value', () => assert.equal(spreadOf({ low: 0, high: 0, counts: [] }), null));
});
