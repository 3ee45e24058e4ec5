import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json, LossSpec, ModelSpec } from '../../../src/core/model/spec';
import type { Engine } from '../../../src/probe/engine/engine';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import * as tf from '../../../src/probe/engine/tf';
import { ModelWeights } from '../../../src/probe/graph/weights';
import { RandomStream } from '../../../src/probe/initializers/random';
import { dense } from '../../../src/probe/optimizers/gradient';
import { type Batch, computeGradients, computeLoss, type Model } from '../../../src/probe/training/step';
import { computedLosses, lossOf } from '../../../src/probe/losses/losses';
import { computedClasses } from '../../../src/probe/layers/table';
import { sequential } from '../../support/kerasModel';
import { checkFunction, checkLayer, draw, whole } from './finiteDifference';
import { type LossSample, lossCases } from './lossCases';
import { layerCases, withoutGradient } from './layerCases';

type Config = { readonly [key: string]: Json };
interface Case {
  readonly name: string;
  readonly input: readonly number[];
  readonly layers: readonly (readonly [string, Config])[];
  readonly loss?: LossSpec;
  readonly target?: 'classes' | 'one-hot' | 'binary' | 'positive' | 'real';
  readonly integers?: number;
}

const mse: LossSpec = { className: 'MeanSquaredError', config: {}, weight: 1 };
const batch = 3;

