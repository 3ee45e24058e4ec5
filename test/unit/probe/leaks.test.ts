import assert from 'node:assert/strict';
import type { ModelSpec } from '../../../src/core/model/spec';
import * as tf from '../../../src/probe/engine/tf';
import { runProbe } from '../../../src/probe/runProbe';
import { sequential } from '../../support/kerasModel';

const mse = { optimizer: 'adam', loss: 'mse' };
const nets: readonly ModelSpec[] = [
  sequential(
    [8],
    [
      ['Dense', { units: 8, activation: 'relu' }],
      ['BatchNormalization', {}],
      ['Dense', { units: 1 }],
    ],
    mse,
  ),
  sequential(
    [8, 8, 4],
    [
      ['Conv2D', { filters: 8, kernel_size: 3, activation: 'relu' }],
      ['Conv2D', { filters: 8, kernel_size: 3, padding: 'same' }],
      ['MaxPooling2D', {}],
      ['Flatten', {}],
      ['Dense', { units: 1 }],
    ],
    { optimizer: 'sgd', loss: 'mse' },
  ),
  sequential(
    [5],
    [
      ['Embedding', { input_dim: 20, output_dim: 4 }],
      ['LSTM', { units: 4 }],
      ['Dense', { units: 1 }],
    ],
    { optimizer: 'rmsprop', loss: 'mse' },
    'int32',
  ),
  sequential(
    [6, 4],
    [
      ['Dense', { units: 4, kernel_regularizer: { class_name: 'L2', config: { l2: 0.01 } } }],
      ['GRU', { units: 4 }],
      ['Dense', { units: 1 }],
    ],
    mse,
  ),
];

async function probe(spec: ModelSpec, seed: number): Promise<void> {
  await runProbe(
    {
      spec,
      measuredSteps: [0, 2],
      seeds: [seed],
      batchSize: 8,
      engine: 'wasm',
      weightsPath: null,
      dataPath: null,
      budget: { timeMs: 20_000, memoryBytes: 2 ** 31 },
    },
    { signal: new AbortController().signal, progress: () => undefined },
  );
}

describe('many probes in one process', () => {
  it('keep no tensor and no memory: 200 probes', async function () {
    this.timeout(20_000);
    const heap = (): number =>
      (tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } }).wasm.HEAPU8.length;
    for (const spec of nets) {
      await probe(spec, 0);
    }
    const before = { tensors: tf.memory().numTensors, heap: heap() };
    for (let i = 0; i < 200; i++) {
      await probe(nets[i % nets.length]!, i);
    }
    assert.deepEqual({ tensors: tf.memory().numTensors, heap: heap() }, before);
  });
});
