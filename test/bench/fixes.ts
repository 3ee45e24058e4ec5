// npm run bench:fixes -- [FILE]…
// Analyzes files as the command line does, a new probe for each, and prints when the verdict was there, when the first fix that works was verified
// after it, and when all was done. The figures are of the slowest model of the file.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { analyze } from '../../src/core/analyze';
import { defaultBudget, defaultSeeds, defaultSteps, measuredSteps } from '../../src/core/probing';
import { loadFile } from '../../src/cli/sourceFile';
import { createPythonReader } from '../../src/core/source/python/pythonReader';
import { createProber } from '../../src/shared/host/prober';

const round = (ms: number): string => (ms / 1000).toFixed(2);

async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const examples = 'media/examples';
  const files =
    positionals.length > 0
      ? positionals
      : fs
          .readdirSync(examples)
          .filter((name) => /\.(py|ipynb)$/.test(name))
          .map((name) => path.join(examples, name));
  const load = (name: string): Uint8Array => fs.readFileSync(path.resolve('dist', name));
  const reader = await createPythonReader({
    core: load('web-tree-sitter.wasm'),
    grammar: load('tree-sitter-python.wasm'),
  });
  process.stdout.write(
    '| file | verdict | verdict after s | first working fix after another s | all after s |\n',
  );
  process.stdout.write('| --- | --- | --- | --- | --- |\n');
  for (const file of files) {
    const prober = createProber({ modulePath: path.resolve('dist/probe.js') });
    const started = performance.now();
    const verdictAt = new Map</* model */ string, number>();
    const fixAfter = new Map</* model */ string, number>();
    const report = await analyze(
      loadFile(file).source,
      { reader, prober, version: '' },
      {
        model: null,
        fixes: true,
        rules: {},
        fixBudgetMs: 20_000,
        signal: new AbortController().signal,
        settings: {
          measuredSteps: measuredSteps(defaultSteps),
          seeds: defaultSeeds,
          batchSize: null,
          engine: 'auto',
          weightsPath: null,
          dataPath: null,
          budget: defaultBudget,
        },
        onUpdate: ({ models }, { model, stage }) => {
          const now = performance.now();
          if (stage === 'fixes' && !verdictAt.has(model)) {
            verdictAt.set(model, now);
          }
          const works = models
            .find(({ id }) => id === model)
            ?.fixes.some(({ verified }) => verified.status === 'works');
          if (works && !fixAfter.has(model)) {
            fixAfter.set(model, now - (verdictAt.get(model) ?? started));
          }
        },
      },
    );
    const done = performance.now();
    prober.dispose();
    const first = Math.min(...verdictAt.values()) - started;
    const fix = fixAfter.size > 0 ? round(Math.max(...fixAfter.values())) : '–';
    const verdicts = report.models.map(({ verdict }) => verdict).join(', ');
    const times = `${round(first)} | ${fix} | ${round(done - started)}`;
    process.stdout.write(`| ${path.basename(file)} | ${verdicts} | ${times} |\n`);
  }
}

void main();
