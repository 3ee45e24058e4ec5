import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SourceText } from '../../../src/core/text/sourceText';
import { readNotebook, writeNotebook } from '../../../src/core/text/notebook';
import { HumanError } from '../../../src/core/humanError';
import { unifiedDiff } from '../../../src/core/fixes/unifiedDiff';

const file = (text: string): SourceText => SourceText.ofFile('a.py', 'python', text);

describe('SourceText', () => {
  it('finds a range again from its offsets, in any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\n', '\r\n', 'é', '😀', ' ') }),
        fc.nat(),
        fc.nat(),
        (text, a, b) => {
          const [start, end] = [a % (text.length + 1), b % (text.length + 1)].sort((x, y) => x - y) as [
            number,
            number,
          ];
          const source = file(text);
          const range = source.rangeAt(undefined, start, end);
          assert.deepEqual(source.offsets(range), [start, end]);
          assert.equal(source.slice(range), text.slice(start, end));
        },
      ),
    );
  });

  it('applies edits in any order and keeps the rest', () => {
    const source = file('one\ntwo\nthree\n');
    const edited = source.apply([
      { range: source.rangeAt(undefined, 8, 13), newText: '3' },
      { range: source.rangeAt(undefined, 0, 3), newText: '1' },
    ]);
    assert.equal(edited.cells[0]?.text, '1\ntwo\n3\n');
  });

  it('refuses edits that overlap', () => {
    const source = file('abcdef');
    const edit = (start: number, end: number) => ({
      range: source.rangeAt(undefined, start, end),
      newText: 'x',
    });
    assert.throws(() => source.apply([edit(0, 3), edit(2, 4)]), RangeError);
  });

  it('shows what changed as a unified diff', () => {
    const before = file('a\nb\nc\n');
    const after = before.apply([{ range: before.rangeAt(undefined, 2, 3), newText: 'B' }]);
    assert.match(
      unifiedDiff(before, after),
      /^--- a\.py\n\+\+\+ a\.py\n@@ -1,3 \+1,3 @@\n a\n-b\n\+B\n c\n$/m,
    );
  });
});

describe('notebooks', () => {
  const notebook = {
    cells: [
      { cell_type: 'markdown', metadata: {}, source: ['# title'] },
      {
        cell_type: 'code',
        execution_count: 3,
        metadata: { id: 'x' },
        outputs: [{ text: 'kept' }],
        source: ['a = 1\n', 'b = 2'],
      },
    ],
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const json = JSON.stringify(notebook, null, 1) + '\n';

  it('holds the code cells with their index in the notebook', () => {
    assert.deepEqual(readNotebook('n.ipynb', json).cells, [
      { index: 1, text: 'a = 1\nb = 2', executionCount: 3 },
    ]);
  });

  it('writes edited cells back and changes nothing else', () => {
    const source = readNotebook('n.ipynb', json);
    const edited = source.apply([{ range: source.rangeAt(1, 4, 5), newText: '10' }]);
    assert.equal(writeNotebook('n.ipynb', json, edited), json.replace('a = 1', 'a = 10'));
    assert.equal(writeNotebook('n.ipynb', json, source), json);
  });

  it('reads the worksheets of nbformat 3', () => {
    const old = JSON.stringify({
      nbformat: 3,
      worksheets: [{ cells: [{ cell_type: 'code', input: 'x = 1' }] }],
    });
    assert.deepEqual(readNotebook('n.ipynb', old).cells, [{ index: 0, text: 'x = 1' }]);
  });

  for (const bad of ['', 'x = 1', '[]', '{"a": 1}', 'null']) {
    it(`says what to do with ${JSON.stringify(bad)}`, () => {
      assert.throws(
        () => readNotebook('n.ipynb', bad),
        (error) => error instanceof HumanError && /Jupyter/.test(error.message),
      );
    });
  }
});
