import assert from 'node:assert/strict';
import { ago, answerOf } from '../../../webview/model/answer';
import { analysisOf, finding, fix, modelReport, range, reportOf } from './reports';

const layers = [
  { id: 'dense', gradient: 1e-12 },
  { id: 'dense_1', gradient: 1 },
  { id: 'dense_2', gradient: 1 },
];
const failing = modelReport(layers, {
  verdict: 'failing',
  headline: 'This network will not learn.',
  findings: [finding('GD101', ['dense'])],
  fixes: [fix('a', 'works'), fix('b', 'no-effect')],
});
const healthy = modelReport(layers.map((layer) => ({ ...layer, gradient: 0.05 })));
const before = { fixTitle: 'Fix a', report: reportOf(failing) };

describe('the answer of a page', () => {
  it('failing: the finding in words and the best fix', () => {
    const { tone, word, headline, why, box } = answerOf(analysisOf(failing));
    assert.deepEqual(
      { tone, word, headline, why },
      {
        tone: 'failing',
        word: 'Failing',
        headline: 'This network will not learn.',
        why: 'GD101 message',
      },
    );
    assert.ok(box.kind === 'best' && box.fix.id === 'a' && !box.undo);
  });

  it('healthy: nothing to do', () => {
    const { box, why } = answerOf(analysisOf(healthy));
    assert.equal(box.kind, 'none');
    assert.equal(why, 'After 50 steps it explains 24 % of the loss: 2.5 at the start, 1.9 now.');
  });

  it('just fixed: what it was, what it is, and the way back', () => {
    const { word, why, box } = answerOf(analysisOf(healthy, { before }));
    assert.equal(word, 'Healthy, was failing');
    assert.match(why, /^Layer 1 receives 0\.05, it was 1e-12\. /);
    assert.ok(box.kind === 'applied' && box.fixTitle === 'Fix a');
    assert.deepEqual(box.changes[0], { name: 'Gradient at layer 1', from: '1e-12', to: '0.05', unit: '' });
  });

  it('fixed in part: the next fix, and the way back', () => {
    const { box } = answerOf(analysisOf(failing, { before }));
    assert.ok(box.kind === 'best' && box.undo);
  });

  it('running: a cancel button in the place of apply', () => {
    const running = { stage: 'probe', share: 0.4 } as const;
    const { tone, headline, box } = answerOf(analysisOf(failing, { running }));
    assert.deepEqual([tone, headline, box.kind], ['running', 'Measuring 3 layers.', 'progress']);
  });

  it('trying fixes: the verdict is there already', () => {
    const { headline, box } = answerOf(analysisOf(failing, { running: { stage: 'fixes', share: 0 } }));
    assert.deepEqual([headline, box.kind], ['This network will not learn.', 'progress']);
  });

  it('reading: the file is named while no model is known', () => {
    const running = { stage: 'read', share: 0 } as const;
    const { headline } = answerOf(analysisOf(failing, { running, report: reportOf() }));
    assert.equal(headline, 'Reading train.py.');
  });

  it('stale: the fix is not offered for a text that was not measured', () => {
    assert.equal(answerOf(analysisOf(failing, { stale: true })).box.kind, 'analyze');
  });

  it('cannot tell: the way to what is missing', () => {
    const { tone, why, box } = answerOf(
      analysisOf(
        modelReport(layers, {
          verdict: 'unknown',
          probe: null,
          unknowns: [{ id: 'shape', text: 'The input shape is not written here.', range }],
        }),
      ),
    );
    assert.deepEqual([tone, why, box.kind], ['unknown', 'The input shape is not written here.', 'goTo']);
  });

  it('cannot tell and no place to go to: nothing to press', () => {
    const model = modelReport(layers, {
      verdict: 'unknown',
      probe: null,
      unknowns: [{ id: 'x', text: 'It ran out of memory.' }],
    });
    assert.equal(answerOf(analysisOf(model)).box.kind, 'none');
  });

  it('no fix helped: the line that was found', () => {
    const { box } = answerOf(analysisOf({ ...failing, fixes: [fix('b', 'no-effect'), fix('c', 'worse')] }));
    assert.ok(box.kind === 'goTo');
    assert.match(box.text, /^None of 2 fixes/);
  });

  it('failed: why, and another try', () => {
    const { tone, headline, box } = answerOf(
      analysisOf(failing, { report: reportOf(), error: 'No model in this file.' }),
    );
    assert.deepEqual([tone, headline, box.kind], ['error', 'No model in this file.', 'analyze']);
  });

  it('no model at all', () => {
    assert.equal(answerOf(analysisOf(failing, { report: reportOf() })).tone, 'error');
  });
});

describe('the age of a report', () => {
  const cases: readonly [minutes: number, expected: string][] = [
    [0.5, 'just now'],
    [4, '4 min ago'],
    [125, '2 h ago'],
    [3000, '2 d ago'],
  ];
  for (const [minutes, expected] of cases) {
    it(expected, () => assert.equal(ago(0, minutes * 60_000), expected));
  }
});
