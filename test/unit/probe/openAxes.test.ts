import assert from 'node:assert/strict';
import { withRoom } from '../../../src/probe/budget/openAxes';
import { fitBudget } from '../../../src/probe/budget/fitBudget';
import { inputShapes } from '../../../src/probe/data/shapes';
import { sequential } from '../../support/kerasModel';

const convolutions = (count: number) =>
  Array.from({ length: count }, () => [
    ['Conv1D', { filters: 4, kernel_size: 5 }] as const,
    ['MaxPooling1D', { pool_size: 3 }] as const,
  ]).flat();

const net = (count: number) =>
  sequential([null, 3], [...convolutions(count), ['GlobalMaxPooling1D', {}], ['Dense', { units: 1 }]], {
    optimizer: 'adam',
    loss: 'mse',
  });

describe('open axes', () => {
  it('keep their usual size where that leaves something', () => {
    const spec = net(1);
    assert.equal(withRoom(spec), spec);
    assert.deepEqual(inputShapes(spec), [[32, 3]]);
  });

  it('become as long as the windows one after the other need', () => {
    assert.deepEqual(inputShapes(withRoom(net(2))), [[32, 3]]);
    assert.deepEqual(inputShapes(withRoom(net(3))), [[128, 3]]);
    const budget = { timeMs: 10_000, memoryBytes: 2e9 };
    const request = { batchSize: 8, steps: 51, seeds: 1, budget };
    assert.deepEqual(inputShapes(fitBudget(net(3), { ...request, fixedData: false }).spec), [[128, 3]]);
    assert.deepEqual(inputShapes(fitBudget(net(3), { ...request, fixedData: true }).spec), [[32, 3]]);
  });

  it('stay as they are where none are open, or no size helps', () => {
    const closed = sequential([8, 3], [['GlobalMaxPooling1D', {}]]);
    assert.equal(withRoom(closed), closed);
    const endless = net(8);
    assert.equal(withRoom(endless), endless);
  });
});
