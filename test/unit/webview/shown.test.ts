import assert from 'node:assert/strict';
import { diffLines, editSize, measuredChanges } from '../../../webview/model/fixes';
import { layerRows } from '../../../src/core/report/layerRows';
import { shownOf, worstLayer } from '../../../webview/model/shown';
import { constantLoss, firstBrokenStep, openingStep } from '../../../src/core/report/probeSteps';
import { freshView, restoreView, viewOf } from '../../../webview/model/view';
import { analysisOf, finding, fix, modelReport, reportOf } from './reports';

const layers = [1e-9, 1e-6, 1, 1, 1].map((gradient, i) => ({ id: `dense_${i}`, gradient }));
const sick = modelReport(layers, { findings: [finding('GD101', ['dense_0'])] });

describe('what the panel shows', () => {
  it('opens at the last step and at the worst layer', () => {
    const shown = shownOf(analysisOf(sick), freshView);
    assert.deepEqual([shown?.step, shown?.layer], [6, 0]);
  });

  it('opens at the first layer where all are well', () => {
    assert.equal(shownOf(analysisOf(modelReport(layers)), freshView)?.layer, 0);
  });

  it('keeps the chosen layer and step', () => {
    const shown = shownOf(analysisOf(sick), { ...freshView, layerId: 'dense_3', step: 5 });
    assert.deepEqual([shown?.step, shown?.layer], [3, 3]);
  });

  it('forgets a layer and a step that are not there', () => {
    const shown = shownOf(analysisOf(sick), { ...freshView, layerId: 'gone', step: 7 });
    assert.deepEqual([shown?.step, shown?.layer], [6, 0]);
  });

  it('opens at the last finite step', () => {
    const { probe } = sick;
    assert.ok(probe);
    const broken = { ...probe, loss: [2, 3, null, null, null, null, null] };
    assert.equal(openingStep(broken), 1);
    assert.equal(firstBrokenStep(broken), 2);
    assert.equal(openingStep({ ...probe, loss: [null] }), 0);
    assert.equal(firstBrokenStep(probe), null);
  });

  it('shows the last step so far while it is running', () => {
    const { probe } = sick;
    assert.ok(probe);
    const partial = modelReport(layers, { probe: { ...probe, loss: [2, 2, 2] } });
    const shown = shownOf(analysisOf(partial), { ...freshView, step: 50 });
    assert.deepEqual([shown?.step, shown?.stepsDone], [2, 3]);
  });

  it('is nothing where nothing was measured', () => {
    assert.equal(shownOf(analysisOf(modelReport(layers, { probe: null })), freshView), null);
    assert.equal(shownOf(analysisOf(sick, { report: reportOf() }), freshView), null);
  });

  it('lays the layers before a fix under the same layers after it', () => {
    const after = modelReport([{ id: 'norm', gradient: 1, kernel: false }, ...layers]);
    const before = { fixTitle: 'x', report: reportOf(sick) };
    const shown = shownOf(analysisOf(after, { before }), freshView);
    assert.deepEqual(
      shown?.before?.map((layer) => layer?.id),
      [undefined, ...layers.map(({ id }) => id)],
    );
  });

  it('knows no worst layer where all are healthy', () => {
    const healthy = { kind: 'healthy', level: 'ok', glyph: '', word: 'healthy' } as const;
    const rows = layerRows(sick);
    assert.equal(
      worstLayer(
        rows,
        rows.map(() => healthy),
        0,
      ),
      -1,
    );
  });
});

describe('the view of a person', () => {
  it('outlives a reload', () => {
    const view = {
      subject: 'train.py model',
      layerId: 'dense',
      step: 5,
      sort: { key: 'gradient', descending: true },
      open: ['layer'],
    } as const;
    assert.deepEqual(restoreView(JSON.parse(JSON.stringify(view))), view);
  });

  for (const saved of [null, undefined, 7, {}, { sort: { key: 'evil' }, open: [1], step: 'x' }]) {
    it(`starts afresh from ${JSON.stringify(saved)}`, () => assert.deepEqual(restoreView(saved), freshView));
  }

  it('keeps order and open parts for another model, not its layer', () => {
    const view = { ...freshView, subject: 'a', layerId: 'x', step: 5, open: ['layer'] };
    assert.deepEqual(viewOf('b', view), { ...view, subject: 'b', layerId: null, step: null });
    assert.equal(viewOf('a', view), view);
  });
});

describe('the effect of a fix', () => {
  it('is what was measured before and after', () => {
    const [explained, gradient] = measuredChanges(
      fix('a', 'works', { explainedLoss: 0.99, dynamicRange: 0.1234 }),
      50,
    );
    assert.deepEqual([explained?.from, explained?.to], ['-1.4 %', '99 %']);
    assert.deepEqual([gradient?.from, gradient?.to, gradient?.unit], ['-12', '0.12', 'decades']);
  });

  it('leaves out what was not measured', () => {
    assert.deepEqual(measuredChanges(fix('a', 'works', { explainedLoss: null, dynamicRange: null }), 50), []);
  });

  it('shows the diff with the lines of the file', () => {
    const { diff } = fix('a', 'works');
    assert.deepEqual(
      diffLines(diff).map(({ kind, line, text }) => `${kind} ${line} ${text}`),
      [
        'same 9 for i in range(3):',
        'removed 10     old',
        'added 10     new',
        'added 11     more',
        'same 12 end',
      ],
    );
    assert.equal(editSize(diff), '2 lines edited');
  });

  it('copes with an empty diff', () => assert.deepEqual(diffLines(''), []));
});

describe('the loss of a constant guess', () => {
  it('follows from the loss and the share it explains', () => {
    const { probe } = sick;
    assert.ok(probe);
    assert.equal(constantLoss(probe), 2.5);
    assert.equal(constantLoss({ ...probe, explainedLoss: probe.explainedLoss.map(() => null) }), null);
  });
});
