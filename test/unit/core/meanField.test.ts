import assert from 'node:assert/strict';
import { predictStack } from '../../../src/core/theory/meanField';

/** Gains per layer of square stacks of 20 layers from q = 1 (Poole et al. 2016; Schoenholz et al. 2017); SELU's from what 20 layers of width 128 measure. */
const published: [activation: string, weightScale: number, gain: number][] = [
  ['sigmoid', 1, 0.235],
  ['sigmoid', 2, 0.315],
  ['sigmoid', 16, 0.62],
  ['tanh', 1, 0.92],
  ['tanh', 2, 1.03],
  ['relu', 1, 0.707],
  ['relu', 2, 1.0],
  ['elu', 1, 0.91],
  ['elu', 2, 1.08],
  ['selu', 1, 1.04],
  ['selu', 2, 1.19],
  ['gelu', 1, 0.52],
  ['gelu', 2, 0.87],
  ['silu', 1, 0.51],
  ['silu', 2, 0.76],
];

describe('mean-field prediction', () => {
  for (const [activation, weightScale, gain] of published) {
    it(`gives ${activation} with σ² = ${weightScale} a gain of ${gain} per layer`, () => {
      const layers = predictStack(Array.from({ length: 20 }, () => ({ weightScale, activation })));
      const mean = layers.reduce((sum, layer) => sum + Math.log(layer.gain), 0) / layers.length;
      assert.ok(Math.abs(Math.exp(mean) - gain) < 0.03, `${Math.exp(mean)}`);
    });
  }
});
