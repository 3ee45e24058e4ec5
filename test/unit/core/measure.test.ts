import assert from 'node:assert/strict';
import { measure } from '../../../src/core/measure';
import type { Measurement, SeedMeasurement } from '../../../src/core/model/measurement';
import type { ModelSpec } from '../../../src/core/model/spec';
import type { Prober, ProbeSettings } from '../../../src/core/probing';
import type { Diagnosis } from '../../../src/core/rules/diagnose';
import { sequential } from '../../support/kerasModel';

const compile = { optimizer: 'adam', loss: 'mse' };
const recurrent = sequential(
  [20, 3],
  [
    ['LSTM', { units: 4 }],
    ['Dense', { units: 1 }],
  ],
  compile,
);
const dense = sequential([20], [['Dense', { units: 1 }]], compile);

const settings: ProbeSettings = {
  measuredSteps: [0, 20, 50],
  seeds: [1, 2, 3],
  batchSize: 32,
  engine: 'auto',
  weightsPath: null,
  dataPath: null,
  budget: { timeMs: 10_000, memoryBytes: 2e9 },
};

/** What a run of the fake gives beside what every run gives. */
interface Answer {
  readonly explained?: readonly (number | null)[];
  readonly measuredSteps?: readonly number[];
  readonly firstNonFiniteStep?: number | null;
  readonly fails?: boolean;
}

interface Asked {
  readonly settings: ProbeSettings;
  /** Runs that were under way when this one was asked for. */
  readonly beside: number;
}

interface ProberOptions {
  readonly concurrency?: number;
  /** Of each run, in the order in which they are asked for; the last holds for those that follow. */
  readonly lastsMs?: readonly number[];
}

/** Answers at once, on a clock that only runs while it measures; what it was asked stands in `asked`. */
function fakeProber(
  answer: (asked: ProbeSettings) => Answer,
  asked: Asked[],
  { concurrency = 2, lastsMs = [] }: ProberOptions = {},
): Prober {
  let running = 0;
  let now = 0;
  const fake = {
    concurrency,
    now: () => now,
    warm: () => undefined,
    run: async (_spec: ModelSpec, wanted: ProbeSettings): Promise<Measurement> => {
      asked.push({ settings: wanted, beside: running });
      running++;
      const ends = now + (lastsMs[asked.length - 1] ?? lastsMs.at(-1) ?? 0);
      await new Promise(setImmediate);
      now = Math.max(now, ends);
      running--;
      const {
        explained,
        measuredSteps = wanted.measuredSteps,
        firstNonFiniteStep = null,
        fails,
      } = answer(wanted);
      if (fails === true) {
        throw new Error('The probe ended.');
      }
      const seed = {
        seed: 1,
        explainedLoss: explained ?? measuredSteps.map(() => 0.5),
        predictionSpread: measuredSteps.map(() => 1),
        firstNonFiniteStep,
        layers: [],
      };
      return {
        data: { kind: 'synthetic', description: `data of ${wanted.task ?? 'the usual kind'}` },
        measuredSteps,
        seeds: wanted.seeds.map((number) => ({ ...seed, seed: number }) as unknown as SeedMeasurement),
      } as unknown as Measurement;
    },
  };
  return fake;
}

const healthy: Diagnosis = { verdict: 'healthy', headline: '', findings: [] };

interface Tried {
  readonly result: Measurement;
  readonly asked: readonly Asked[];
}

async function tried(
  spec: ModelSpec,
  answer: (asked: ProbeSettings) => Answer = () => ({}),
  more: Partial<ProbeSettings> = {},
  prober: ProberOptions = {},
  verdict: Diagnosis = healthy,
): Promise<Tried> {
  const asked: Asked[] = [];
  const result = await measure(
    fakeProber(answer, asked, prober),
    spec,
    { ...settings, ...more },
    () => verdict,
    { signal: new AbortController().signal },
  );
  return { result, asked };
}

const tasksAsked = ({ asked }: Tried): unknown[] => asked.map((one) => one.settings.task);

