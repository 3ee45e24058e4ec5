// node test/run.mjs [lint] [types] [unit] [package] [integration] [e2e] — all by default. Sets itself up; needs Node 20 or later and npm.
// Ends with one line `N passed, N failed` that sums all suites; exits with 1 when anything failed.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
const bin = (name) => path.join(root, 'node_modules', name);
const node = (args, options = {}) => spawnSync(process.execPath, args, { stdio: 'inherit', ...options });
const check = (label, args) => ({
  [label]: node(args).status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 },
});

/** Each suite answers how many checks passed and failed, by label. */
const suites = {
  lint: () => ({
    ...check('eslint', [bin('eslint/bin/eslint.js'), '.', '--max-warnings=0']),
    ...check('prettier', [bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.']),
  }),
  types: () => check('types', ['test/types.mjs']),
  unit: () => {
    const report = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'unit-')), 'report.json');
    const { status } = node([bin('mocha/bin/mocha.js'), '--reporter', 'test/support/reporter.cjs'], {
      env: { ...process.env, TEST_REPORT: report },
    });
    return { unit: counts(report, status) };
  },
  package: async () => ({ package: (await import('./package.mjs')).run(root) }),
  integration: async () => ({ integration: await (await import('./integration/run.mjs')).run(root) }),
  e2e: async () => ({ e2e: await (await import('./e2e/run.mjs')).run(root) }),
};

/** What a suite wrote of itself; a suite that ended without a report has failed, whatever its exit code. */
function counts(report, status) {
  if (!fs.existsSync(report)) {
    return { passed: 0, failed: 1 };
  }
  const { passed, failed } = JSON.parse(fs.readFileSync(report, 'utf8'));
  return { passed, failed: failed + (status !== 0 && failed === 0 ? 1 : 0) + (passed === 0 ? 1 : 0) };
}

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in suites)) {
    console.error(`There is no suite '${name}'. There are ${Object.keys(suites).join(', ')}.`);
    process.exit(2);
  }
}
if (node(['esbuild.mjs', '--quiet', '--tests']).status !== 0) {
  console.log('0 passed, 1 failed');
  process.exit(1);
}
const results = {};
for (const name of wanted.length > 0 ? wanted : Object.keys(suites)) {
  console.log(`\n== ${name}`);
  try {
    Object.assign(results, await suites[name]());
  } catch (error) {
    console.error(error);
    results[name] = { passed: 0, failed: 1 };
  }
}
console.log();
for (const [label, { passed, failed }] of Object.entries(results)) {
  console.log(`${label.padEnd(14)}${passed} passed, ${failed} failed`);
}
const sum = (key) => Object.values(results).reduce((total, result) => total + result[key], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') > 0 ? 1 : 0);
