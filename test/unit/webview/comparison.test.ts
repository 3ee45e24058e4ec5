import assert from 'node:assert/strict';
import type { PastAnalysis } from '../../../src/shared/pageProtocol';
import { compare, entryText, usualPair } from '../../../webview/model/comparison';

const entry = (key: string, change: Partial<PastAnalysis> = {}): PastAnalysis => ({
  key,
  fileName: 'train.py',
  modelId: 'model',
  at: new Date(2026, 2, 4, 14, 3).getTime(),
  fixTitle: null,
  verdict: 'failing',
  explainedLoss: -0.014,
  dynamicRange: -11.9,
  findings: [
    { id: 'GD101', title: 'Gradient vanishes' },
    { id: 'GD202', title: 'Constant start' },
  ],
  ...change,
});

describe('two analyses against each other', () => {
  const cured = entry('b', {
    verdict: 'healthy',
    explainedLoss: 0.99,
    dynamicRange: -0.3,
    findings: [
      { id: 'GD202', title: 'Constant start' },
      { id: 'GD105', title: 'Large updates' },
    ],
  });

  it('tell verdict, loss, range, and what is gone and new', () => {
    const { changes, gone, added } = compare(entry('a'), cured);
    assert.deepEqual(
      changes.map(({ from, to }) => [from, to]),
      [
        ['Failing', 'Healthy'],
        ['-1.4 %', '99 %'],
        ['-12', '-0.3'],
      ],
    );
    assert.deepEqual([gone, added], [['Gradient vanishes'], ['Large updates']]);
  });

  it('say nothing of findings where an old entry has kept none', () => {
    const { gone, added } = compare(entry('a', { findings: null }), cured);
    assert.deepEqual([gone, added], [null, null]);
  });

  it('are the newest and the one before it of the same model, else whatever was before', () => {
    const other = entry('other', { modelId: 'encoder' });
    const keys = (history: readonly PastAnalysis[]): unknown => usualPair(history)?.map(({ key }) => key);
    assert.deepEqual(keys([cured, other, entry('a')]), ['a', 'b']);
    assert.deepEqual(keys([cured, other]), ['other', 'b']);
    assert.equal(usualPair([cured]), null);
  });

  it('are listed by time, with the day where it is another one', () => {
    const same = new Date(2026, 2, 4, 18).getTime();
    assert.equal(entryText(entry('a'), same), '14:03 · Failing · train.py · model');
    assert.match(
      entryText(entry('a', { fixTitle: 'He' }), same + 864e5),
      /^04\/03\/2026 14:03 · Failing after a fix/,
    );
  });
});
