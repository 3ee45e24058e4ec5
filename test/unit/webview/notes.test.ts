import assert from 'node:assert/strict';
import { assumed, withAnswers } from '../../../webview/model/notes';
import { modelReport } from './reports';

const note = (id: string): { id: string; text: string } => ({ id, text: id });

describe('what settles a note', () => {
  it('is the shape, the data or the weights, or nothing', () => {
    const notes = withAnswers([note('input-shape'), note('pretrained-weights'), note('dropout')]);
    assert.deepEqual(
      notes.map(({ tell }) => tell),
      ['shape', 'weights', null],
    );
  });

  it('lists made-up data as an assumption, and data from a file as none', () => {
    const model = modelReport([{ id: 'dense', gradient: 1 }], { assumptions: [note('dropout')] });
    assert.deepEqual(
      assumed(model).map(({ text, tell }) => [text, tell]),
      [
        ['dropout', null],
        ['Data: made up.', 'data'],
      ],
    );
    assert.ok(model.probe);
    const own = {
      ...model,
      probe: { ...model.probe, data: { kind: 'file' as const, description: 'x.npz' } },
    };
    assert.deepEqual(
      assumed(own).map(({ text }) => text),
      ['dropout'],
    );
  });
});
