import assert from 'node:assert/strict';
import type { Config } from '../../../src/core/model/spec';
import { findOptimizer, completeConfig } from '../../../src/core/model/catalogue/catalogue';
import type { Engine } from '../../../src/probe/engine/engine';
import { EngineBuffer } from '../../../src/probe/engine/buffer';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import type { Gradient } from '../../../src/probe/optimizers/gradient';
import { Optimizer } from '../../../src/probe/optimizers/optimizer';

/**
 * Weights after five steps of Keras 3.15.1 (TensorFlow 2.21, float32, compiled) with given gradients:
 *
 *     ws = [keras.Variable(w, name=n) for n, w in start]          # 'kernel' (2, 3), 'tall' (3, 2) its transpose, 'bias' (3,)
 *     for t in range(5):
 *         gs = [[[sin(1 + 3 * i + j + t * (i + 1)) for j in columns] for i in rows], …, [cos(j + t) for j in range(3)]]
 *         apply(gs)                                            # tf.function(lambda gs: optimizer.apply(gs, ws))
 */
const kernel = [0.5, -0.2, 0.1, 0.3, 0.8, -0.6];
const tall = [0.5, 0.3, -0.2, 0.8, 0.1, -0.6];
const bias = [0.1, -0.3, 0.2];

interface Row {
  readonly name: string;
  readonly className: string;
  readonly config: Config;
  readonly expected: readonly (readonly number[])[];
}

const rows: readonly Row[] = [
  {
    name: 'Muon',
    className: 'Muon',
    config: { learning_rate: 0.02 },
    expected: [
      [0.4879007, -0.1977478, 0.1142066, 0.3068354, 0.7994838, -0.6069275],
      [0.4842021, 0.3069558, -0.1886785, 0.7972874, 0.09809457, -0.6084029],
      [0.05864089, -0.2906609, 0.2727704],
    ],
  },
  {
    name: 'Muon without nesterov, decay and scale',
    className: 'Muon',
    config: {
      learning_rate: 0.02,
      nesterov: false,
      rms_rate: null,
      weight_decay: null,
      adam_weight_decay: null,
      adam_lr_ratio: 0.5,
    },
    expected: [
      [0.4576306, -0.1990339, 0.1434133, 0.3310007, 0.8141795, -0.6156782],
      [0.4391626, 0.3237886, -0.1583959, 0.8081317, 0.1011989, -0.6405137],
      [0.0793343, -0.2953925, 0.2364327],
    ],
  },
  {
    name: 'Muon that leaves a layer to Adam',
    className: 'Muon',
    config: { learning_rate: 0.02, exclude_layers: ['kern'] },
    expected: [
      [0.4391632, -0.2226011, 0.129608, 0.3467548, 0.8277625, -0.5919542],
      [0.4842021, 0.3069558, -0.1886785, 0.7972874, 0.09809457, -0.6084029],
      [0.05864089, -0.2906609, 0.2727704],
    ],
  },
  {
    name: 'ScheduleFreeAdamW',
    className: 'ScheduleFreeAdamW',
    config: { learning_rate: 0.02 },
    expected: [
      [-0.02574379, 0.001371581, 0.01785429, 0.02123085, 0.008051163, 0.009181567],
      [-0.02574379, 0.001371581, 0.02123085, 0.008051163, -0.0114506, -0.01183663],
      [-0.01002997, 0.01674639, 0.0427963],
    ],
  },
  {
    name: 'ScheduleFreeAdamW with warm-up and decay',
    className: 'ScheduleFreeAdamW',
    config: { learning_rate: 0.02, warmup_steps: 3, weight_decay: 0.1 },
    expected: [
      [-0.006818602, 0.01585903, 0.02372098, 0.005268321, -0.001016055, 0.003095948],
      [-0.006818602, 0.01585903, 0.005268321, -0.001016055, -0.002916415, -0.003854422],
      [0.00691288, 0.02543423, 0.02242472],
    ],
  },
  {
    name: 'Adam over two steps an update, clipped and decayed',
    className: 'Adam',
    config: { learning_rate: 0.02, gradient_accumulation_steps: 2, clipnorm: 1, weight_decay: 0.01 },
    expected: [
      [0.4719453, -0.2144528, 0.1393051, 0.3264951, 0.8390917, -0.6149173],
      [0.4729985, 0.2867689, -0.1745491, 0.8387157, 0.06003345, -0.5899496],
      [0.07961762, -0.3060982, 0.2365329],
    ],
  },
  {
    name: 'SGD over two steps an update, averaged',
    className: 'SGD',
    config: {
      learning_rate: 0.02,
      momentum: 0.9,
      gradient_accumulation_steps: 2,
      use_ema: true,
      ema_overwrite_frequency: 3,
    },
    expected: [
      [0.4823013, -0.2103509, 0.1065135, 0.3104591, 0.8031904, -0.6070116],
      [0.4823013, 0.2896491, -0.1895409, 0.8031904, 0.0988238, -0.5998976],
      [0.08460093, -0.3009368, 0.2143869],
    ],
  },
];

function gradientsOf(t: number): Gradient[] {
  const dense = (values: number[]): Gradient => ({ kind: 'dense', values: Float32Array.from(values) });
  const wave = (height: number, width: number) =>
    dense(
      Array.from({ length: height * width }, (_, k) => {
        const [i, j] = [Math.floor(k / width), k % width];
        return Math.sin(1 + 3 * i + j + t * (i + 1));
      }),
    );
  return [wave(2, 3), wave(3, 2), dense([0, 1, 2].map((j) => Math.cos(j + t)))];
}

function train(engine: Engine, { className, config }: Row): number[][] {
  const definition = findOptimizer(className)!;
  const optimizer = new Optimizer(
    { className, config: completeConfig(definition, config), site: null, form: 'object' },
    engine,
  );
  assert.deepEqual(optimizer.notes, []);
  const buffers = [kernel, tall, bias].map((start) => {
    const buffer = new EngineBuffer(engine, start.length);
    buffer.values.set(start);
    return buffer;
  });
  const weights = buffers.map((buffer, i) => ({
    path: ['kernel', 'tall', 'bias'][i]!,
    shape: [[2, 3], [3, 2], [3]][i]!,
    constraint: null,
    get values() {
      return buffer.values;
    },
  }));
  for (let t = 0; t < 5; t++) {
    optimizer.apply(weights, gradientsOf(t));
  }
  const result = weights.map(({ values }) => [...values]);
  optimizer.dispose();
  buffers.forEach((buffer) => buffer.dispose());
  return result;
}

describe('optimizers', () => {
  for (const name of ['wasm', 'cpu'] as const) {
    for (const row of rows) {
      it(`${row.name} moves weights as Keras does, on ${name}`, async () => {
        const made = train(await loadEngine(name), row);
        row.expected.forEach((values, i) =>
          values.forEach((wanted, k) => {
            // seven digits were written down
            const own = made[i]![k]!;
            assert.ok(Math.abs(own - wanted) <= 2e-6, `weight ${i}[${k}]: ${own}, Keras ${wanted}`);
          }),
        );
      });
    }
  }
});
