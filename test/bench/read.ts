// npm run bench:read -- [--sources DIR]… [--passes N] [--slowest N]
// Reads every .py and .ipynb below the folders in one warm process, as the editor does, and prints how long it takes, parse included.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { loadFile } from '../../src/cli/sourceFile';
import { createPythonReader } from '../../src/core/source/python/pythonReader';
import type { Reader } from '../../src/core/source/reader';
import type { SourceText } from '../../src/core/text/sourceText';

/** What the reader promises a file, in milliseconds. */
const targets = { median: 5, p99: 50 };

interface Timing {
  readonly file: string;
  /** Median over the passes. */
  readonly ms: number;
  readonly models: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sources: { type: 'string', multiple: true, default: ['test/fixtures', 'media/examples'] },
      passes: { type: 'string', default: '5' },
      slowest: { type: 'string', default: '10' },
    },
  });
  const load = (name: string): Uint8Array => fs.readFileSync(path.resolve('dist', name));
  const reader = await createPythonReader({
    core: load('web-tree-sitter.wasm'),
    grammar: load('tree-sitter-python.wasm'),
  });
  const sources = values.sources.flatMap(pythonFiles).map((file) => loadFile(file).source);
  if (sources.length === 0) {
    throw new Error(`There is no .py or .ipynb below ${values.sources.join(', ')}.`);
  }
  const timings = measure(reader, sources, Number(values.passes));
  print(timings, Number(values.slowest));
}

function pythonFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(py|ipynb)$/i.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** One pass to warm up, then every file once a pass, so that no file profits from its own repetition. */
function measure(reader: Reader, sources: readonly SourceText[], passes: number): Timing[] {
  const times = sources.map((): number[] => []);
  const models = sources.map((source) => reader.read(source).models.length);
  for (let pass = 0; pass < passes; pass++) {
    sources.forEach((source, i) => {
      const start = performance.now();
      reader.read(source);
      times[i]?.push(performance.now() - start);
    });
  }
  return sources.map((source, i) => ({
    file: source.path,
    ms: quantile(times[i] ?? [], 0.5),
    models: models[i] ?? 0,
  }));
}

/** The smallest value that at least the share `q` of all values does not exceed. */
function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}

function print(timings: readonly Timing[], slowest: number): void {
  const all = timings.map(({ ms }) => ms);
  const median = quantile(all, 0.5);
  const p99 = quantile(all, 0.99);
  const models = timings.reduce((sum, timing) => sum + timing.models, 0);
  const against = (ms: number, target: number): string =>
    `${ms.toFixed(2)} ms (${ms <= target ? 'within' : 'above'} ${target} ms)`;
  const rows = [...timings]
    .sort((a, b) => b.ms - a.ms)
    .slice(0, slowest)
    .map(({ file, ms }) => `  ${ms.toFixed(1).padStart(7)} ms  ${file}`);
  const lines = [
    `files            ${timings.length}, ${models} models`,
    `median           ${against(median, targets.median)}`,
    `99th percentile  ${against(p99, targets.p99)}`,
    'slowest',
    ...rows,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

void main();
