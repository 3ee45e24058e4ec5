import type { RuleFinding, SourceRule } from './rule';

/**
 * A base that was frozen and is trainable now, called without `training=False`: its Batch Normalization goes over to the statistics of the new
 * batches. While frozen it needs no flag: in Keras 3 `trainable = False` alone runs it in inference mode.
 */
export const normalizationUnfrozen: SourceRule = {
  kind: 'source',
  id: 'GD603',
  name: 'normalization-unfrozen',
  check(spec) {
    return spec.pretrained.flatMap((base): RuleFinding[] => {
      const own = new Set(base.layers);
      const awake = spec.layers.filter(
        (layer) => own.has(layer.id) && layer.className === 'BatchNormalization' && layer.trainable,
      );
      return base.frozenBefore && !base.inferenceMode && awake.length > 0
        ? [
            {
              level: 'note',
              layers: [],
              ...(base.site ? { range: base.site.range } : {}),
              title: `Batch Normalization of ${base.application} starts to learn again`,
              message: `${base.application} was frozen and is unfrozen now, with ${awake.length} Batch Normalization layers that go over to the statistics of the new batches. Call it with training=False, or keep those layers frozen.`,
              headline: `The Batch Normalization of ${base.application} is unfrozen.`,
              evidence: [
                {
                  name: 'unfrozen Batch Normalization layers',
                  value: awake.length,
                  threshold: null,
                  unit: 'layers',
                },
              ],
            },
          ]
        : [];
    });
  },
};
