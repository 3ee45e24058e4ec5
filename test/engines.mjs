// npm run test:engines -- [--engines tensorflow,wasm,cpu] [--build]
// Runs the golden programs (what real Keras measured) on every engine, compares the verdicts that the engines come to, and ends with one line
// `N passed, N failed`. `--build` builds the native engine first, where it is not there. On cpu, which is slow, a program that takes longer than a
// minute is left out.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildEngine, engineFolder, engineVersion, obstacle } from '../scripts/tensorflowEngine.mjs';

const { values } = parseArgs({
  options: {
    engines: { type: 'string', default: 'tensorflow,wasm,cpu' },
    build: { type: 'boolean', default: false },
  },
});
const golden = 'test/fixtures/golden';
const tests = 'dist/test/unit/probe/golden.test.js';
const minute = 60_000;

/** The engines that can run here; for those that cannot, one sentence says why. */
function usable(engine) {
  if (engine !== 'tensorflow' || engineVersion(engineFolder) !== null) {
    return true;
  }
  const reason =
    obstacle() ??
    (values.build ? null : 'The native TensorFlow engine is not built: npm run engine:tensorflow.');
  if (reason === null) {
    buildEngine(engineFolder);
    return true;
  }
  console.log(reason);
  return false;
}

const names = fs
  .readdirSync(golden)
  .filter((name) => name.endsWith('.expected.json'))
  .map((name) => name.slice(0, -'.expected.json'.length));
let passed = 0;
let failed = 0;
const engines = values.engines.split(',').filter(usable);
for (const engine of engines) {
  for (const name of names) {
    const { status, signal, stdout } = spawnSync(
      process.execPath,
      ['node_modules/mocha/bin/mocha.js', '--no-config', '--exit', '-g', `programs ${name} gives`, tests],
      {
        encoding: 'utf8',
        timeout: engine === 'cpu' ? minute : 5 * minute,
        env: { ...process.env, PROBE_ENGINE: engine },
      },
    );
    if (signal !== null && engine === 'cpu') {
      console.log(`left out  ${engine} ${name}: more than a minute`);
    } else if (status === 0) {
      passed++;
    } else {
      failed++;
      console.log(`failed    ${engine} ${name}\n${stdout.slice(stdout.indexOf('failing')).slice(0, 600)}`);
    }
  }
}

/** Verdict and findings of each model as the command line prints them, or its error; null where it takes too long. */
function verdictOf(engine, name) {
  const file = (ending) => path.join(golden, name + ending);
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    [
      ...['dist/cli.js', 'analyze', file('.py'), '--json', '--no-fixes', '--seeds', '1', '--engine', engine],
      ...['--weights', file('.keras'), '--data', file('.npz')],
    ],
    { encoding: 'utf8', timeout: minute, maxBuffer: 2 ** 28 },
  );
  if (signal !== null) {
    return null;
  }
  if (status !== 0) {
    return stderr;
  }
  return JSON.parse(stdout).models.map(({ verdict, findings, probe }) => ({
    verdict: probe?.engine.name === engine ? verdict : `${verdict} on another engine`,
    findings: findings.map(({ id }) => id).join(' '),
  }));
}

for (const name of engines.length > 1 ? names : []) {
  const verdicts = engines
    .map((engine) => [engine, verdictOf(engine, name)])
    .filter(
      ([engine, verdict]) =>
        verdict !== null || console.log(`left out  ${engine} ${name}: more than a minute`),
    );
  // cpu may be too slow for the longer look that other findings come from: only its verdict has to be the same
  const alike = (answers) => new Set(answers.map((answer) => JSON.stringify(answer))).size <= 1;
  const alone = (models) => (typeof models === 'string' ? models : models.map(({ verdict }) => verdict));
  if (
    alike(verdicts.map(([, models]) => alone(models))) &&
    alike(verdicts.filter(([engine]) => engine !== 'cpu').map(([, models]) => models))
  ) {
    passed++;
  } else {
    failed++;
    console.log(
      `failed    verdict on ${name}\n${verdicts.map(([engine, models]) => `  ${engine}: ${JSON.stringify(models)}`).join('\n')}`,
    );
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