/** Layers with ragged sizes: channels and units that are no multiples of four, strides, dilation, groups. */
const cases: readonly Case[] = [
  {
    name: 'Dense',
    input: [7],
    layers: [
      ['Dense', { units: 5, activation: 'tanh' }],
      ['Dense', { units: 3 }],
    ],
  },
  { name: 'Dense over time', input: [4, 6], layers: [['Dense', { units: 5, activation: 'sigmoid' }]] },
  {
    name: 'EinsumDense',
    input: [4, 6],
    layers: [['EinsumDense', { equation: 'abc,cd->abd', output_shape: [4, 5], bias_axes: 'd' }]],
  },
  ...[
    'elu',
    'selu',
    'gelu',
    'silu',
    'mish',
    'softplus',
    'softsign',
    'exponential',
    'softmax',
    'celu',
    'squareplus',
    'log_softmax',
  ].map((activation): Case => ({
    name: activation,
    input: [6],
    layers: [['Dense', { units: 5, activation }]],
  })),
  {
    name: 'Conv1D causal',
    input: [9, 3],
    layers: [['Conv1D', { filters: 5, kernel_size: [3], dilation_rate: [2], padding: 'causal' }]],
  },
  {
    name: 'Conv2D',
    input: [7, 6, 3],
    layers: [['Conv2D', { filters: 5, kernel_size: [3, 2], activation: 'tanh' }]],
  },
  {
    name: 'Conv2D, stride 2, same',
    input: [7, 6, 4],
    layers: [['Conv2D', { filters: 6, kernel_size: [3, 3], strides: [2, 2], padding: 'same' }]],
  },
  {
    name: 'Conv2D, dilated',
    input: [9, 8, 2],
    layers: [['Conv2D', { filters: 3, kernel_size: [3, 3], dilation_rate: [2, 2] }]],
  },
  {
    name: 'Conv2D, grouped',
    input: [5, 5, 6],
    layers: [['Conv2D', { filters: 9, kernel_size: [3, 3], groups: 3, padding: 'same' }]],
  },
  {
    name: 'Conv3D',
    input: [4, 5, 4, 2],
    layers: [['Conv3D', { filters: 3, kernel_size: [2, 3, 2], strides: [1, 2, 1], padding: 'same' }]],
  },
  {
    name: 'Conv2DTranspose',
    input: [4, 3, 3],
    layers: [['Conv2DTranspose', { filters: 5, kernel_size: [3, 2], strides: [2, 2], padding: 'same' }]],
  },
  {
    name: 'Conv1DTranspose',
    input: [5, 3],
    layers: [['Conv1DTranspose', { filters: 4, kernel_size: [3], strides: [2] }]],
  },
  {
    name: 'DepthwiseConv2D',
    input: [6, 5, 3],
    layers: [['DepthwiseConv2D', { kernel_size: [3, 3], depth_multiplier: 2, padding: 'same' }]],
  },
  {
    name: 'SeparableConv2D',
    input: [6, 5, 3],
    layers: [['SeparableConv2D', { filters: 5, kernel_size: [3, 3] }]],
  },
  {
    name: 'MaxPooling2D',
    input: [7, 6, 3],
    layers: [
      ['Dense', { units: 3 }],
      ['MaxPooling2D', { pool_size: [3, 2], strides: [2, 2], padding: 'same' }],
    ],
  },
  {
    name: 'MaxPooling3D',
    input: [4, 5, 4, 2],
    layers: [
      ['Dense', { units: 3 }],
      ['MaxPooling3D', { pool_size: [2, 2, 2] }],
    ],
  },
  {
    name: 'AveragePooling2D',
    input: [7, 6, 3],
    layers: [
      ['Dense', { units: 3 }],
      ['AveragePooling2D', { pool_size: [3, 2], strides: [2, 2], padding: 'same' }],
    ],
  },
  {
    name: 'GlobalMaxPooling1D',
    input: [5, 4],
    layers: [
      ['Dense', { units: 3 }],
      ['GlobalMaxPooling1D', {}],
    ],
  },
  {
    name: 'BatchNormalization',
    input: [6],
    layers: [
      ['Dense', { units: 5 }],
      ['BatchNormalization', {}],
    ],
  },
  {
    name: 'BatchNormalization of images',
    input: [3, 3, 5],
    layers: [
      ['Conv2D', { filters: 6, kernel_size: [2, 2] }],
      ['BatchNormalization', {}],
    ],
  },
  {
    name: 'LayerNormalization',
    input: [4, 6],
    layers: [
      ['Dense', { units: 5 }],
      ['LayerNormalization', {}],
    ],
  },
  {
    name: 'GroupNormalization',
    input: [4, 6],
    layers: [
      ['Dense', { units: 6 }],
      ['GroupNormalization', { groups: 3 }],
    ],
  },
  {
    name: 'UnitNormalization',
    input: [6],
    layers: [
      ['Dense', { units: 5 }],
      ['UnitNormalization', {}],
    ],
  },
  {
    name: 'PReLU',
    input: [6],
    layers: [
      ['Dense', { units: 5 }],
      ['PReLU', { alpha_initializer: { class_name: 'Constant', config: { value: 0.3 } } }],
    ],
  },
  ...[true, false].flatMap((sequences): Case[] => [
    {
      name: `SimpleRNN ${sequences}`,
      input: [5, 3],
      layers: [['SimpleRNN', { units: 6, return_sequences: sequences }]],
    },
    {
      name: `LSTM ${sequences}`,
      input: [5, 3],
      layers: [['LSTM', { units: 6, return_sequences: sequences }]],
    },
    {
      name: `LSTM of another activation ${sequences}`,
      input: [5, 3],
      layers: [['LSTM', { units: 5, activation: 'softsign', return_sequences: sequences }]],
    },
    { name: `GRU ${sequences}`, input: [5, 3], layers: [['GRU', { units: 6, return_sequences: sequences }]] },
    {
      name: `GRU, reset before ${sequences}`,
      input: [5, 3],
      layers: [['GRU', { units: 6, reset_after: false, return_sequences: sequences, go_backwards: true }]],
    },
    {
      name: `Bidirectional ${sequences}`,
      input: [5, 3],
      layers: [
        [
          'Bidirectional',
          {
            merge_mode: 'concat',
            layer: { class_name: 'LSTM', config: { name: 'lstm', units: 5, return_sequences: sequences } },
          },
        ],
      ],
    },
  ]),
  {
    name: 'TimeDistributed',
    input: [4, 6],
    layers: [
      [
        'TimeDistributed',
        { layer: { class_name: 'Dense', config: { name: 'dense', units: 5, activation: 'tanh' } } },
      ],
    ],
  },
  {
    name: 'Embedding with a mask',
    input: [6],
    integers: 5,
    layers: [
      ['Embedding', { input_dim: 5, output_dim: 3, mask_zero: true }],
      ['LSTM', { units: 4 }],
      ['Dense', { units: 2 }],
    ],
  },
  {
    name: 'UpSampling2D',
    input: [3, 2, 2],
    layers: [
      ['Dense', { units: 3 }],
      ['UpSampling2D', { size: [2, 3] }],
    ],
  },
  ...[true, false].map((sequences): Case => ({
    name: `ConvLSTM2D ${sequences}`,
    input: [3, 5, 4, 2],
    layers: [
      ['ConvLSTM2D', { filters: 3, kernel_size: [3, 2], padding: 'same', return_sequences: sequences }],
    ],
  })),
  {
    name: 'ReLU with all arguments',
    input: [6],
    layers: [
      ['Dense', { units: 5 }],
      ['ReLU', { threshold: 0.2, negative_slope: 0.1, max_value: 1 }],
    ],
  },
  ...(
    [
      ['BinaryCrossentropy', 'binary', 'sigmoid'],
      ['BinaryCrossentropy', 'binary', 'tanh'],
      ['BinaryFocalCrossentropy', 'binary', 'sigmoid'],
      ['CategoricalCrossentropy', 'one-hot', 'softmax'],
      ['CategoricalCrossentropy', 'one-hot', 'exponential'],
      ['CategoricalFocalCrossentropy', 'one-hot', 'softmax'],
      ['CategoricalGeneralizedCrossEntropy', 'classes', 'softmax'],
      ['SparseCategoricalCrossentropy', 'classes', 'softmax'],
      ['SparseCategoricalCrossentropy', 'classes', 'exponential'],
      ['KLDivergence', 'one-hot', 'softmax'],
      ['Poisson', 'positive', 'softplus'],
      ['MeanAbsoluteError', 'real', 'linear'],
      ['MeanSquaredLogarithmicError', 'positive', 'softplus'],
      ['MeanAbsolutePercentageError', 'positive', 'linear'],
      ['CosineSimilarity', 'real', 'linear'],
      ['LogCosh', 'real', 'linear'],
      ['Huber', 'real', 'linear'],
      ['SquaredHinge', 'binary', 'linear'],
      ['CategoricalHinge', 'one-hot', 'linear'],
      ['Dice', 'binary', 'sigmoid'],
      ['Tversky', 'binary', 'sigmoid'],
    ] as const
  ).map(([className, target, activation]): Case => ({
    name: `${className} after ${activation}`,
    input: [6],
    layers: [
      ['Dense', { units: 5, activation: 'tanh' }],
      ['Dense', { units: 4, activation }],
    ],
    loss: { className, config: className === 'Huber' ? { delta: 0.5 } : {}, weight: 1 },
    target,
  })),
];

