import fs from 'node:fs';
import path from 'node:path';
import type { AnalyzeTools } from '../core/analyze';
import type { ProbeSettings } from '../core/probing';
import { createPythonReader } from '../core/source/python/pythonReader';
import type { Reader } from '../core/source/reader';
import { resolveModule } from './moduleFile';
import { createProber, type DisposableProber } from '../shared/host/prober';

declare const __VERSION__: string;
export const version = __VERSION__;

/** A reader with the parser's WebAssembly files that lie beside the bundle. */
export async function createReader(): Promise<Reader> {
  const load = (name: string): Uint8Array => fs.readFileSync(path.join(__dirname, name));
  const reader = await createPythonReader({
    core: load('web-tree-sitter.wasm'),
    grammar: load('tree-sitter-python.wasm'),
  });
  return { read: (source, options) => reader.read(source, { resolve: resolveModule, ...options }) };
}

/** Everything that an analysis needs; the prober has to be disposed. */
export async function createTools(
  log: (line: string) => void,
  engine: ProbeSettings['engine'],
): Promise<AnalyzeTools & { readonly prober: DisposableProber }> {
  const prober = createProber({ modulePath: path.join(__dirname, 'probe.js'), log });
  prober.warm(1, { engine }); // the process starts while the reader is loaded
  return { reader: await createReader(), prober, version };
}
