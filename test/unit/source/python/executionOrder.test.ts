import assert from 'node:assert/strict';
import { readNotebook } from '../../../../src/core/text/notebook';
import { pythonReader, rows } from './support';

type Cell = readonly [executionCount: number | null, source: string];

/** The notebook's models, and whether it was read in another order than it is written in. */
async function read(cells: readonly Cell[], nbformat = 4) {
  const code = cells.map(([count, source]) =>
    nbformat === 3
      ? { cell_type: 'code', prompt_number: count, input: source }
      : { cell_type: 'code', execution_count: count, source },
  );
  const text = nbformat === 3 ? { nbformat, worksheets: [{ cells: code }] } : { nbformat, cells: code };
  const { models } = (await pythonReader()).read(readNotebook('n.ipynb', JSON.stringify(text)));
  return {
    models: models.map(rows),
    ranges: models.map(({ range }) => range.cell),
    notes: models.flatMap(({ assumptions }) => assumptions).filter(({ id }) => id === 'execution-order'),
  };
}

const imports = 'import keras\nfrom keras import layers';
const build = 'model = keras.Sequential([keras.Input((4,)), layers.Dense(units)])';

describe('cells that ran in another order than they stand in', () => {
  for (const nbformat of [3, 4]) {
    it(`are read as they ran (nbformat ${nbformat})`, async () => {
      const { models, ranges, notes } = await read(
        [
          [1, imports],
          [3, build],
          [2, 'units = 7'],
        ],
        nbformat,
      );
      assert.deepEqual(models, [['Dense(7)']]);
      assert.deepEqual(ranges, [1]);
      assert.match(notes[0]?.text ?? '', /\[3\] stands above \[2\]/);
    });
  }

  it('keep their ranges, and what never ran stays below its neighbour', async () => {
    const { models, notes } = await read([
      [4, `${imports}\nunits = 5`],
      [null, build],
      [9, 'model.add(layers.Dense(2))'],
      [6, 'units = 8'],
    ]);
    assert.deepEqual(models, [['Dense(5)', 'Dense(2)']]);
    assert.equal(notes.length, 1);
  });

  it('are read as they stand where that makes more sense: the imports ran once more', async () => {
    const { models, notes } = await read([
      [12, `${imports}\nunits = 5`],
      [2, build],
      [3, 'model.add(layers.Dense(2))'],
    ]);
    assert.deepEqual(models, [['Dense(5)', 'Dense(2)']]);
    assert.deepEqual(notes, []);
  });

  it('say nothing where they ran in order', async () => {
    const { notes } = await read([
      [2, imports],
      [5, 'units = 3'],
      [null, ''],
      [7, build],
    ]);
    assert.deepEqual(notes, []);
  });
});
