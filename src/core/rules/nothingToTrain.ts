import type { SourceRule } from './rule';

/** A model that is trained without one trainable weight. */
export const nothingToTrain: SourceRule = {
  kind: 'source',
  id: 'GD602',
  name: 'nothing-to-train',
  check(spec) {
    const weights = spec.layers.flatMap((layer) => layer.weights);
    const unknown = spec.layers.some((layer) => layer.kind === 'opaque');
    if (
      !spec.usage.trained ||
      !spec.compile ||
      unknown ||
      weights.length === 0 ||
      weights.some((w) => w.trainable)
    ) {
      return [];
    }
    return [
      {
        level: 'fail',
        layers: [],
        title: 'Everything is frozen',
        message:
          'None of the weights of this model is trainable, so fit changes nothing. Set trainable = True on the layers that are to learn and compile again.',
        headline: 'This network cannot learn: everything is frozen.',
        evidence: [{ name: 'trainable weights', value: 0, threshold: 1, unit: '' }],
      },
    ];
  },
};
