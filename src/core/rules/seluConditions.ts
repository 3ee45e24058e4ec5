import { GraphIndex, hasKernel, isNormalization, kernelInitializer } from '../model/graphQueries';
import { formatNumber } from '../format';
import type { InputData, LayerSpec } from '../model/spec';
import type { SourceRule } from './rule';

/** SELU normalizes itself only with LeCun initialization, standardized inputs, plain dense stacks, AlphaDropout and no other normalization (Klambauer et al. 2017). */
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
    const standardizes = normalization.length > 0 || spec.layers.some((l) => l.className === 'Normalization');
    const raw = standardizes ? undefined : spec.data.inputs.find(isNotStandardized);
    if (raw) {
      broken.push(
        `its inputs have a mean of ${formatNumber(raw.mean)} and a standard deviation of ${formatNumber(raw.std)} instead of 0 and 1`,
      );
    }
    if (broken.length === 0) {
      return [];
    }
    const layers = [...wrongInit, ...dropout, ...normalization, ...selu];
    return [
      {
        level: 'note',
        layers: [...new Set(layers.map((layer) => layer.id))],
        argument: wrongInit.length > 0 ? 'kernel_initializer' : dropout.length > 0 ? 'rate' : 'activation',
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

/** Inputs known to be away from mean 0 and standard deviation 1 by more than sampling explains. */
function isNotStandardized({ kind, mean, std }: InputData): boolean {
  const measurable = kind === 'normal' || kind === 'uniform' || kind === 'pixels';
  return (
    measurable && mean !== null && std !== null && std > 0 && (Math.abs(mean) > 0.5 || std < 0.5 || std > 2)
  );
}

function initializerName(layers: readonly LayerSpec[]): string {
  const first = layers[0];
  return (first && kernelInitializer(first)?.class_name) ?? 'another initializer';
}
