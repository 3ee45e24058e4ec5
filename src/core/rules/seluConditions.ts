import { GraphIndex, hasKernel, isNormalization, kernelInitializer } from '../model/graphQueries';
import type { LayerSpec } from '../model/spec';
import type { SourceRule } from './rule';

/** SELU normalizes itself only with LeCun initialization, plain dense stacks, AlphaDropout and no other normalization (Klambauer et al. 2017). */
export const seluConditions: SourceRule = {
  kind: 'source',
  id: 'GD203',
  name: 'selu-conditions',
  check(spec) {
    const graph = GraphIndex.of(spec);
    const selu = spec.layers.filter(
      (layer) => hasKernel(layer) && graph.effectiveActivation(layer) === 'selu',
    );
    if (selu.length < 2) {
      return [];
    }
    const wrongInit = selu.filter((layer) => !/^Lecun/.test(kernelInitializer(layer)?.class_name ?? 'Lecun'));
    const dropout = spec.layers.filter((layer) => layer.className === 'Dropout');
    const normalization = spec.layers.filter(isNormalization);
    const broken = [
      ...(wrongInit.length > 0
        ? [
            `${wrongInit.length} of its layers start with ${initializerName(wrongInit)} instead of lecun_normal`,
          ]
        : []),
      ...(dropout.length > 0 ? ['Dropout changes mean and variance where AlphaDropout keeps them'] : []),
      ...(normalization.length > 0 ? [`${normalization[0]?.className} does the work a second time`] : []),
      ...(graph.hasSkips() ? ['skip connections add up what should stay at variance 1'] : []),
    ];
    if (broken.length === 0) {
      return [];
    }
    const layers = [...wrongInit, ...dropout, ...normalization, ...selu];
    return [
      {
        level: 'note',
        layers: [...new Set(layers.map((layer) => layer.id))],
        argument: wrongInit.length > 0 ? 'kernel_initializer' : 'rate',
        title: 'SELU without its conditions',
        message: `SELU keeps mean 0 and variance 1 by itself only under its conditions. Here ${broken.join('; ')}.`,
        headline: 'SELU cannot normalize itself here.',
        evidence: broken.map((text, i) => ({
          name: `condition ${i + 1}`,
          value: text,
          threshold: null,
          unit: '',
        })),
      },
    ];
  },
};

function initializerName(layers: readonly LayerSpec[]): string {
  const first = layers[0];
  return (first && kernelInitializer(first)?.class_name) ?? 'another initializer';
}
