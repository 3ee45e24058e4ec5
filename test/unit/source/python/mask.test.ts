import assert from 'node:assert/strict';
import { maskMagics } from '../../../../src/core/source/python/mask';

const cases: readonly (readonly [name: string, text: string, masked: string])[] = [
  ['plain Python', 'x = 5 % 3\n', 'x = 5 % 3\n'],
  ['a line magic', '%matplotlib inline\nx = 1', '#matplotlib inline\nx = 1'],
  ['a shell line', '!pip install keras\nx = 1', '#pip install keras\nx = 1'],
  ['a shell line in a block', 'if a:\n    !pip install b\nx = 1', 'if a:\n    pass#install b\nx = 1'],
  ['help', 'model?\nx = 1', '#odel?\nx = 1'],
  ['a captured shell command', 'files = !ls\nx = 1', '#iles = !ls\nx = 1'],
  ['a cell magic of Python', '%%time\nx = 1', '#%time\nx = 1'],
  ['a cell in another language', '%%bash\nls\ncd x', '#%bash\n#s\n#d x'],
  ['a continued line', '!pip install \\\n  keras\nx = 1', '#pip install \\\n  #eras\nx = 1'],
  ['text that looks like a magic', 's = """\n%d items\n!x\n"""', 's = """\n%d items\n!x\n"""'],
];

describe('IPython magics', () => {
  for (const [name, text, masked] of cases) {
    it(name, () => {
      assert.equal(maskMagics(text), masked);
      assert.equal(maskMagics(text).length, text.length);
    });
  }
});
