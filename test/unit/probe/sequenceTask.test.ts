import assert from 'node:assert/strict';
import type { Json, ModelSpec } from '../../../src/core/model/spec';
import type { SequenceTaskName } from '../../../src/core/probing';
import type { Dataset } from '../../../src/probe/data/dataset';
import { earlySteps, sequenceTask } from '../../../src/probe/data/sequenceTask';
import { sequential } from '../../support/kerasModel';

const rows = 4000;
const steps = 24;

const classifier = (loss: string): Json => ({ optimizer: 'adam', loss });

const ofNumbers: ModelSpec = sequential(
  [steps, 6],
  [
    ['LSTM', { units: 5 }],
    ['Dense', { units: 4, activation: 'softmax' }],
  ],
  classifier('sparse_categorical_crossentropy'),
);

const ofWords: ModelSpec = sequential(
  [steps],
  [
    ['Embedding', { input_dim: 1000, output_dim: 8 }],
    ['GRU', { units: 5 }],
    ['Dense', { units: 1, activation: 'sigmoid' }],
  ],
  classifier('binary_crossentropy'),
  'int32',
);

function made(spec: ModelSpec, task: SequenceTaskName, seed = 1): Dataset {
  const shapes = spec.outputs.map(({ tensor }) => spec.tensors[tensor]!.shape.slice(1) as number[]);
  return sequenceTask(task, spec, spec.compile!.losses, shapes, rows, seed);
}

const labelsOf = ({ targets }: Dataset): number[] => [...targets[0]!.values];

/** Features of a stretch of steps: their sum over time, words counted one by one. */
function seen({ inputs }: Dataset, from: number, to: number): number[][] {
  const { shape, values } = inputs[0]!;
  const width = shape[2] ?? null;
  const words = width === null ? [...new Set(values)].sort((a, b) => a - b) : [];
  return Array.from({ length: rows }, (_, row) => {
    const sums = new Array<number>(width ?? words.length).fill(0);
    for (let t = from; t < to; t++) {
      if (width === null) {
        sums[words.indexOf(values[row * steps + t]!)]! += 1;
      }
      for (let f = 0; f < (width ?? 0); f++) {
        sums[f]! += values[(row * steps + t) * width! + f]!;
      }
    }
    return sums;
  });
}

/** Share of right answers by the nearest class mean, learned on one half of the rows and asked on the other. */
function told(dataset: Dataset, from: number, to: number): number {
  const [features, labels] = [seen(dataset, from, to), labelsOf(dataset)];
  const half = rows / 2;
  const means: { label: number; mean: number[] }[] = [...new Set(labels)].map((label) => {
    const own = features.slice(0, half).filter((_, row) => labels[row] === label);
    return { label, mean: own[0]!.map((_, f) => own.reduce((sum, x) => sum + x[f]! / own.length, 0)) };
  });
  const away = (x: number[], mean: number[]): number => x.reduce((sum, v, f) => sum + (v - mean[f]!) ** 2, 0);
  const right = features.slice(half).filter((x, row) => {
    const [nearest] = means.map((m) => ({ ...m, d: away(x, m.mean) })).sort((a, b) => a.d - b.d);
    return nearest!.label === labels[half + row];
  });
  return right.length / half;
}

