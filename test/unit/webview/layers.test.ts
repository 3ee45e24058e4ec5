import assert from 'node:assert/strict';
import { layerGroups } from '../../../webview/model/groups';
import { layerCount, layerRows, layerTitle, referenceLayer } from '../../../src/core/report/layerRows';
import { modelReport, type LayerSketch } from './reports';

const chain = (...kinds: readonly string[]): readonly LayerSketch[] =>
  kinds.map((className, i) => ({
    id: `${className.toLowerCase()}_${i}`,
    gradient: 1,
    className,
    kernel: className === 'Dense',
  }));
const groups = (...kinds: readonly string[]): string[] =>
  layerGroups(layerRows(modelReport(chain(...kinds)))).map(({ from, to, text }) => `${from}-${to} ${text}`);
const times = (count: number, ...unit: readonly string[]): readonly string[] =>
  Array.from({ length: count }, () => unit).flat();

describe('the layers of a report', () => {
  it('are numbered as the findings number them: kernels only', () => {
    const rows = layerRows(modelReport(chain('Flatten', 'Dense', 'Dropout', 'Dense')));
    assert.deepEqual(
      rows.map(({ number }) => number),
      [null, 1, null, 2],
    );
    assert.deepEqual(rows.map(layerTitle), ['flatten_0', 'Layer 1 dense_1', 'dropout_2', 'Layer 2 dense_3']);
  });

  it('are numbered by depth where they branch', () => {
    const rows = layerRows(
      modelReport([
        { id: 'deep_1', gradient: 1, inbound: [] },
        { id: 'deep_2', gradient: 1, inbound: ['deep_1'] },
        { id: 'side', gradient: 1, inbound: [] },
        { id: 'out', gradient: 1, inbound: ['deep_2', 'side'] },
      ]),
    );
    assert.deepEqual(
      rows.map(({ number }) => number),
      [1, 3, 2, 4],
    );
  });

  it('take the update ratio of the kernel, not of the bias before it', () => {
    assert.equal(layerRows(modelReport(chain('Dense')))[0]?.updateRatio?.[0], 1e-3);
    assert.equal(layerRows(modelReport(chain('Flatten')))[0]?.updateRatio, null);
  });

  it('are shown without numbers where nothing could be measured', () => {
    const rows = layerRows(modelReport(chain('InputLayer', 'Dense'), { probe: null }));
    assert.deepEqual(
      rows.map(({ id, gradient, measurement }) => ({ id, gradient, measurement })),
      [{ id: 'dense_1', gradient: [], measurement: null }],
    );
  });

  it('are called by the last part of their path', () => {
    const [row] = layerRows(modelReport([{ id: 'encoder/block/dense', gradient: 1 }]));
    assert.equal(row?.name, 'dense');
  });

  it('are counted without the layer that only says what comes in', () => {
    assert.equal(layerCount(modelReport(chain('InputLayer', 'Dense'))), '1 layer');
  });

  it('are compared with the last hidden one', () => {
    assert.equal(referenceLayer(layerRows(modelReport(chain('Dense', 'Dense', 'Dense'))))?.id, 'dense_1');
    assert.equal(referenceLayer(layerRows(modelReport(chain('Dense', 'Dense')))), undefined);
    assert.equal(referenceLayer([]), undefined);
  });
});

describe('the brackets under the picture', () => {
  const cases: readonly [name: string, kinds: readonly string[], expected: readonly string[]][] = [
    ['name a run', [...times(20, 'Dense'), 'Softmax'], ['0-19 20 × Dense(4, tanh)']],
    ['name repeated blocks', times(3, 'Dense', 'Dropout'), ['0-5 3 × (Dense, Dropout)']],
    [
      'prefer the long chain of blocks to three alike in front of it',
      ['Dense', ...times(9, 'Dense', 'Dense', 'Add')],
      ['1-27 9 × (Dense, Dense, Add)'],
    ],
    ['leave two alike alone', ['Dense', 'Dense', 'Flatten'], []],
    ['are none over a single layer', ['Dense'], []],
    ['are none over nothing', [], []],
  ];
  for (const [name, kinds, expected] of cases) {
    it(name, () => assert.deepEqual(groups(...kinds), expected));
  }

  it('name nested models', () => {
    const sketches = ['encoder/a', 'encoder/b', 'head'].map((id, i) => ({
      id,
      gradient: 1,
      className: ['Dense', 'Conv2D', 'Dense'][i] ?? '',
    }));
    assert.deepEqual(layerGroups(layerRows(modelReport(sketches))), [{ from: 0, to: 1, text: 'encoder' }]);
  });

  it('cope with 400 layers in no time', () => {
    const started = performance.now();
    groups(...times(100, 'Dense', 'Dense', 'Add', 'Activation'));
    assert.ok(performance.now() - started < 500);
  });
});
