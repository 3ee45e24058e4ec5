import { plural } from '../format';
import { GraphIndex, activationOf, hasKernel, inputsOf } from '../model/graphQueries';
import type { LayerSpec } from '../model/spec';
import type { SourceRule } from './rule';

/** Batch Normalization subtracts the mean, and with it the bias of the layer before (Ioffe and Szegedy 2015, section 3.2). Tidiness, no more. */
export const biasBeforeNormalization: SourceRule = {
  kind: 'source',
  id: 'GD206',
  name: 'bias-before-normalization',
  check(spec) {
    const graph = GraphIndex.of(spec);
    const layers = spec.calls.flatMap((call): LayerSpec[] => {
      const normalization = graph.layerOf(call);
      if (normalization?.className !== 'BatchNormalization' || normalization.config['center'] === false) {
        return [];
      }
      const source = graph.producer(inputsOf(call)[0] ?? -1);
      const layer = source && graph.layerOf(source);
      const idle =
        layer &&
        hasKernel(layer) &&
        layer.site?.editable &&
        layer.config['use_bias'] === true &&
        activationOf(layer) === 'linear' &&
        graph.users(source).length === 1;
      return idle ? [layer] : [];
    });
    const ids = [...new Set(layers.map((layer) => layer.id))];
    return ids.length === 0
      ? []
      : [
          {
            level: 'note',
            layers: ids,
            argument: 'use_bias',
            title: `Bias before Batch Normalization in ${plural(ids.length, 'layer')}`,
            message: `Batch Normalization takes away the mean, and the bias of ${ids[0]} with it: the bias gets no gradient and changes nothing. use_bias=False saves it.`,
            headline: 'Biases before Batch Normalization change nothing.',
            evidence: [
              { name: 'layers with an idle bias', value: ids.length, threshold: null, unit: 'layers' },
            ],
          },
        ];
  },
};
