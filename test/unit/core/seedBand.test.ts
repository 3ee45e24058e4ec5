import assert from 'node:assert/strict';
import { profileOf } from '../../../src/core/fixes/effect';
import type { Measurement } from '../../../src/core/model/measurement';
import type { LayerMeasurement, Series } from '../../../src/core/report/report';
import { withSeedBands } from '../../../src/core/report/seedBand';

function layer(id: string, gradientNorm: Series, variance: Series = gradientNorm): LayerMeasurement {
  const none: Series = [];
  return {
    id,
    mean: none,
    variance,
    zeroShare: none,
    signalFraction: none,
    saturatedShare: none,
    deadUnitShare: none,
    gradientNorm,
    weights: [],
    nonFinite: [],
  };
}

const seed = (...layers: LayerMeasurement[]): { layers: LayerMeasurement[] } => ({ layers });

describe('the band of the seeds', () => {
  it('holds the least and the most of all seeds at every step', () => {
    const [dense] = withSeedBands([
      seed(layer('dense', [1, 20])),
      seed(layer('dense', [3, 10])),
      seed(layer('dense', [2, 15])),
    ]);
    assert.deepEqual(dense?.overSeeds?.gradient, { low: [1, 10], high: [3, 20] });
    assert.deepEqual(dense.gradientNorm, [1, 20], 'the first seed stays as it is');
  });

  it('keeps gradient and variance apart, to three digits', () => {
    const [dense] = withSeedBands([
      seed(layer('dense', [1.23456e-12], [7])),
      seed(layer('dense', [9e-12], [5])),
    ]);
    assert.deepEqual(dense?.overSeeds, {
      gradient: { low: [1.23e-12], high: [9e-12] },
      variance: { low: [5], high: [7] },
    });
  });

  it('leaves out what is not finite, and is null where nothing is', () => {
    const [dense] = withSeedBands([seed(layer('dense', [null, null])), seed(layer('dense', [2, null]))]);
    assert.deepEqual(dense?.overSeeds?.gradient, { low: [2, null], high: [2, null] });
  });

  it('takes from a seed that is still running what there is', () => {
    const [dense] = withSeedBands([seed(layer('dense', [1, 2, 3])), seed(layer('dense', [5]))]);
    assert.deepEqual(dense?.overSeeds?.gradient, { low: [1, 2, 3], high: [5, 2, 3] });
  });

  it('is absent with one seed, and narrow where only one seed has the layer', () => {
    assert.equal(withSeedBands([seed(layer('dense', [1]))])[0]?.overSeeds, undefined);
    assert.deepEqual(withSeedBands([]), []);
    const [, other] = withSeedBands([seed(layer('a', [1]), layer('b', [4])), seed(layer('a', [2]))]);
    assert.deepEqual(other?.overSeeds?.gradient, { low: [4], high: [4] });
  });
});

describe('the profile of a fix', () => {
  it("has the first seed's layers at the last step", () => {
    const seeds = [seed(layer('a', [1, 0.012345], [1, null]), layer('b', [2, 4])), seed(layer('a', [9, 9]))];
    assert.deepEqual(profileOf({ seeds } as unknown as Measurement), [
      { id: 'a', gradient: 0.0123, variance: null },
      { id: 'b', gradient: 4, variance: 4 },
    ]);
  });
});
