import assert from 'node:assert/strict';
import { analyze } from '../../../src/core/analyze';
import type { FixCandidate } from '../../../src/core/fixes/fix';
import { areCompatible, chooseParts, fileSet } from '../../../src/core/fixes/fixSet';
import type { Prober } from '../../../src/core/probing';
import type { Fix, FixStatus } from '../../../src/core/report/report';
import type { TextEdit } from '../../../src/core/text/range';
import { SourceText } from '../../../src/core/text/sourceText';
import { runProbe } from '../../../src/probe/runProbe';
import { pythonReader } from '../source/python/support';

const edit = (startColumn: number, endColumn: number, newText = 'x'): TextEdit => ({
  range: { startLine: 1, startColumn, endLine: 1, endColumn },
  newText,
});

interface Part {
  readonly id: string;
  readonly edits?: readonly TextEdit[];
  readonly status?: FixStatus;
  /** Findings that are left with it. */
  readonly leaves?: readonly string[];
  readonly answers?: readonly string[];
  readonly syntactic?: boolean;
}

const effect = (findings: readonly string[]): Fix['verified']['after'] => ({
  verdict: findings.length > 0 ? 'warning' : 'healthy',
  explainedLoss: 0.5,
  dynamicRange: 0,
  loss: 1,
  findings,
});

function parts(given: readonly Part[]): { fixes: Fix[]; candidates: FixCandidate[] } {
  return {
    fixes: given.map(({ id, edits = [], status = 'works', leaves = [] }) => ({
      id,
      title: id,
      edits,
      diff: '',
      verified: { status, reason: '', before: effect(['GD101', 'GD106']), after: effect(leaves) },
    })),
    candidates: given.map(({ id, edits = [], answers = [], syntactic = false }) => ({
      id,
      title: id,
      edits,
      answers,
      syntactic,
      priority: 1,
    })),
  };
}

const cases: readonly { name: string; given: readonly Part[]; chosen: readonly string[] }[] = [
  { name: 'nothing, where nothing is offered', given: [{ id: 'a', status: 'worse' }], chosen: [] },
  {
    name: 'the best alone, where it leaves nothing open',
    given: [
      { id: 'a', edits: [edit(1, 2)] },
      { id: 'b', edits: [edit(5, 6)], answers: ['GD106'] },
    ],
    chosen: ['a'],
  },
  {
    name: 'another one for what the best leaves open',
    given: [
      { id: 'a', edits: [edit(1, 2)], leaves: ['GD106'] },
      { id: 'b', edits: [edit(5, 6)], answers: ['GD101'] },
      { id: 'c', edits: [edit(8, 9)], answers: ['GD106'] },
    ],
    chosen: ['a', 'c'],
  },
  {
    name: 'none that writes where the best does',
    given: [
      { id: 'a', edits: [edit(1, 4)], leaves: ['GD106'] },
      { id: 'c', edits: [edit(4, 4)], answers: ['GD106'] },
    ],
    chosen: ['a'],
  },
  {
    name: 'none that leaves the same open',
    given: [
      { id: 'a', edits: [edit(1, 2)], leaves: ['GD106'] },
      { id: 'c', edits: [edit(8, 9)], answers: ['GD106'], leaves: ['GD106'] },
    ],
    chosen: ['a'],
  },
  {
    name: 'every call that Keras refuses',
    given: [
      { id: 'a', edits: [edit(1, 2)] },
      { id: 'rename-argument', edits: [edit(5, 6)], syntactic: true },
      { id: 'rename-argument-2', edits: [edit(8, 9)], syntactic: true },
    ],
    chosen: ['rename-argument', 'rename-argument-2', 'a'],
  },
];

