import assert from 'node:assert/strict';
import { formatNumber, formatRuns, formatShape, formatShare, plural } from '../../../src/core/format';

describe('format', () => {
  const numbers: [number | null, string][] = [
    [4.01e-13, '4e-13'],
    [3.94e-13, '3.9e-13'],
    [0.0536, '0.054'],
    [0.3, '0.3'],
    [474.2, '474'],
    [12345, '12345'],
    [2_500_000, '2.5e6'],
    [0, '0'],
    [-0.00012, '-1.2e-4'],
    [null, 'not finite'],
  ];
  for (const [value, text] of numbers) {
    it(`writes ${value} as ${text}`, () => assert.equal(formatNumber(value), text));
  }

  it('keeps more digits when asked', () => assert.equal(formatNumber(11.94, 3), '11.9'));

  const shares: [number | null, string][] = [
    [0.99, '99 %'],
    [0.0341, '3.4 %'],
    [0, '0 %'],
    [-0.4, '-40 %'],
    [-30, 'less than -100 %'],
    [-0.0001, '0 %'],
    [null, 'not finite'],
  ];
  for (const [value, text] of shares) {
    it(`writes the share ${value} as ${text}`, () => assert.equal(formatShare(value), text));
  }

  const runs: [number[], string][] = [
    [[1], '1'],
    [[1, 2, 3], '1 to 3'],
    [[3, 1, 2, 7], '1 to 3 and 7'],
    [[1, 3, 5, 7, 9], '1, 3, 5 and others'],
    [[], ''],
  ];
  for (const [values, text] of runs) {
    it(`writes ${JSON.stringify(values)} as "${text}"`, () => assert.equal(formatRuns(values), text));
  }

  it('writes shapes as Keras does', () => {
    assert.equal(formatShape([null, 28, 28, 1]), '(None, 28, 28, 1)');
    assert.equal(formatShape([null]), '(None,)');
  });

  it('counts', () => {
    assert.equal(plural(1, 'layer'), '1 layer');
    assert.equal(plural(1200, 'layer'), '1,200 layers');
  });
});
