import assert from 'node:assert/strict';
import { inlineLines, lineGroups, lyingBar, standingBars } from '../../../src/editor/inlineText';
import { startGaps, visualWidth } from '../../../src/editor/inlineLayout';
import type { ModelReport } from '../../../src/core/report/report';
import { finding, modelReport, range, type LayerSketch } from '../webview/reports';

/** Each layer on a line of its own, from line 10 on. */
function lineByLine(model: ModelReport): ModelReport {
  const layers = model.architecture.layers.map((layer, i) => ({
    ...layer,
    range: { ...range, startLine: 10 + i, endLine: 10 + i },
  }));
  return { ...model, architecture: { ...model.architecture, layers } };
}

const sketches = (...gradients: (number | null)[]): LayerSketch[] =>
  gradients.map((gradient, i) => ({ id: i === 0 ? 'dense' : `dense_${i}`, gradient }));

describe('inline values', () => {
  it('shows one layer a line, aligned, healthy ones without a word', () => {
    const lines = inlineLines(lineByLine(modelReport(sketches(0.15, 0.0523, 1))));
    assert.deepEqual(
      lines.map(({ text }) => text),
      [
        '4   var 0.25   grad 0.15  ▄▄▄▄▄▖',
        '4   var 0.25   grad 0.052 ▄▄▄▄▄▖',
        '4   var 0.25   grad 1     ▄▄▄▄▄▄',
      ],
    );
    assert.deepEqual(
      lines.map(({ trouble }) => trouble),
      [null, null, null],
    );
  });

  it('shows a bar per layer where one line makes several, and counts the sick ones', () => {
    const model = modelReport(sketches(4e-13, 1e-9, 1e-5, 0.1, 0.3), {
      findings: [finding('GD101', ['dense'])],
      verdict: 'failing',
    });
    const [line] = inlineLines(model);
    assert.equal(line?.text, '5 × 4   var 0.25   grad 4e-13 ▁▃▅▇█ 0.3');
    assert.deepEqual(line?.trouble, { level: 'sick', glyph: '▼', words: '3 vanish' });
  });

  it('measures exploding gradients against one another, since all of them are beyond 1', () => {
    const model = modelReport(sketches(7e6, 1e4, 30, 1.2, 1), { findings: [finding('GD102', ['dense'])] });
    const [line] = inlineLines(model);
    assert.match(line?.text ?? '', /grad 7e6 █▅▃▁▁ 1$/);
    assert.equal(line?.trouble?.glyph, '▲');
  });

  it('says from which step on a layer is not finite, and shows what was finite before', () => {
    const broken = lineByLine(
      modelReport([
        { id: 'dense', gradient: [0.1, 0.2, null, null, null, null, null], nonFinite: [0, 0, 3, 3, 3, 3, 3] },
      ]),
    );
    const model = {
      ...broken,
      probe: broken.probe && { ...broken.probe, loss: [1, 2, null, null, null, null, null] },
    };
    const [line] = inlineLines(model);
    assert.match(line?.text ?? '', /grad 0.2 ▄/);
    assert.deepEqual(line?.trouble, { level: 'sick', glyph: '✕', words: 'not finite from step 2' });
  });

  it('shows NaN and no bar where nothing was ever finite', () => {
    const model = modelReport([{ id: 'dense', gradient: null, nonFinite: [1, 1, 1, 1, 1, 1, 1] }]);
    const [line] = inlineLines(model);
    assert.match(line?.text ?? '', /grad NaN$/);
    assert.equal(line?.trouble?.words, 'not finite from step 0');
  });

  it('says that dropout is off, and shows sizes alone where nothing was measured', () => {
    const model = lineByLine(
      modelReport([
        { id: 'dense', gradient: 0.1 },
        { id: 'dropout', gradient: 0.1, kernel: false, className: 'Dropout' },
      ]),
    );
    assert.equal(inlineLines(model)[1]?.text, '4   off while measuring');
    assert.deepEqual(
      inlineLines({ ...model, probe: null }).map(({ text }) => text),
      ['4', '4'],
    );
  });

  it('writes shapes without the batch, unknown sizes as a question mark', () => {
    const model = modelReport(sketches(0.1));
    const [layer] = model.architecture.layers;
    const shaped = (outputShape: readonly (number | null)[]): string => {
      const layers = layer ? [{ ...layer, outputShape }] : [];
      return inlineLines({ ...model, architecture: { ...model.architecture, layers } })[0]?.text ?? '';
    };
    assert.match(shaped([null, 26, 26, 32]), /^26×26×32 {3}var/);
    assert.match(shaped([null, null, 64]), /^\?×64 {3}var/);
    assert.match(shaped([null]), /^1 {3}var/);
  });

  it('leaves layers without a place in the source alone', () => {
    const model = modelReport(sketches(0.1, 0.2));
    const layers = model.architecture.layers.map((layer) => ({ ...layer, range: null }));
    assert.deepEqual(lineGroups({ ...model, architecture: { ...model.architecture, layers } }), []);
  });

  it('draws bars from 1e-12 to 1', () => {
    const cases: readonly [number | null, string][] = [
      [1, '▄▄▄▄▄▄'],
      [0.15, '▄▄▄▄▄▖'],
      [1e-6, '▄▄▄'],
      [1e-11, '▖'],
      [0, '▖'],
      [1e30, '▄'.repeat(12)],
      [null, ''],
      [NaN, ''],
    ];
    for (const [value, bar] of cases) {
      assert.equal(lyingBar(value), bar, String(value));
    }
    assert.equal(standingBars([1e-12, 1e-6, 1, null]), '▁▅█×');
    assert.equal(standingBars(Array.from({ length: 200 }, () => 1)).length, 29);
  });
});

describe('the place of inline values', () => {
  it('counts tabs and wide characters as the editor does', () => {
    assert.equal(visualWidth('\tx', 4), 5);
    assert.equal(visualWidth('ab\tx', 4), 5);
    assert.equal(visualWidth('层é', 4), 3);
    assert.equal(visualWidth('e\u0301', 4), 1);
  });

  it('starts all lines of a model in one column, but for a very long one', () => {
    assert.deepEqual(startGaps([10, 20, 5]), [13, 3, 18]);
    assert.deepEqual(startGaps([10, 200]), [3, 3]);
    assert.deepEqual(startGaps([]), []);
  });
});
