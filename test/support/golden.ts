import fs from 'node:fs';
import path from 'node:path';
import type { LayerMeasurement, WeightMeasurement } from '../../src/core/report/report';

/** The comparison of shared/compare/golden_compare.py for the probe's part of a report: the same tolerances. */

const statistics = [
  'mean',
  'variance',
  'zeroShare',
  'signalFraction',
  'saturatedShare',
  'deadUnitShare',
  'gradientNorm',
] as const;
const weightStatistics = ['rms', 'gradientNorm', 'gradientRms', 'updateRms', 'updateRatio'] as const;
const noiseFactor = 10;

type Numbers = readonly (number | null)[];
type Named = Record<string, Numbers>;

interface ExpectedWeight extends Record<string, unknown> {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
}

interface ExpectedLayer extends Record<string, unknown> {
  readonly id: string;
  readonly free: readonly string[];
  readonly nonFinite: readonly number[];
  readonly weights: readonly ExpectedWeight[];
}

export interface Expected {
  readonly probe: {
    readonly batchSize: number;
    readonly measuredSteps: readonly number[];
    readonly loss: Numbers;
    readonly layers: readonly ExpectedLayer[];
  };
  readonly noise: {
    readonly loss?: Numbers;
    readonly layers?: readonly (Named & { id: string; weights?: readonly Named[] })[];
  } | null;
}

export interface Measured {
  readonly measuredSteps: readonly number[];
  readonly loss: Numbers;
  readonly layers: readonly LayerMeasurement[];
}

export const goldenFolder = path.resolve('test/fixtures/golden');

export function goldenNames(): string[] {
  return fs
    .readdirSync(goldenFolder)
    .filter((file) => file.endsWith('.expected.json'))
    .map((file) => file.slice(0, -'.expected.json'.length))
    .sort();
}

export function readExpected(name: string): Expected {
  return JSON.parse(fs.readFileSync(path.join(goldenFolder, `${name}.expected.json`), 'utf8')) as Expected;
}

const relative = (k: number) => 1e-4 * 10 ** (k / 5);
const lastPart = (name: string) => name.replace(':0', '').split('/').at(-1);

/** Pairs by last part of the name and shape, in order; what is left by shape, in order. */
function matchWeights(
  wanted: readonly ExpectedWeight[],
  got: readonly WeightMeasurement[],
): (WeightMeasurement | null)[] {
  const left = [...got];
  const take = (test: (w: WeightMeasurement) => boolean) => {
    const at = left.findIndex(test);
    return at < 0 ? null : (left.splice(at, 1)[0] ?? null);
  };
  const sameShape = (a: readonly number[], b: readonly number[]) => JSON.stringify(a) === JSON.stringify(b);
  const pairs = wanted.map((w) =>
    take((g) => lastPart(g.name) === lastPart(w.name) && sameShape(g.shape, w.shape)),
  );
  return pairs.map((found, i) => found ?? take((g) => sameShape(g.shape, wanted[i]!.shape)));
}

