import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { loadFile } from '../../../src/cli/sourceFile';
import { PythonParser } from '../../../src/core/source/python/syntax';
import { checkEdits } from '../../calibration/checkEdits';
import { pythonReader } from '../source/python/support';

const folders = ['test/fixtures/golden', 'media/examples'];
const files = folders.flatMap((folder) =>
  fs
    .readdirSync(folder)
    .filter((name) => /\.(py|ipynb)$/.test(name))
    .map((name) => path.join(folder, name)),
);

/** Every fix that any finding could bring, applied to every program of ours: parsed, read as intended, nothing else changed, not offered again. */
describe('every edit of every fix in our own programs', () => {
  const applied = new Set<string>();
  for (const file of files) {
    it(file, async () => {
      const wasm = (name: string): Uint8Array => fs.readFileSync(path.join('dist', name));
      const parser = await PythonParser.create(wasm('web-tree-sitter.wasm'), wasm('tree-sitter-python.wasm'));
      const edits = checkEdits(loadFile(file).source, { reader: await pythonReader(), parser });
      assert.ok(edits.length > 0, 'no fix was applied');
      assert.deepEqual(
        edits.filter((edit) => edit.problem !== null),
        [],
      );
      edits.forEach((edit) => applied.add(edit.fix));
    });
  }

  it('applies fixes of most kinds', () => {
    assert.ok(applied.size > 25, [...applied].join(', '));
  });
});
