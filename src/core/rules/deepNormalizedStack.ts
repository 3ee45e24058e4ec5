import { formatNumber } from '../format';
import { GraphIndex, hiddenLevels } from '../model/graphQueries';
import type { MeasuredRule } from './rule';

const deep = 10;
/** Decades of growth from which on GD102 warns about a normalized net without skips. */
const grows = 1.5;
/** √(π/(π−1)): gain of one wide Batch Normalization + ReLU layer (Yang et al. 2019). */
const gain = Math.sqrt(Math.PI / (Math.PI - 1));

/**
 * Batch Normalization without skips makes the gradient grow with depth by itself. Names the cause beside GD102, where the growth is really
 * measured; skips or fewer such layers are the only cure.
 */
export const deepNormalizedStack: MeasuredRule = {
  kind: 'measured',
  id: 'GD116',
  name: 'deep-normalized-stack',
  check({ spec, profile }) {
    const graph = GraphIndex.of(spec);
    const normalized = hiddenLevels(spec).filter((level) =>
      level.every((layer) => graph.isNormalized(layer)),
    );
    const range = profile.at(0)?.dynamicRange ?? 0;
    const batches = spec.layers.some((layer) => layer.className === 'BatchNormalization');
    if (!batches || normalized.length < deep || graph.hasSkips() || range < grows) {
      return [];
    }
    const expected = (normalized.length - 1) * Math.log10(gain);
    return [
      {
        level: 'note',
        layers: normalized.flat().map((layer) => layer.id),
        title: `${normalized.length} normalized layers without skip connections`,
        message: `The gradient grows by ${formatNumber(range)} decades toward the input of ${normalized.length} layers with Batch Normalization; theory expects ${formatNumber(expected)} of ReLU layers. Skip connections, or fewer Batch Normalization layers, are what helps.`,
        headline: 'Batch Normalization makes the gradient grow with depth: this net needs skip connections.',
        evidence: [
          { name: 'growth of the gradient', value: range, threshold: grows, unit: 'decades' },
          { name: 'expected growth', value: expected, threshold: null, unit: 'decades' },
          { name: 'normalized levels', value: normalized.length, threshold: deep, unit: 'layers' },
        ],
      },
    ];
  },
};
