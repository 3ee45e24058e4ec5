import assert from 'node:assert/strict';
import { costText, originText, wholeSet } from '../../../webview/model/fixes';
import { shownOf } from '../../../webview/model/shown';
import { freshView } from '../../../webview/model/view';
import type { Fix, LayerProfile, ModelReport } from '../../../src/core/report/report';
import { analysisOf, fix, modelReport, reportOf } from './reports';

const layers = [
  { id: 'dense', gradient: 1e-9 },
  { id: 'dense_1', gradient: 1e-4 },
  { id: 'dense_2', gradient: 0.5 },
];
const profile = (...gradients: readonly (number | null)[]): { profile: readonly LayerProfile[] } => ({
  profile: gradients.map((gradient, i) => ({ id: layers[i]?.id ?? 'added', gradient, variance: 1 })),
});
const sick = (change: Partial<ModelReport>): ModelReport =>
  modelReport(layers, { verdict: 'failing', ...change });

describe('the fix drawn over the picture', () => {
  const model = sick({
    fixes: [fix('he', 'works', profile(0.1, 0.2, 0.3, 9)), fix('bn', 'helps', profile(0.4, null, 0.6))],
  });
  const drawn = (fixId: string | null, of = model, change = {}): ReturnType<typeof shownOf> =>
    shownOf(analysisOf(of, change), freshView, fixId);

  it('is the best one until another is looked at', () => {
    assert.deepEqual([drawn(null)?.overlay?.name, drawn('bn')?.overlay?.name], ['fix 1', 'fix 2']);
    assert.equal(drawn('no longer in the report')?.overlay?.fixId, 'he');
  });

  it('matches layers by name, and leaves out those that it adds', () => {
    assert.deepEqual(drawn('he')?.overlay?.gradient, [0.1, 0.2, 0.3]);
    const renamed = {
      ...profile(0.1),
      profile: [
        { id: 'other', gradient: 7, variance: 7 },
        { id: 'dense_2', gradient: 2, variance: 3 },
      ],
    };
    const other = drawn(null, sick({ fixes: [fix('he', 'works', renamed)] }));
    assert.deepEqual(
      [other?.overlay?.gradient, other?.overlay?.variance],
      [
        [null, null, 2],
        [null, null, 3],
      ],
    );
  });

  it('leaves room for all that may be drawn', () => {
    assert.deepEqual(
      drawn(null)?.overlays.map(({ fixId }) => fixId),
      ['he', 'bn'],
    );
  });

  it('gives way to what was before a fix, unless one is looked at', () => {
    const before = { fixTitle: 'Fix he', report: reportOf(model) };
    assert.equal(drawn(null, model, { before })?.overlay, null);
    assert.equal(drawn('bn', model, { before })?.overlay?.fixId, 'bn');
  });

  it('is not drawn where the net is well, where nothing of it was measured, or no layer is the same', () => {
    assert.equal(drawn(null, { ...model, verdict: 'healthy' })?.overlay, null);
    assert.equal(drawn(null, sick({ fixes: [fix('he', 'works')] }))?.overlay, null);
    const alien = { profile: [{ id: 'conv', gradient: 1, variance: 1 }] };
    assert.equal(drawn(null, sick({ fixes: [fix('he', 'works', alien)] }))?.overlay, null);
  });

  it('may be the best set', () => {
    const whole = fix('all', 'works', profile(0.5, 0.5, 0.5));
    assert.equal(drawn('all', { ...model, fixAll: whole })?.overlay?.name, 'all fixes');
  });
});

describe('what a fix says of itself', () => {
  const he: Fix = fix('he', 'works');

  it('is its cost and its source in one line', () => {
    assert.equal(
      originText({ ...he, cost: 'nothing', source: 'He et al. 2015' }),
      'Costs nothing · He et al. 2015',
    );
    assert.equal(originText({ ...he, source: 'He et al. 2015' }), 'He et al. 2015');
    assert.equal(originText(he), '');
    assert.equal(costText({ ...he, cost: 'nothing' }), 'Costs nothing');
  });

  it('names the best set only where it is more than one fix of the list, and helps', () => {
    const all = fix('all', 'works');
    assert.equal(wholeSet(sick({ fixes: [he], fixAll: all }))?.id, 'all');
    assert.equal(wholeSet(sick({ fixes: [he], fixAll: he })), null);
    assert.equal(wholeSet(sick({ fixes: [he], fixAll: fix('all', 'worse') })), null);
    assert.equal(wholeSet(sick({ fixes: [he] })), null);
  });
});
