import { plural } from '../format';
import { GraphIndex, hiddenLevels, isRecurrent } from '../model/graphQueries';
import type { SourceRule } from './rule';

/** Hidden levels in a row from which on a word is worth it. A sigmoid's slope is at most 1/4; tanh keeps the gradient while it is not saturated. */
const deepFrom: Readonly<Record<string, number>> = {
  sigmoid: 4,
  hard_sigmoid: 4,
  tanh: 8,
  softsign: 8,
};

/**
 * Saturating activations in a deep stack without normalization or skips. A sign with a precision of 0.57 on its own (five sigmoid layers train
 * with Adam), so it is a note, and the probe says whether the gradient is lost.
 */
export const saturatingStack: SourceRule = {
  kind: 'source',
  id: 'GD208',
  name: 'saturating-stack',
  check(spec) {
    const graph = GraphIndex.of(spec);
    if (graph.hasSkips()) {
      return [];
    }
    const levels = hiddenLevels(spec);
    return Object.entries(deepFrom).flatMap(([activation, depth]) => {
      const found = levels.filter((level) =>
        level.every(
          (layer) =>
            !isRecurrent(layer) &&
            graph.effectiveActivation(layer) === activation &&
            !graph.isNormalized(layer),
        ),
      );
      const layers = found.flat();
      return found.length < depth
        ? []
        : [
            {
              level: 'note' as const,
              layers: layers.map((layer) => layer.id),
              argument: 'activation',
              title: `${activation} in ${plural(found.length, 'hidden layer')}`,
              message: `${plural(found.length, 'hidden layer')} squeeze their outputs with ${activation}, without normalization or skip connections between. Where outputs lie on the flat parts of the curve, each layer passes on less gradient; the probe measures how much.`,
              headline: `A deep stack of ${activation} layers.`,
              evidence: [
                {
                  name: `hidden levels with ${activation}`,
                  value: found.length,
                  threshold: depth,
                  unit: 'layers',
                },
              ],
            },
          ];
    });
  },
};
