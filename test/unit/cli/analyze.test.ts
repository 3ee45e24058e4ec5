import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Ajv from 'ajv';
import type { ModelReport, Report } from '../../../src/core/report/report';
import schema from '../../../src/core/report/report.schema.json';

const valid = new Ajv({ strict: false }).compile(schema);
const example = (name: string): string => path.join('media', 'examples', name);

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function cli(...args: string[]): Run {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', ...args], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  return { code: status, stdout, stderr };
}

function analyze(...args: string[]): ModelReport {
  const { code, stdout, stderr } = cli('analyze', ...args, '--json');
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout) as Report;
  assert.ok(valid(report), JSON.stringify(valid.errors?.slice(0, 3)));
  const model = report.models[0];
  assert.ok(model);
  return model;
}

/** What each example is about: its verdict, what is found, what cures it. */
const examples: readonly { file: string; verdict: RegExp; finds: readonly string[]; cure: RegExp | null }[] =
  [
    { file: 'deep_sigmoid.py', verdict: /failing/, finds: ['GD101'], cure: /batch-normalization|relu/ },
    {
      file: 'deep_relu_small_weights.py',
      verdict: /failing/,
      finds: ['GD101'],
      cure: /he-normal|batch-normalization/,
    },
    { file: 'exploding_rnn.py', verdict: /failing/, finds: [], cure: /orthogonal|clipnorm|adam/ },
    { file: 'selu_misused.py', verdict: /failing|warning/, finds: ['GD203'], cure: /lecun-normal/ },
    { file: 'healthy_cnn.py', verdict: /healthy/, finds: [], cure: null },
    { file: 'messy_notebook.ipynb', verdict: /failing|warning/, finds: [], cure: /./ },
  ];

