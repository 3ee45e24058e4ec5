import { formatShare } from '../format';
import { GraphIndex, activationOf, hasKernel, inputsOf } from '../model/graphQueries';
import type { CallSpec, LayerSpec, ModelSpec } from '../model/spec';
import type { RuleFinding, SourceRule } from './rule';

/** What leaves probabilities as they are. */
const transparent = /^(Activation|Dropout|Flatten|Reshape|Identity|Permute)$/;

/** The activation that a layer's call ends with. */
const isSoftmax = (layer: LayerSpec): boolean =>
  activationOf(layer) === 'softmax' || (layer.kind === 'operation' && layer.config['op'] === 'softmax');

/**
 * Softmax of a softmax. Its input lies in [0, 1], so of n classes none gets more than e / (e + n − 1): the loss stays high and the gradient
 * small. The probe says how much it slows.
 */
export const softmaxTwice: SourceRule = {
  kind: 'source',
  id: 'GD306',
  name: 'softmax-twice',
  provisional: true,
  check(spec) {
    const graph = GraphIndex.of(spec);
    return spec.calls.flatMap((call): RuleFinding[] => {
      const layer = graph.layerOf(call);
      // A kernel layer with softmax of its own reads through its weights.
      if (!layer || !isSoftmax(layer) || hasKernel(layer)) {
        return [];
      }
      const first = softmaxBefore(call, graph);
      const classes = width(spec, call);
      if (!first || classes === null || classes < 2) {
        return [];
      }
      const ceiling = Math.E / (Math.E + classes - 1);
      return [
        {
          level: 'warn',
          layers: [layer.id, first.id],
          argument: 'activation',
          title: 'Softmax of a softmax',
          message: `${first.name} gives probabilities already, and ${layer.name} puts them through softmax again: of ${classes} classes none can get more than ${formatShare(ceiling)}. Remove one of the two.`,
          headline: 'Softmax is applied twice.',
          evidence: [{ name: 'largest possible probability', value: ceiling, threshold: 1, unit: '' }],
        },
      ];
    });
  },
};

function softmaxBefore(call: CallSpec, graph: GraphIndex): LayerSpec | null {
  let [tensor] = inputsOf(call);
  while (tensor !== undefined) {
    const producer = graph.producer(tensor);
    const layer = producer && graph.layerOf(producer);
    if (!producer || !layer) {
      return null;
    }
    if (isSoftmax(layer)) {
      return layer;
    }
    const passes =
      transparent.test(layer.className) &&
      (layer.className !== 'Activation' || activationOf(layer) === 'linear');
    [tensor] = passes ? inputsOf(producer) : [];
  }
  return null;
}

function width(spec: ModelSpec, call: CallSpec): number | null {
  return spec.tensors[call.outputs[0] ?? -1]?.shape.at(-1) ?? null;
}
