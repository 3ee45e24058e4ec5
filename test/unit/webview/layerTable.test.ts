import assert from 'node:assert/strict';
import { conditions } from '../../../src/core/report/condition';
import { layerRows } from '../../../src/core/report/layerRows';
import { sortRows, tableRows, toCsv, type SortKey } from '../../../webview/model/layerTable';
import { modelReport, type LayerSketch } from './reports';

const sketches: readonly LayerSketch[] = [
  { id: 'b', gradient: 3 },
  { id: 'c', gradient: null },
  { id: 'a', gradient: 1e-9 },
  { id: 'd', gradient: 3 },
];

function rowsOf(layers: readonly LayerSketch[]): ReturnType<typeof tableRows> {
  const model = modelReport(layers);
  const rows = layerRows(model);
  return tableRows(rows, conditions(model, rows, 0), 0);
}

const order = (key: SortKey, descending: boolean): string =>
  sortRows(rowsOf(sketches), { key, descending })
    .map(({ layer }) => layer.id)
    .join('');

describe('the table of layers', () => {
  const cases: readonly [key: SortKey, descending: boolean, expected: string][] = [
    ['position', false, 'bcad'],
    ['position', true, 'dacb'],
    ['name', false, 'abcd'],
    ['gradient', false, 'abdc'],
    ['gradient', true, 'bdac'],
    ['variance', true, 'bcad'],
  ];
  for (const [key, descending, expected] of cases) {
    it(`sorts by ${key}${descending ? ', descending' : ''}: ties in order, what has no value last`, () =>
      assert.equal(order(key, descending), expected));
  }
});

describe('the CSV', () => {
  it('has a head, a line a layer, full numbers, and nothing for what is not finite', () => {
    const lines = toCsv(rowsOf(sketches), 5).split('\r\n');
    assert.equal(lines.length, 1 + 4 + 1);
    assert.match(lines[0] ?? '', /^position,number,layer,/);
    assert.equal(lines[2], '2,2,c,Dense,tanh,"(None, 4)",20,10,5,,0.25,0.001,no gradient');
    assert.match(lines[3] ?? '', /,1e-9,/);
  });

  it('quotes what would break a line', () => {
    assert.match(toCsv(rowsOf([{ id: 'a"b,c', gradient: 1 }]), 0), /"a""b,c"/);
  });

  it('does not let a name become a formula', () => {
    assert.match(toCsv(rowsOf([{ id: '=1+1', gradient: 1 }]), 0), /,'=1\+1,/);
  });
});
