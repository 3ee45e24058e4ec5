import { formatNumber } from '../format';
import { hasKernel, isAdaptive } from '../model/graphQueries';
import { effectiveRate } from './learningRateFarOff';
import type { RuleFinding, SourceRule } from './rule';

/** The defaults for fresh layers: a pretrained base wants about a hundredth (Keras guide: 1e-5). */
const freshRate = { adaptive: 1e-3, plain: 0.05 } as const;

/**
 * A pretrained base that is trainable as a whole, at the rate of fresh layers. The probe has no pretrained weights to destroy, so it cannot
 * confirm this; with much data it is done on purpose.
 */
export const pretrainedRate: SourceRule = {
  kind: 'source',
  id: 'GD601',
  name: 'pretrained-rate-too-high',
  check(spec) {
    const rate = effectiveRate(spec);
    const limit = isAdaptive(spec) ? freshRate.adaptive : freshRate.plain;
    if (rate === null || rate < limit || !spec.compile?.site) {
      return [];
    }
    const layers = new Map(spec.layers.map((layer) => [layer.id, layer]));
    return spec.pretrained.flatMap((base): RuleFinding[] => {
      const kernels = base.layers
        .map((id) => layers.get(id))
        .filter((layer) => layer !== undefined)
        .filter(hasKernel);
      const trained = kernels.filter((layer) => layer.trainable);
      // Somebody has to be on top: the base alone, as it comes, is not trained here.
      const hasHead = spec.layers.some((layer) => hasKernel(layer) && !base.layers.includes(layer.id));
      if (!hasHead || trained.length * 2 <= kernels.length) {
        return [];
      }
      return [
        {
          level: 'warn',
          layers: [],
          argument: 'learning_rate',
          title: `${base.application} is trained at ${formatNumber(rate)}`,
          message: `All of the pretrained ${base.application} is trainable at a rate of ${formatNumber(rate)}: the gradients of the fresh head overwrite what it learned from ${base.weights}. Freeze it (trainable = False) while the head learns, then unfreeze, compile again and go on at 1e-5.`,
          headline: `The pretrained ${base.application} is trained like fresh layers.`,
          evidence: [
            { name: 'learning rate', value: rate, threshold: limit, unit: '' },
            { name: 'trainable kernels of the base', value: trained.length, threshold: null, unit: 'layers' },
          ],
        },
      ];
    });
  },
};
