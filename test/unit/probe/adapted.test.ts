import assert from 'node:assert/strict';
import { unknownData } from '../../../src/core/model/modelSpec';
import type { SeedMeasurement } from '../../../src/core/model/measurement';
import type { ModelSpec } from '../../../src/core/model/spec';
import { runProbe } from '../../../src/probe/runProbe';
import { sequential } from '../../support/kerasModel';

const large = {
  kind: 'normal',
  mean: 500,
  std: 2000,
  min: null,
  max: null,
  zeroShare: null,
  range: null,
} as const;

async function measured(config: Readonly<Record<string, number>>): Promise<SeedMeasurement> {
  const spec: ModelSpec = {
    ...sequential(
      [3],
      [
        ['Normalization', config],
        ['Dense', { units: 1 }],
      ],
      { optimizer: 'adam', loss: 'mse' },
    ),
    data: { ...unknownData, inputs: [large] },
  };
  const { seeds } = await runProbe(
    {
      spec,
      measuredSteps: [0],
      seeds: [1],
      batchSize: 64,
      engine: 'wasm',
      nativePath: null,
      weightsPath: null,
      dataPath: null,
      budget: { timeMs: 20_000, memoryBytes: 2e9 },
    },
    { signal: new AbortController().signal, progress: () => undefined },
  );
  const [seed] = seeds;
  assert.ok(seed);
  return seed;
}

describe('Normalization', () => {
  it('is taken to be adapted to the data', async () => {
    const [layer] = (await measured({})).layers;
    assert.ok(Math.abs(layer?.mean[0] ?? NaN) < 1e-3, String(layer?.mean[0]));
    assert.ok(Math.abs((layer?.variance[0] ?? NaN) - 1) < 0.05, String(layer?.variance[0]));
  });

  it('uses the statistics that are written', async () => {
    const [layer] = (await measured({ mean: 500, variance: 1e4 })).layers;
    const variance = layer?.variance[0] ?? NaN;
    assert.ok(variance > 200 && variance < 800, String(variance));
  });
});