for (const [kind, spec, chance] of [
  ['numbers', ofNumbers, 1 / 4],
  ['words', ofWords, 1 / 2],
] as const) {
  describe(`sequences of ${kind} that have to be remembered`, () => {
    const [early, all] = [made(spec, 'early'), made(spec, 'all')];
    const first = earlySteps(steps);

    it('early: the first steps tell the answer, all the others nothing of it', () => {
      assert.equal(first, 3);
      assert.ok(told(early, 0, first) > 0.9, `${told(early, 0, first)}`);
      const rest = told(early, first, steps);
      assert.ok(Math.abs(rest - chance) < 0.05, `${rest}`);
    });

    it('all: the whole tells it, a single step or a short stretch hardly', () => {
      assert.ok(told(all, 0, steps) > 0.85, `${told(all, 0, steps)}`);
      for (let t = 0; t < steps; t++) {
        const one = told(all, t, t + 1);
        assert.ok(one < chance + 0.17, `step ${t}: ${one}`);
      }
      for (const [from, to] of [
        [0, first],
        [steps - first, steps],
      ] as const) {
        const stretch = told(all, from, to);
        assert.ok(stretch < chance + 0.25 && stretch < told(all, 0, steps) - 0.2, `${from}: ${stretch}`);
      }
    });

    it('show at every step the same distribution, the one that the other task has', () => {
      const moments = (dataset: Dataset, t: number) => {
        const values = seen(dataset, t, t + 1);
        return values[0]!.map((_, f) => {
          const mean = values.reduce((sum, x) => sum + x[f]! / rows, 0);
          return { mean, variance: values.reduce((sum, x) => sum + (x[f]! - mean) ** 2 / rows, 0) };
        });
      };
      const usual = moments(early, steps - 1);
      for (const [dataset, t] of [
        [early, 0],
        [early, first],
        [all, 0],
        [all, steps - 1],
      ] as const) {
        const own = moments(dataset, t);
        assert.equal(own.length, usual.length);
        own.forEach(({ mean, variance }, f) => {
          assert.ok(Math.abs(mean - usual[f]!.mean) < 0.1, `mean of feature ${f} at step ${t}`);
          assert.ok(Math.abs(variance - usual[f]!.variance) < 0.1, `variance of feature ${f} at step ${t}`);
        });
      }
    });

    it('are the same for the same seed, others for another', () => {
      assert.deepEqual(made(spec, 'early'), early);
      assert.notDeepEqual(made(spec, 'early', 2).inputs, early.inputs);
      assert.notDeepEqual(early.inputs, all.inputs);
    });

    it('give every answer equally often, and say what they are', () => {
      for (const dataset of [early, all]) {
        const labels = labelsOf(dataset);
        for (const label of new Set(labels)) {
          const share = labels.filter((other) => other === label).length / rows;
          assert.ok(Math.abs(share - chance) < 0.03, `${label}: ${share}`);
        }
      }
      assert.equal(early.about.description, 'the first 3 of 24 steps tell the answer');
      assert.equal(all.about.description, 'all 24 steps together tell the answer');
    });
  });
}

describe('what sequences that have to be remembered look like', () => {
  it('words: they are few, and none is the zero that stands for padding', () => {
    const words = new Set(made(ofWords, 'early').inputs[0]!.values);
    assert.ok(words.size <= 8 && words.size >= 4, `${words.size}`);
    assert.ok(Math.min(...words) >= 1 && Math.max(...words) < 1000);
    assert.ok(made(ofWords, 'early').inputs[0]!.values instanceof Int32Array);
  });

  it('numbers have the scale that the program gives its inputs', () => {
    const input = { ...ofNumbers.data.inputs[0]!, kind: 'normal' as const, mean: 3, std: 0.1 };
    const scaled = { ...ofNumbers, data: { ...ofNumbers.data, inputs: [input] } };
    const values = Float32Array.from(made(scaled, 'all').inputs[0]!.values);
    const mean = values.reduce((sum, x) => sum + x / values.length, 0);
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2 / values.length, 0);
    assert.ok(Math.abs(mean - 3) < 0.01 && Math.abs(Math.sqrt(variance) - 0.1) < 0.01);
  });

  it('a series of single numbers with a number as its answer has two answers, well apart', () => {
    const series = sequential(
      [steps, 1],
      [
        ['SimpleRNN', { units: 5 }],
        ['Dense', { units: 1 }],
      ],
      classifier('mse'),
    );
    const answers = new Set(labelsOf(made(series, 'early')));
    assert.equal(answers.size, 2);
    const [low, high] = [Math.min(...answers), Math.max(...answers)];
    assert.ok(high - low > 1 && Math.abs(high + low) < 1e-6, `${low} to ${high}`);
  });

  it('a one-hot input has one 1 a step', () => {
    const input = { ...ofNumbers.data.inputs[0]!, kind: 'one-hot' as const };
    const letters = { ...ofNumbers, data: { ...ofNumbers.data, inputs: [input] } };
    const dataset = made(letters, 'early');
    assert.ok(seen(dataset, 5, 6).every((x) => x.reduce((sum, v) => sum + v, 0) === 1));
    assert.ok(told(dataset, 0, earlySteps(steps)) > 0.9);
    assert.ok(Math.abs(told(dataset, earlySteps(steps), steps) - 1 / 4) < 0.05);
  });
});