describe('the best set of fixes', () => {
  for (const { name, given, chosen } of cases) {
    it(`takes ${name}`, () => {
      const { fixes, candidates } = parts(given);
      assert.deepEqual(
        chooseParts(fixes, candidates).map((fix) => fix.id),
        chosen,
      );
    });
  }

  it('lets two edits be one and the same, not two insertions at one place', () => {
    assert.equal(areCompatible([edit(1, 1, ', A')], [edit(1, 1, ', A')]), true);
    assert.equal(areCompatible([edit(1, 1, ', A')], [edit(1, 1, ', B')]), false);
    assert.equal(areCompatible([edit(1, 3)], [edit(4, 6)]), true);
  });

  const two = `import keras
a = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "sigmoid"), keras.layers.Dense(1)])
a.compile("sgd", "mse")
b = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, "sigmoid"), keras.layers.Dense(1)])
b.compile("sgd", "mse")
`;
  const replace = (text: string, before: string, after: string, from = 0): TextEdit => {
    const at = text.indexOf(before, from);
    return {
      range: SourceText.ofFile('a.py', 'python', text).rangeAt(undefined, at, at + before.length),
      newText: after,
    };
  };
  const setOf = (model: string, ...edits: TextEdit[]): { model: string; fix: Fix } => ({
    model,
    fix: { ...parts([{ id: 'x', edits }]).fixes[0]! },
  });

  it('puts the sets of several models together', async () => {
    const source = SourceText.ofFile('a.py', 'python', two);
    const sets = [
      setOf('a', replace(two, '"sigmoid"', '"relu"')),
      setOf('b', replace(two, '"sigmoid"', '"tanh"', two.indexOf('b ='))),
    ];
    const { edits, chosen } = fileSet(source, await pythonReader(), sets);
    assert.deepEqual(chosen, sets);
    assert.equal(
      source.apply(edits).cells[0]?.text,
      two.replace('"sigmoid"', '"relu"').replace('"sigmoid"', '"tanh"'),
    );
  });

  it('leaves a model out whose fix would undo what was verified for another', async () => {
    const shared = two.replaceAll('"sigmoid"', 'act').replace('\n', '\nact = "sigmoid"\n');
    const source = SourceText.ofFile('a.py', 'python', shared);
    const sets = [
      setOf('a', replace(shared, '"sgd"', '"adam"')),
      setOf('b', replace(shared, 'act = "sigmoid"', 'act = "relu"')),
    ];
    const { chosen } = fileSet(source, await pythonReader(), sets);
    assert.deepEqual(chosen, sets.slice(0, 1));
  });

  it('is probed as a whole', async function () {
    this.timeout(120_000);
    const text = `import keras
from keras import layers

model = keras.Sequential([keras.Input((20,))])
for _ in range(12):
    model.add(layers.Dense(24, activation="sigmoid", use_bia=True))
model.add(layers.Dense(5, activation="softmax"))
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
`;
    const prober: Prober = {
      concurrency: 1,
      now: () => performance.now(),
      warm: () => undefined,
      run: (spec, settings, { signal }) =>
        runProbe({ spec, ...settings }, { signal, progress: () => undefined }),
    };
    const source = SourceText.ofFile('model.py', 'python', text);
    const run = async (given: SourceText, fixes: boolean) => {
      const report = await analyze(
        given,
        { reader: await pythonReader(), prober, version: '0.0.0' },
        {
          model: null,
          fixes,
          rules: {},
          fixBudgetMs: 600_000,
          signal: new AbortController().signal,
          settings: {
            measuredSteps: [0, 1, 10, 20, 50],
            seeds: [1],
            batchSize: 32,
            engine: 'wasm',
            weightsPath: null,
            dataPath: null,
            budget: { timeMs: 600_000, memoryBytes: 2e9 },
          },
        },
      );
      return report.models[0]!;
    };
    const model = await run(source, true);
    const { fixAll } = model;
    assert.equal(fixAll?.id, 'all', `${fixAll?.id}: ${model.fixes.map((fix) => fix.id).join(', ')}`);
    assert.match(fixAll.title, /^Write use_bias in place of use_bia; /);
    assert.match(fixAll.verified.status, /works|helps/);
    assert.ok((fixAll.verified.after.explainedLoss ?? 0) > 0.05);
    const cured = await run(source.apply(fixAll.edits), false);
    assert.notEqual(cured.verdict, 'failing');
    assert.ok(!cured.findings.some((finding) => finding.id === 'GD401'));
    assert.equal(cured.probe?.explainedLoss.at(-1), fixAll.verified.after.explainedLoss);
  });
});
