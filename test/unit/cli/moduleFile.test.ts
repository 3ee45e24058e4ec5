import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { resolveModule } from '../../../src/cli/moduleFile';

describe('the file that an import means', () => {
  let folder: string;
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'module files '));
    for (const file of ['helpers.py', 'pkg/__init__.py', 'pkg/blocks.py', 'pkg/deep/nets.py', 'train.py']) {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), `\uFEFF# ${file}\n`);
    }
    fs.writeFileSync(path.join(folder, 'huge.py'), '#'.repeat(300_000));
  });
  after(() => fs.rmSync(folder, { recursive: true }));

  for (const [module, from, file] of [
    ['helpers', 'train.py', 'helpers.py'],
    ['pkg', 'train.py', 'pkg/__init__.py'],
    ['pkg.blocks', 'train.py', 'pkg/blocks.py'],
    ['.blocks', 'pkg/__init__.py', 'pkg/blocks.py'],
    ['..blocks', 'pkg/deep/nets.py', 'pkg/blocks.py'],
    ['...helpers', 'pkg/deep/nets.py', 'helpers.py'],
    ['numpy', 'train.py', null],
    ['train', 'train.py', null],
    ['huge', 'train.py', null],
    ['../helpers', 'pkg/blocks.py', null],
  ] as const) {
    it(`${module} in ${from}`, () => {
      const source = resolveModule(module, path.join(folder, from));
      assert.equal(source?.cells[0]?.text, file === null ? undefined : `# ${file}\n`);
    });
  }
});