describe('gradient-doctor analyze', function () {
  this.timeout(120_000);

  for (const { file, verdict, finds, cure } of examples) {
    it(`tells the truth about ${file}`, () => {
      const model = analyze(example(file));
      assert.match(model.verdict, verdict, model.headline);
      const found = model.findings.map((finding) => finding.id);
      for (const id of finds) {
        assert.ok(found.includes(id), `${id} is not among ${found.join(', ')}`);
      }
      const works = model.fixes.filter((fix) => fix.verified.status === 'works');
      if (cure) {
        assert.ok(
          works.some((fix) => cure.test(fix.id)),
          `${model.fixes.map((f) => `${f.id} ${f.verified.status}: ${f.verified.reason}`).join('\n')}`,
        );
        assert.equal(model.fixes[0]?.verified.status, 'works');
      } else {
        assert.deepEqual(model.fixes, []);
        assert.deepEqual(
          model.findings.filter((f) => f.severity === 'error' || f.severity === 'warning'),
          [],
        );
      }
    });
  }

  it('says the same twice, durations aside', () => {
    const timeless = (model: ModelReport): unknown => ({
      ...model,
      probe: { ...model.probe, durationMs: null },
    });
    const args = [example('deep_sigmoid.py'), '--no-fixes', '--steps', '10'];
    assert.deepEqual(timeless(analyze(...args)), timeless(analyze(...args)));
  });

  it('prints a table, findings with their place, and fixes with their effect', () => {
    const { stdout } = cli('analyze', example('deep_sigmoid.py'));
    assert.match(stdout, /^✗ failing {2}This network will not learn/m);
    assert.match(stdout, /deep_sigmoid\.py:10:26/);
    assert.match(stdout, /^dense_19 +10 +Dense sigmoid/m);
    assert.match(stdout, /works: explains -?[\d.]+ % → [\d.]+ % of the loss in 50 steps/);
    assert.ok(!stdout.includes('\u001b'), 'no colours in a pipe');
    assert.doesNotMatch(stdout, /undefined|NaN|\[object/);
  });

  it('prints the best fix as a diff that git applies', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fix-'));
    fs.copyFileSync(example('deep_sigmoid.py'), path.join(folder, 'net.py'));
    const run = spawnSync(process.execPath, [path.resolve('dist/cli.js'), 'analyze', 'net.py', '--fix'], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(run.status, 0, run.stderr);
    const applied = spawnSync('git', ['apply', '-p0', '-'], {
      cwd: folder,
      input: run.stdout,
      encoding: 'utf8',
    });
    assert.equal(applied.status, 0, applied.stderr + run.stdout);
    assert.notEqual(
      fs.readFileSync(path.join(folder, 'net.py'), 'utf8'),
      fs.readFileSync(example('deep_sigmoid.py'), 'utf8'),
    );
    fs.rmSync(folder, { recursive: true });
  });

  for (const name of ['deep_sigmoid.py', 'messy_notebook.ipynb']) {
    it(`writes a fix into ${name} and cures it`, () => {
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'write-'));
      const file = path.join(folder, name);
      fs.copyFileSync(example(name), file);
      const { code, stdout, stderr } = cli('analyze', file, '--fix', '--write');
      assert.equal(code, 0, stderr);
      assert.match(stdout, /written to/);
      assert.notEqual(analyze(file, '--no-fixes').verdict, 'failing');
      assert.deepEqual(fs.readdirSync(folder), [name]);
      fs.rmSync(folder, { recursive: true });
    });
  }

  it('writes the best set of fixes of two models at once', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'all-'));
    const file = path.join(folder, 'two.py');
    const model = (name: string, layer: string): string =>
      `${name} = keras.Sequential([keras.Input((12,))] + [${layer} for _ in range(12)] + [keras.layers.Dense(1)])\n${name}.compile("sgd", "mse")\n`;
    fs.writeFileSync(
      file,
      `import keras\n${model('first', 'keras.layers.Dense(16, "sigmoid")')}${model('second', 'keras.layers.Dense(16, "tanh", kernel_initializer="random_normal")')}`,
    );
    const diff = cli('analyze', file, '--fix-all');
    assert.equal(diff.code, 0, diff.stderr);
    const lines = diff.stdout.split('\n').filter((line) => /^\+(first|second) = /.test(line));
    assert.deepEqual(
      lines.map((line) => line.split(' ')[0]),
      ['+first', '+second'],
    );
    const written = cli('analyze', file, '--fix-all', '--write');
    assert.match(written.stdout, /^Written to .*two\.py\.\nfirst: .*\nsecond: /);
    const text = fs.readFileSync(file, 'utf8');
    lines.forEach((line) => assert.ok(text.includes(line.slice(1))));
    const report = JSON.parse(cli('analyze', file, '--no-fixes', '--json').stdout) as Report;
    report.models.forEach(({ verdict }) => assert.notEqual(verdict, 'failing'));
    fs.rmSync(folder, { recursive: true });
  });

  it('exits with 1 for a failing model when asked to check', () => {
    assert.equal(cli('analyze', example('deep_sigmoid.py'), '--no-fixes', '--check').code, 1);
    assert.equal(cli('analyze', example('healthy_cnn.py'), '--no-fixes', '--check').code, 0);
  });

  const refused: [string, string[], RegExp][] = [
    ['a missing file', ['analyze', 'nowhere.py'], /nowhere\.py does not exist/],
    ['a folder', ['analyze', 'media/examples.py/..'], /neither a Python file/],
    ['another kind of file', ['analyze', 'README.md'], /neither a Python file \(\.py\) nor a notebook/],
    [
      'an unknown model',
      ['analyze', example('deep_sigmoid.py'), '--model', 'nope'],
      /holds no model 'nope'\. It holds 'model'/,
    ],
    [
      'missing data',
      ['analyze', example('deep_sigmoid.py'), '--data', 'nowhere.npz'],
      /data file nowhere\.npz does not exist/,
    ],
    [
      'missing weights',
      ['analyze', example('deep_sigmoid.py'), '--weights', 'nowhere.keras'],
      /weights file nowhere\.keras does not exist/,
    ],
    ['an option nobody knows', ['analyze', example('deep_sigmoid.py'), '--frob'], /--frob/],
  ];
  for (const [what, args, message] of refused) {
    it(`refuses ${what} with a sentence and exit code 2`, () => {
      const { code, stdout, stderr } = cli(...args);
      assert.equal(code, 2);
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }

  it('says that a file without a model has none', () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'empty-')), 'empty.py');
    fs.writeFileSync(file, 'print("hello")\n');
    const { code, stderr } = cli('analyze', file);
    assert.equal(code, 2);
    assert.match(stderr, /No Keras model was found/);
  });
});

describe('gradient-doctor read', () => {
  it('prints the architecture as JSON', () => {
    const { code, stdout } = cli('read', example('healthy_cnn.py'), '--json');
    assert.equal(code, 0);
    const models = JSON.parse(stdout) as ModelReport[];
    assert.deepEqual(
      models.map((m) => [m.id, m.architecture.totalParams]),
      [['model', 34826]],
    );
  });
});