describe('the tasks that tell what a recurrent net remembers', () => {
  it('are measured side by side after the usual look, on the first seed', async () => {
    const run = await tried(recurrent);
    assert.deepEqual(tasksAsked(run), [undefined, 'early', 'all']);
    const [, early, all] = run.asked;
    assert.deepEqual([early!.beside, all!.beside], [0, 1]);
    for (const one of [early!, all!]) {
      assert.deepEqual(one.settings.seeds, [1]);
      assert.deepEqual(one.settings.measuredSteps, [0, 130, 140, 150]);
      assert.ok(one.settings.budget.timeMs <= settings.budget.timeMs);
    }
  });

  it('are told apart, each by the mean over its last measured steps', async () => {
    const { result } = await tried(recurrent, ({ task }) =>
      task === undefined
        ? {}
        : { explained: task === 'early' ? [-9, 0.01, 0.02, 0.03] : [-9, 0.3, 0.6, 0.3] },
    );
    assert.deepEqual(
      result.tasks?.map(({ name, steps, description }) => [name, steps, description]),
      [
        ['early', 150, 'data of early'],
        ['all', 150, 'data of all'],
      ],
    );
    assert.ok(Math.abs(result.tasks[0]!.explainedLoss! - 0.02) < 1e-9);
    assert.ok(Math.abs(result.tasks[1]!.explainedLoss! - 0.4) < 1e-9);
  });

  it('say null where the numbers overflow', async () => {
    const { result } = await tried(recurrent, ({ task }) =>
      task === 'all' ? { explained: [0, null, null, null], firstNonFiniteStep: 7 } : {},
    );
    assert.deepEqual(
      result.tasks?.map(({ explainedLoss }) => explainedLoss),
      [0.5, null],
    );
  });

  it('come after the longer look where there is one, in the time that it leaves', async () => {
    const doubt: Diagnosis = { ...healthy, verdict: 'failing' };
    const run = await tried(recurrent, () => ({}), {}, { lastsMs: [20] }, doubt);
    assert.deepEqual(tasksAsked(run), [undefined, undefined, 'early', 'all']);
    assert.equal(run.asked[1]!.settings.measuredSteps.at(-1), 300);
    assert.equal(run.result.longer?.step, 300);
    assert.equal(run.result.tasks?.length, 2);
    const [, longer, early] = run.asked.map((one) => one.settings.budget.timeMs);
    assert.ok(early! <= longer! - 20, `${longer} ms, then ${early}`);
  });

  it('share what time is left where only one probe runs', async () => {
    const run = await tried(recurrent, () => ({}), {}, { concurrency: 1 });
    assert.deepEqual(tasksAsked(run), [undefined, 'early', 'all']);
    assert.ok(run.asked[1]!.settings.budget.timeMs <= settings.budget.timeMs / 2);
  });

  const without: Readonly<Record<string, () => Promise<Tried>>> = {
    'a net that is not recurrent': () => tried(dense),
    'data of the user’s own': () => tried(recurrent, () => ({}), { dataPath: 'data.npz' }),
    'another number of steps than the usual': () => tried(recurrent, () => ({}), { measuredSteps: [0, 10] }),
    'numbers that overflow': () => tried(recurrent, () => ({ firstNonFiniteStep: 3 })),
    'a look that took most of the time': () =>
      tried(recurrent, () => ({}), { budget: { timeMs: 50, memoryBytes: 2e9 } }, { lastsMs: [30] }),
  };
  for (const [name, run] of Object.entries(without)) {
    it(`are left out for ${name}`, async () => {
      const done = await run();
      assert.ok(!tasksAsked(done).includes('early'), JSON.stringify(tasksAsked(done)));
      assert.ok(!('tasks' in done.result));
    });
  }

  it('are left out where the rest of the time is too short for both', async () => {
    const doubt: Diagnosis = { ...healthy, verdict: 'failing' };
    const { result, asked } = await tried(
      recurrent,
      () => ({}),
      { budget: { timeMs: 400, memoryBytes: 2e9 } },
      { concurrency: 1, lastsMs: [50, 330] },
      doubt,
    );
    assert.equal(result.longer?.step, 300);
    assert.equal(result.tasks, undefined);
    assert.equal(asked.length, 2);
  });

  it('are not believed where one was cut short or failed, and the verdict stays', async () => {
    for (const broken of [{ measuredSteps: [0, 40], explained: [0, 0.1] }, { fails: true }] as const) {
      const { result } = await tried(recurrent, ({ task }) => (task === 'early' ? broken : {}));
      assert.equal(result.tasks, undefined);
      assert.equal(result.seeds.length, 2);
    }
  });
});
