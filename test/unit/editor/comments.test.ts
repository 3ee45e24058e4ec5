import assert from 'node:assert/strict';
import { isIgnored } from '../../../src/core/rules/suppression';
import { SourceText } from '../../../src/core/text/sourceText';
import { ignoreEdit, inputShapeEdit, parseShape } from '../../../src/editor/comments';

const at = (
  line: number,
  column = 5,
): { startLine: number; startColumn: number; endLine: number; endColumn: number } => ({
  startLine: line,
  startColumn: column,
  endLine: line,
  endColumn: column + 3,
});

describe('comments that are written into the source', () => {
  const cases: readonly { name: string; before: string; line: number; after: string }[] = [
    {
      name: 'above the line, as far indented',
      before: 'model = Sequential([\n    Dense(3),\n])\n',
      line: 2,
      after: 'model = Sequential([\n    # gradient-doctor: ignore GD101\n    Dense(3),\n])\n',
    },
    {
      name: 'in the first line',
      before: 'Dense(3)',
      line: 1,
      after: '# gradient-doctor: ignore GD101\nDense(3)',
    },
    {
      name: 'joins the comment behind the line',
      before: 'Dense(3)  # gradient-doctor: ignore GD201  # so be it',
      line: 1,
      after: 'Dense(3)  # gradient-doctor: ignore GD201 GD101  # so be it',
    },
    {
      name: 'joins the comment above the line',
      before: '# gradient-doctor: ignore GD201\nDense(3)\n',
      line: 2,
      after: '# gradient-doctor: ignore GD201 GD101\nDense(3)\n',
    },
    {
      name: 'leaves the comment of other code alone',
      before: 'Dense(2)  # gradient-doctor: ignore GD201\nDense(3)\n',
      line: 2,
      after: 'Dense(2)  # gradient-doctor: ignore GD201\n# gradient-doctor: ignore GD101\nDense(3)\n',
    },
    {
      name: 'behind a line that goes on from the one above',
      before: 'x = a + \\\n    Dense(3)(y)\n',
      line: 2,
      after: 'x = a + \\\n    Dense(3)(y)  # gradient-doctor: ignore GD101\n',
    },
    {
      name: 'with the line breaks of the file',
      before: 'a = 1\r\n\tDense(3)\r\n',
      line: 2,
      after: 'a = 1\r\n\t# gradient-doctor: ignore GD101\r\n\tDense(3)\r\n',
    },
  ];
  for (const { name, before, line, after } of cases) {
    it(`silences a rule: ${name}`, () => {
      const source = SourceText.ofFile('a.py', 'python', before);
      const edited = source.apply([ignoreEdit(source, at(line), 'GD101')]);
      assert.equal(edited.cells[0]?.text, after);
      const moved = after.split('\n').findIndex((l) => /Dense\(3\)/.test(l)) + 1;
      const finding = { id: 'GD101', rule: 'vanishing-gradient', range: at(moved) };
      assert.ok(isIgnored(edited, finding), 'the reader takes it for what it is');
    });
  }

  it('tells the input shape in the cell of a notebook', () => {
    const source = new SourceText('a.ipynb', 'notebook', [{ index: 2, text: '  model = Sequential()' }]);
    const edited = source.apply([inputShapeEdit(source, { ...at(1), cell: 2 }, [28, null])]);
    assert.equal(
      edited.cells[0]?.text,
      '  # gradient-doctor: input_shape=(28, None)\n  model = Sequential()',
    );
    const one = source.apply([inputShapeEdit(source, { ...at(1), cell: 2 }, [8])]);
    assert.match(one.cells[0]?.text ?? '', /input_shape=\(8,\)$/m);
  });

  it('understands shapes as people type them', () => {
    const shapes: readonly [string, readonly (number | null)[] | undefined][] = [
      ['28, 28, 1', [28, 28, 1]],
      ['(28,28,1)', [28, 28, 1]],
      ['(8,)', [8]],
      ['[None, 8]', [null, 8]],
      ['8', [8]],
      ['', undefined],
      ['()', undefined],
      ['0', undefined],
      ['-3', undefined],
      ['3,,4', undefined],
      ['batch, 8', undefined],
    ];
    for (const [text, shape] of shapes) {
      assert.deepEqual(parseShape(text), shape, text);
    }
  });
});
