import assert from 'node:assert/strict';
import { analyze, type AnalyzeProgress, type AnalyzeTools } from '../../../src/core/analyze';
import type { Prober } from '../../../src/core/probing';
import type { Report } from '../../../src/core/report/report';
import { SourceText } from '../../../src/core/text/sourceText';
import { runProbe } from '../../../src/probe/runProbe';
import { pythonReader } from '../source/python/support';

const deepSigmoid = `import keras
from keras import layers

model = keras.Sequential([keras.Input((20,))])
for _ in range(12):
    model.add(layers.Dense(24, activation="sigmoid"))
model.add(layers.Dense(5, activation="softmax"))
model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy")
`;

/** Probes in this process, in an order that is not that of the requests. */
function proberThatShuffles(delayMs: () => number, asked: (readonly number[])[] = []): Prober {
  let last = Promise.resolve();
  return {
    concurrency: 2,
    now: () => performance.now(),
    warm: () => undefined,
    run: async (spec, settings, { signal, onProgress }) => {
      asked.push(settings.seeds);
      await new Promise((resolve) => setTimeout(resolve, delayMs()));
      const turn = last;
      let done = (): void => undefined;
      last = new Promise((resolve) => (done = resolve));
      await turn;
      try {
        return await runProbe({ spec, ...settings }, { signal, progress: (value) => onProgress?.(value) });
      } finally {
        done();
      }
    },
  };
}

interface Seen {
  readonly report: Report;
  readonly progress: AnalyzeProgress;
}

async function analyzed(prober: Prober, seen: Seen[] = []): Promise<Report> {
  const tools: AnalyzeTools = { reader: await pythonReader(), prober, version: '0.0.0' };
  return analyze(SourceText.ofFile('model.py', 'python', deepSigmoid), tools, {
    model: null,
    fixes: true,
    rules: {},
    fixBudgetMs: 600_000,
    signal: new AbortController().signal,
    settings: {
      measuredSteps: [0, 1, 10, 20, 50],
      seeds: [1, 2],
      batchSize: 32,
      engine: 'wasm',
      weightsPath: null,
      dataPath: null,
      budget: { timeMs: 600_000, memoryBytes: 2e9 },
    },
    onUpdate: (report, progress) => seen.push({ report: structuredClone(report), progress }),
  });
}

const withoutDurations = (report: Report): string =>
  JSON.stringify(report, (key, value: unknown) => (key === 'durationMs' ? 0 : value));

describe('analyze', function () {
  this.timeout(120_000);
  const seen: Seen[] = [];
  const asked: (readonly number[])[] = [];
  let report: Report;

  before(async () => {
    report = await analyzed(
      proberThatShuffles(() => 0, asked),
      seen,
    );
  });

  it('never takes back what was measured while other seeds are still being trained', () => {
    const measured = seen.map(({ report: { models } }) => models[0]?.probe !== null);
    const first = measured.indexOf(true);
    assert.ok(first > 0 && first < measured.length / 2);
    assert.ok(measured.slice(first).every(Boolean));
  });

  it('reports progress that only rises within a stage', () => {
    for (const stage of ['probe', 'fixes'] as const) {
      const shares = seen.filter(({ progress }) => progress.stage === stage).map((s) => s.progress.share);
      assert.ok(shares.length > 3);
      assert.deepEqual(
        shares,
        [...shares].sort((a, b) => a - b),
      );
      assert.ok(Math.max(...shares) <= 1);
    }
  });

  it('verifies as many fixes as one chooses from, each with both seeds, and tries no more', () => {
    const status = (report.models[0]?.fixes ?? []).map(({ verified }) => verified.status);
    assert.equal(status.filter((s) => s === 'works').length, 3);
    assert.deepEqual(status.slice(0, 3), ['works', 'works', 'works']);
    const runs = (...seeds: number[]): number => asked.filter((made) => made.join() === seeds.join()).length;
    assert.equal(runs(1, 2), 1); // the model as it is
    assert.equal(runs(2), 3);
    assert.ok(runs(1) >= 3 && runs(1) <= 5, `${runs(1)} candidates and a longer look at the model`);
  });

  it('gives the same report however long each probe takes', async () => {
    let call = 0;
    const again = await analyzed(proberThatShuffles(() => (call++ % 2) * 40));
    assert.equal(withoutDurations(again), withoutDurations(report));
  });
});
