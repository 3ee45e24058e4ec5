import assert from 'node:assert/strict';
import type { ModelSpec } from '../../../src/core/model/spec';
import { estimateCost, stepCost } from '../../../src/probe/budget/cost';
import { type BudgetRequest, fitBudget } from '../../../src/probe/budget/fitBudget';
import { resize } from '../../../src/probe/budget/resize';
import { sequential } from '../../support/kerasModel';

const adam = { optimizer: 'adam', loss: 'sparse_categorical_crossentropy' };
const request: BudgetRequest = {
  batchSize: 32,
  steps: 51,
  seeds: 3,
  budget: { timeMs: 10_000, memoryBytes: 2 ** 31 },
  fixedData: false,
};
const ids = (notes: readonly { id: string }[]): string[] => notes.map(({ id }) => id);
const units = (spec: ModelSpec): unknown[] =>
  spec.layers.flatMap(({ weights }) => weights.map(({ shape }) => shape.at(-1)));

function vgg(size: number): ModelSpec {
  const stages = [64, 128, 256, 512].flatMap(
    (filters) =>
      [
        ['Conv2D', { filters, kernel_size: 3, padding: 'same', activation: 'relu' }],
        ['Conv2D', { filters, kernel_size: 3, padding: 'same', activation: 'relu' }],
        ['MaxPooling2D', {}],
      ] as const,
  );
  const head = [
    ['Flatten', {}],
    ['Dense', { units: 1024, activation: 'relu' }],
    ['Dense', { units: 10, activation: 'softmax' }],
  ] as const;
  return sequential([size, size, 3], [...stages, ...head], adam);
}

describe('the planner', () => {
  it('leaves a small model as it is', () => {
    const spec = sequential([12], [['Dense', { units: 4, activation: 'softmax' }]], adam);
    const fitted = fitBudget(spec, request);
    assert.equal(fitted.spec, spec);
    assert.equal(fitted.batchSize, 32);
    assert.deepEqual(fitted.notes, []);
  });

  it('makes batch and images smaller, not depth or width, and infers every shape afresh', () => {
    const spec = vgg(224);
    const fitted = fitBudget(spec, request);
    assert.deepEqual(ids(fitted.notes), ['batch', 'size']);
    assert.equal(fitted.spec.layers.length, spec.layers.length);
    assert.deepEqual(units(fitted.spec), units(spec));
    const size = fitted.spec.tensors[fitted.spec.inputs[0]!.tensor]!.shape[1]!;
    assert.ok(size >= 32 && size < 224);
    assert.deepEqual(
      fitted.spec.tensors.map(({ shape }) => shape),
      vgg(size).tensors.map(({ shape }) => shape),
    );
    const { timeMs, bytes } = stepCost(estimateCost(fitted.spec), fitted.batchSize);
    assert.ok(size === 56 || size === 32 || (timeMs * 30 <= 10_000 && bytes <= 2 ** 31), `${size} ${timeMs}`);
  });

  it('makes images smaller where only memory is short', () => {
    const fitted = fitBudget(vgg(224), { ...request, budget: { timeMs: 1e9, memoryBytes: 6e8 } });
    assert.deepEqual(ids(fitted.notes), ['batch', 'size']);
    assert.ok(stepCost(estimateCost(fitted.spec), fitted.batchSize).bytes <= 6e8);
  });

  it('cuts a vocabulary that the time does not allow', () => {
    const spec = sequential(
      [200],
      [
        ['Embedding', { input_dim: 50_000, output_dim: 128 }],
        ['LSTM', { units: 128 }],
        ['Dense', { units: 1 }],
      ],
      { optimizer: 'adam', loss: 'mse' },
      'int32',
    );
    const fitted = fitBudget(spec, request);
    assert.ok(ids(fitted.notes).includes('vocabulary'));
    assert.deepEqual(
      fitted.spec.layers.find(({ className }) => className === 'Embedding')?.weights[0]?.shape,
      [2000, 128],
    );
  });

  it('goes by what the machine does', () => {
    const spec = vgg(32);
    const few = { ...request, steps: 10, seeds: 1 };
    const quick = fitBudget(spec, { ...few, speed: { productsPerSecond: 1e12 } });
    const slow = fitBudget(spec, { ...few, speed: { productsPerSecond: 1e8 } });
    assert.ok(slow.batchSize < quick.batchSize);
  });

  it('leaves sizes alone where data come from a file', () => {
    const fitted = fitBudget(vgg(224), { ...request, fixedData: true });
    assert.deepEqual(ids(fitted.notes), ['batch']);
  });

  it('does not resize a model that is written for one size', () => {
    const spec = sequential([64], [['Reshape', { target_shape: [8, 8] }]], adam);
    assert.equal(resize(spec, [[32]]), null);
  });
});
