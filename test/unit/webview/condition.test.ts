import assert from 'node:assert/strict';
import { conditions, healthyBand, levelsOf, log } from '../../../src/core/report/condition';
import { layerRows } from '../../../src/core/report/layerRows';
import { finding, modelReport, type LayerSketch } from './reports';

const falling: readonly LayerSketch[] = [1e-6, 1e-3, 10 ** -1.8, 1, 1].map((gradient, i) => ({
  id: `dense_${i}`,
  gradient,
}));
const words = (
  sketches: readonly LayerSketch[],
  ...findings: readonly ReturnType<typeof finding>[]
): string[] => {
  const model = modelReport(sketches, { findings });
  return conditions(model, layerRows(model), 0).map(({ word }) => word);
};

describe('the condition of a layer', () => {
  it('is vanishing or weak by its distance from the last hidden layer', () => {
    assert.deepEqual(words(falling, finding('GD101', [])), [
      'vanishing',
      'vanishing',
      'weak',
      'healthy',
      'healthy',
    ]);
  });

  it('is never sick where no finding says so', () => {
    assert.deepEqual(words(falling), ['healthy', 'healthy', 'healthy', 'healthy', 'healthy']);
  });

  it('is at most weak where the finding only warns', () => {
    const [first] = words(falling, finding('GD101', [], { severity: 'warning' }));
    assert.equal(first, 'weak');
  });

  it('is exploding or strong above the last hidden layer', () => {
    const rising = [1e3, 30, 1, 1].map((gradient, i) => ({ id: `dense_${i}`, gradient }));
    assert.deepEqual(words(rising, finding('GD102', [])), ['exploding', 'strong', 'healthy', 'healthy']);
  });

  it('is not finite, whatever else is found', () => {
    const broken = [{ id: 'a', gradient: null, nonFinite: [3] }, ...falling];
    assert.equal(words(broken, finding('GD101', []))[0], 'not finite');
  });

  it('has no gradient where none is defined', () => {
    assert.deepEqual(words([{ id: 'embedding', gradient: null }]), ['no gradient']);
  });

  it('takes dead units from their finding, unless a finding is only a hint', () => {
    assert.equal(words(falling, finding('GD107', ['dense_3']))[3], 'dead units');
    assert.equal(words(falling, finding('GD107', ['dense_3'], { severity: 'hint' }))[3], 'healthy');
  });

  it('tells every kind apart by its shape, not only by its colour', () => {
    const model = modelReport([{ id: 'broken', gradient: null, nonFinite: [1] }, ...falling], {
      findings: [finding('GD101', []), finding('GD107', ['dense_3'])],
    });
    const glyphs = conditions(model, layerRows(model), 0).map(({ glyph }) => glyph);
    assert.deepEqual(glyphs, ['✕', '▼', '▼', '▽', '■', '']);
  });

  it('leaves layers without a kernel alone', () => {
    const [, flatten] = words(
      [falling[0]!, { id: 'flatten', gradient: 1e-9, kernel: false }, ...falling.slice(1)],
      finding('GD101', []),
    );
    assert.equal(flatten, 'healthy');
  });
});

describe('the healthy band', () => {
  it('lies round the last hidden layer, as wide as the rules warn', () => {
    const model = modelReport(falling);
    assert.deepEqual(healthyBand(layerRows(model), 0, levelsOf(model.architecture)), [-1.5, 1]);
  });

  it('is wider for optimizers that divide by the size of the gradient', () => {
    const model = modelReport(falling, {}, 'Adam');
    assert.deepEqual(healthyBand(layerRows(model), 0, levelsOf(model.architecture)), [-3, 1]);
  });

  it('is wider above in nets with skips', () => {
    const model = modelReport([
      ...falling,
      { id: 'add', gradient: 1, kernel: false, className: 'Add', inbound: ['dense_1', 'dense_4'] },
    ]);
    assert.deepEqual(levelsOf(model.architecture).explode, { warn: 2, fail: 2.5 });
  });

  it('is not drawn where there are fewer than two hidden layers', () => {
    const model = modelReport(falling.slice(0, 2));
    assert.equal(healthyBand(layerRows(model), 0, levelsOf(model.architecture)), null);
  });

  it('is not drawn where the last hidden layer is not finite', () => {
    const model = modelReport(falling.map((layer) => ({ ...layer, gradient: null })));
    assert.equal(healthyBand(layerRows(model), 0, levelsOf(model.architecture)), null);
  });
});

describe('log10 for the picture', () => {
  const cases: readonly [number | null | undefined, number | null][] = [
    [1000, 3],
    [0, -45],
    [null, null],
    [undefined, null],
    [NaN, null],
    [Infinity, null],
    [-1, null],
  ];
  for (const [value, expected] of cases) {
    it(`of ${value}`, () => {
      const result = log(value);
      assert.ok(result === expected || Math.abs(Number(result) - Number(expected)) < 1e-9);
    });
  }
});
