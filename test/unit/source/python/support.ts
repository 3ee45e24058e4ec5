import fs from 'node:fs';
import path from 'node:path';
import type { Reader } from '../../../../src/core/source/reader';
import { createPythonReader } from '../../../../src/core/source/python/pythonReader';

let reader: Promise<Reader> | undefined;

/** One reader for all tests: the parser is loaded once. */
export function pythonReader(): Promise<Reader> {
  const load = (name: string): Uint8Array => fs.readFileSync(path.join('dist', name));
  reader ??= createPythonReader({
    core: load('web-tree-sitter.wasm'),
    grammar: load('tree-sitter-python.wasm'),
  });
  return reader;
}
