import { GraphIndex, activationOf, hasKernel, inputsOf } from '../model/graphQueries';
import type { SourceRule } from './rule';

/** Batch Normalization between the last kernel and its softmax or sigmoid: the answer to one sample then depends on the others in its batch. */
export const normalizationBeforeOutput: SourceRule = {
  kind: 'source',
  id: 'GD207',
  name: 'normalization-before-output',
  check(spec) {
    const graph = GraphIndex.of(spec);
    return spec.outputs.flatMap((output) => {
      const last = graph.producer(output.tensor);
      const activation = last && graph.layerOf(last);
      const name = activation && !hasKernel(activation) ? activationOf(activation) : null;
      const before = last && graph.producer(inputsOf(last)[0] ?? -1);
      const normalization = before && graph.layerOf(before);
      const source = before && graph.producer(inputsOf(before)[0] ?? -1);
      const kernel = source && graph.layerOf(source);
      const found =
        (name === 'softmax' || name === 'sigmoid') &&
        normalization?.className === 'BatchNormalization' &&
        kernel?.className === 'Dense' &&
        activationOf(kernel) === 'linear';
      return found
        ? [
            {
              level: 'note' as const,
              layers: [normalization.id],
              title: `Batch Normalization right before the ${name}`,
              message: `Batch Normalization stands between the last Dense layer and its ${name}: how sure an answer can be then depends on the other samples of the batch. It belongs in front of the last Dense layer.`,
              headline: 'The output is normalized over the batch.',
              evidence: [{ name: 'output activation', value: name, threshold: null, unit: '' }],
            },
          ]
        : [];
    });
  },
};