function makeBatch(spec: ModelSpec, { integers, target = 'real' }: Case, random: RandomStream): Batch {
  const shapeOf = (tensor: number) => [batch, ...spec.tensors[tensor]!.shape.slice(1)] as number[];
  const fill = (shape: readonly number[], draw: () => number, dtype: 'float32' | 'int32' = 'float32') =>
    tf.tensor(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, draw), [...shape], dtype);
  const input = shapeOf(spec.inputs[0]!.tensor);
  const output = shapeOf(spec.outputs[0]!.tensor);
  const width = output.at(-1)!;
  const x =
    integers === undefined
      ? fill(input, () => random.normal())
      : fill(input, () => random.below(integers), 'int32');
  switch (target) {
    case 'classes':
      return { inputs: [x], targets: [fill(output.slice(0, -1), () => random.below(width), 'int32')] };
    case 'one-hot': {
      let hot = 0;
      return { inputs: [x], targets: [fill(output, () => (hot++ % (width + 1) === 0 ? 1 : 0))] };
    }
    case 'binary':
      return { inputs: [x], targets: [fill(output, () => random.below(2))] };
    case 'positive':
      return { inputs: [x], targets: [fill(output, () => 0.5 + random.uniform())] };
    default:
      return { inputs: [x], targets: [fill(output, () => random.normal())] };
  }
}

function build(engine: Engine, one: Case): { model: Model; batch: Batch; free: () => void } {
  const spec = sequential(one.input, one.layers, null, one.integers === undefined ? 'float32' : 'int32');
  const weights = new ModelWeights(spec, engine, 3, null);
  // away from zeros and ones
  const random = new RandomStream('weights');
  for (const weight of weights.all) {
    if (weight.spec.trainable) {
      weight.values.forEach((w, i, all) => (all[i] = w + 0.2 * random.normal()));
      weight.commit();
    }
  }
  const made = makeBatch(spec, one, new RandomStream('data'));
  return {
    model: { spec, losses: [one.loss ?? mse], engine, weights },
    batch: made,
    free: () => {
      weights.dispose();
      [...made.inputs, ...made.targets].forEach((t) => t.dispose());
    },
  };
}

function gradientsOf(model: Model, data: Batch): { loss: number; gradients: Float32Array[] } {
  const made = computeGradients(model, data, { recorder: null, commits: false });
  const gradients = made.gradients.map((g, i) => dense(g, model.weights.trainable[i]!.values.length).slice());
  made.dispose();
  return { loss: made.loss, gradients };
}