/** What differs from Keras beyond tolerance, the earliest step and there the worst first; empty where the probe reproduces it. */
export function compareGolden({ probe: wanted, noise }: Expected, got: Measured): string[] {
  const problems: { step: number; ratio: number; text: string }[] = [];
  const fail = (text: string, ratio = Infinity) =>
    problems.push({ step: Number(/ step (\d+):/.exec(text)?.[1] ?? -1), ratio, text });
  // what follows the first step that is not finite is anybody's
  const bad = wanted.measuredSteps.findIndex(
    (_, i) => wanted.loss[i] === null || wanted.layers.some((l) => l.nonFinite[i]! > 0),
  );
  const steps = wanted.measuredSteps
    .slice(0, bad < 0 ? undefined : bad + 1)
    .map((k) => ({ k, at: got.measuredSteps.indexOf(k) }));
  for (const { k, at } of steps) {
    if (at < 0) {
      return [`step ${k} was not measured`];
    }
  }

  const run = (
    where: string,
    want: Numbers,
    values: Numbers,
    slack: Numbers | undefined,
    base: (i: number, k: number) => number,
  ) => {
    steps.forEach(({ k, at }, i) => {
      const extra = slack === undefined ? 0 : i < slack.length ? slack[i] : 0;
      if (extra === null) {
        return;
      }
      const expected = want[i] ?? null;
      const value = values[at] ?? null;
      if (expected === null || value === null) {
        if (expected !== value) {
          fail(`${where} step ${k}: ${value}, Keras ${expected}`);
        }
        return;
      }
      const error = Math.abs(value - expected);
      const tolerance = base(i, k) + noiseFactor * (extra ?? 0);
      if (error > tolerance) {
        fail(
          `${where} step ${k}: ${value}, Keras ${expected} (${(error / tolerance).toPrecision(3)} x tolerance)`,
          error / tolerance,
        );
      }
    });
  };

  run(
    'loss',
    wanted.loss,
    got.loss,
    noise?.loss,
    (i, k) => relative(k) * Math.abs(wanted.loss[i] ?? 0) + 1e-7,
  );
  const mine = new Map(got.layers.map((layer) => [layer.id, layer]));
  const noisy = new Map((noise?.layers ?? []).map((layer) => [layer.id, layer]));
  for (const layer of wanted.layers) {
    const other = mine.get(layer.id);
    if (other === undefined) {
      fail(`probe of layer ${layer.id} is missing`);
      continue;
    }
    const slack = noisy.get(layer.id);
    for (const stat of statistics) {
      if (layer.free.includes(stat)) {
        continue;
      }
      const want = layer[stat] as Numbers;
      run(`${layer.id}.${stat}`, want, other[stat], slack?.[stat], (i, k) => {
        const v = want[i] ?? 0;
        const r = relative(k);
        switch (stat) {
          case 'mean':
            return r * Math.sqrt(v * v + ((layer['variance'] as Numbers)[i] ?? 0)) + 1e-30;
          case 'variance':
            return r * v + 1e-6 * ((layer['mean'] as Numbers)[i] ?? 0) ** 2 + 1e-30;
          case 'zeroShare':
          case 'saturatedShare':
            return 1e-3;
          case 'deadUnitShare':
            return 1e-6;
          case 'signalFraction':
            return r * v + 1e-6;
          default:
            return r * v + 1e-37;
        }
      });
    }
    steps.forEach(({ k, at }, i) => {
      if ((other.nonFinite[at] ?? 0) > 0 !== layer.nonFinite[i]! > 0) {
        fail(`${layer.id}.nonFinite step ${k}: ${other.nonFinite[at]}, Keras ${layer.nonFinite[i]}`);
      }
    });
    matchWeights(layer.weights, other.weights).forEach((g, j) => {
      const w = layer.weights[j]!;
      const where = `${layer.id}.${w.name}`;
      if (g === null) {
        fail(`weight ${where} (${w.shape.join(', ')}) is missing`);
        return;
      }
      if (g.trainable !== w.trainable) {
        fail(`${where}.trainable: ${g.trainable}, Keras ${w.trainable}`);
      }
      for (const stat of weightStatistics) {
        if (!w.trainable && stat.startsWith('gradient')) {
          continue;
        }
        const want = w[stat] as Numbers;
        const rms = w['rms'] as Numbers;
        const values =
          stat === 'updateRatio'
            ? g[stat].map((v, at) => (want[at] === null && rms[at] === 0 ? null : v))
            : g[stat];
        run(`${where}.${stat}`, want, values, slack?.weights?.[j]?.[stat], (i, k) => {
          const moves = stat.startsWith('update');
          const grain = moves ? 2 ** -25 * (stat === 'updateRatio' ? 1 : (rms[i] ?? 0)) : 0;
          return relative(k) * (want[i] ?? 0) + grain + 1e-37;
        });
      }
    });
  }
  return problems.sort((a, b) => a.step - b.step || b.ratio - a.ratio).map(({ text }) => text);
}
