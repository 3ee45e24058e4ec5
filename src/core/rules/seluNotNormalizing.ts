import { formatNumber } from '../format';
import { activationOf } from '../model/graphQueries';
import type { MeasuredRule } from './rule';

/** Klambauer et al. 2017: mean 0 and variance 1 attract; their domain is |mean| ≤ 0.1, variance 0.8 … 1.5. Finite widths and inputs need more room. */
const room = { mean: 0.5, low: 0.4, high: 2.5 } as const;

/** SELU layers whose outputs do not keep mean 0 and variance 1: a sign beside others, theory's numbers with it. */
export const seluNotNormalizing: MeasuredRule = {
  kind: 'measured',
  id: 'GD114',
  name: 'selu-not-normalizing',
  check({ spec, seed, profile }) {
    const hidden = new Set(profile.hidden.map((layer) => layer.id));
    const selu = new Set(
      spec.layers.filter((l) => hidden.has(l.id) && activationOf(l) === 'selu').map((l) => l.id),
    );
    const measured = seed.layers.filter((layer) => selu.has(layer.id));
    const last = measured.at(-1);
    const mean = last?.mean[0] ?? null;
    const variance = last?.variance[0] ?? null;
    if (!last || measured.length < 3 || mean === null || variance === null) {
      return [];
    }
    if (Math.abs(mean) <= room.mean && variance >= room.low && variance <= room.high) {
      return [];
    }
    return [
      {
        level: 'note',
        layers: measured.map((layer) => layer.id).reverse(),
        argument: 'kernel_initializer',
        title: `SELU does not normalize: mean ${formatNumber(mean)}, variance ${formatNumber(variance)}`,
        message: `Behind ${measured.length} SELU layers the outputs have a mean of ${formatNumber(mean)} and a variance of ${formatNumber(variance)}; theory promises 0 and 1. It takes lecun_normal, standardized inputs and AlphaDropout.`,
        headline: 'SELU does not normalize itself here.',
        evidence: [
          { name: 'mean', value: mean, threshold: 0, unit: '' },
          { name: 'variance', value: variance, threshold: 1, unit: '' },
        ],
      },
    ];
  },
};