describe('gradients', () => {
  for (const one of cases) {
    it(`${one.name} agrees with finite differences and with the reference engine`, async () => {
      const reference = await loadEngine('cpu');
      const plain = build(reference, one);
      const expected = gradientsOf(plain.model, plain.batch);
      plain.free();

      const engine = await loadEngine('wasm');
      const tensors = tf.memory().numTensors;
      const { model, batch: data, free } = build(engine, one);
      const { loss, gradients } = gradientsOf(model, data);
      assert.ok(
        Math.abs(loss - expected.loss) <= 2e-5 * (1 + Math.abs(expected.loss)),
        `loss ${loss}, reference ${expected.loss}`,
      );
      gradients.forEach((gradient, i) => {
        const other = expected.gradients[i]!;
        const scale = Math.max(1e-3, ...other.map(Math.abs));
        gradient.forEach((g, k) =>
          assert.ok(
            Math.abs(g - other[k]!) <= 2e-4 * scale,
            `weight ${i}[${k}]: ${g}, reference ${other[k]}`,
          ),
        );
      });

      // a step along the gradient: one number that every entry takes part in
      const random = new RandomStream('direction');
      model.weights.trainable.forEach((weight, i) => {
        const start = weight.values.slice();
        const direction = start.map(() => random.normal());
        const at = (step: number) => {
          weight.values.set(start.map((w, k) => w + step * direction[k]!));
          weight.commit();
          return computeLoss(model, data);
        };
        const step = 2e-3;
        const slope = (at(step) - at(-step)) / (2 * step);
        weight.values.set(start);
        weight.commit();
        const wanted = direction.reduce((sum, d, k) => sum + d * gradients[i]![k]!, 0);
        const size = Math.sqrt(gradients[i]!.reduce((sum, g) => sum + g * g, 0)) + 1e-2;
        assert.ok(Math.abs(slope - wanted) <= 0.05 * size, `weight ${i}: slope ${slope}, gradient ${wanted}`);
      });
      free();
      assert.equal(tf.memory().numTensors, tensors);
    });
  }
});

/** The same samples in every run; SEED=… tries others. */
const seed = Number(process.env['SEED'] ?? 315);
const numRuns = Number(process.env['RUNS'] ?? 12);

function checkLoss(engine: Engine, className: string, sample: LossSample, own: number): void {
  const { shape, config, prediction, sparse, logits, masked } = sample;
  const random = new RandomStream(`loss ${own}`);
  const values = draw(
    prediction,
    shape.reduce((a, b) => a * b, 1),
    random,
  );
  const made = tf.tensor(values, [...shape]);
  const x = tf.variable(made, false);
  const wanted = sample.target(random, values, shape.at(-1)!);
  const target = tf.tensor(wanted, sparse ? shape.slice(0, -1) : [...shape], sparse ? 'int32' : 'float32');
  // one step at least counts
  const mask = masked
    ? tf.tensor(
        Float32Array.from({ length: shape[0]! * shape[1]! }, (_, i) => (i === 0 ? 1 : random.below(2))),
        shape.slice(0, 2),
      )
    : null;
  try {
    const f = (p: tf.Tensor) =>
      lossOf(
        { className, config, weight: 1 },
        { engine, target, prediction: logits ? made : p, logits: logits ? p : null, mask },
      );
    checkFunction(engine, f, x, random);
  } finally {
    [made, x, target, mask].forEach((t) => t?.dispose());
  }
}

describe('finite differences', () => {
  for (const [className, shapes] of Object.entries(layerCases)) {
    it(`agree with the gradient of any ${className}`, async () => {
      const engine = await loadEngine('wasm');
      const tensors = tf.memory().numTensors;
      fc.assert(
        fc.property(shapes, whole(0, 999), (made, own) =>
          checkLayer(engine, { className, ...made, seed: own }),
        ),
        { seed, numRuns },
      );
      assert.equal(tf.memory().numTensors, tensors);
    });
  }

  for (const [className, samples] of Object.entries(lossCases)) {
    it(`agree with the gradient of any ${className}`, async () => {
      const engine = await loadEngine('wasm');
      const tensors = tf.memory().numTensors;
      fc.assert(
        fc.property(samples, whole(0, 999), (sample, own) => checkLoss(engine, className, sample, own)),
        { seed, numRuns },
      );
      assert.equal(tf.memory().numTensors, tensors);
    });
  }

  it('are taken of every loss that the probe computes', () => {
    assert.deepEqual(Object.keys(lossCases).toSorted(), computedLosses.toSorted());
  });

  it('are taken of every layer class that the probe computes, or there is a reason', () => {
    const tried = [...Object.keys(layerCases), ...Object.keys(withoutGradient)];
    assert.deepEqual(tried.toSorted(), computedClasses.toSorted());
  });
});
