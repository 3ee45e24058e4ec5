import assert from 'node:assert/strict';
import type { ModelSpec } from '../../../src/core/model/spec';
import { rememberedData } from '../../../src/probe/data/remembered';
import { syntheticData } from '../../../src/probe/data/synthetic';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { trainingPlan } from '../../../src/probe/training/plan';
import { sequential } from '../../support/kerasModel';

const model = (features: number, loss: string, hidden = 4): ModelSpec =>
  sequential(
    [features],
    [
      ['Dense', { units: hidden }],
      ['Dense', { units: 3, activation: 'softmax' }],
    ],
    { optimizer: 'sgd', loss },
  );

describe('remembered data', () => {
  const sparse = 'sparse_categorical_crossentropy';
  const scaled = { ...model(6, sparse) };
  const input = { ...scaled.data.inputs[0]!, kind: 'normal' as const, mean: 3, std: 2 };
  const others: readonly [string, ModelSpec, number][] = [
    ['as at first', model(6, sparse), 1],
    ['another seed', model(6, sparse), 2],
    ['other inputs', model(7, sparse), 1],
    ['another loss', model(6, 'categorical_crossentropy'), 1],
    ['another scale', { ...scaled, data: { ...scaled.data, inputs: [input] } }, 1],
    ['as at first again', model(6, sparse), 1],
  ];
  for (const [what, spec, seed] of others) {
    it(`are what would be made anew: ${what}`, async () => {
      const { losses } = trainingPlan(spec, await loadEngine('wasm'));
      assert.deepEqual(
        rememberedData(spec, losses, [[3]], 32, seed),
        syntheticData(spec, losses, [[3]], 32, seed),
      );
    });
  }

  it('are not made again for a model that differs in its layers only', async () => {
    const { losses } = trainingPlan(model(6, sparse), await loadEngine('wasm'));
    const first = rememberedData(model(6, sparse), losses, [[3]], 32, 1);
    assert.equal(rememberedData(model(6, sparse, 9), losses, [[3]], 32, 1), first);
  });
});
