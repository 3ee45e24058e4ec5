import { GraphIndex, activationOf, hasKernel } from '../model/graphQueries';
import type { CallSpec, LayerSpec } from '../model/spec';
import type { RuleFinding, SourceRule } from './rule';

/** New layers that read the 1000 probabilities of a base that keeps its own classifier. */
export const pretrainedTop: SourceRule = {
  kind: 'source',
  id: 'GD606',
  name: 'pretrained-top-kept',
  check(spec) {
    const graph = GraphIndex.of(spec);
    return spec.pretrained.flatMap((base): RuleFinding[] => {
      const own = new Set(base.layers);
      const top = spec.layers.find(
        (layer) => own.has(layer.id) && layer.className === 'Dense' && activationOf(layer) === 'softmax',
      );
      const reader = base.includeTop && top ? firstKernelBehind(graph.callsOf(top), own, graph) : null;
      return top && reader
        ? [
            {
              level: 'warn',
              layers: [reader.id],
              title: `${reader.name} reads the ImageNet answers of ${base.application}`,
              message: `${base.application} keeps its own classifier (include_top), and ${reader.name} learns from its probabilities, most of them near 0. Build it with include_top=False and pooling="avg" to learn from its features.`,
              headline: `New layers stand on the answers of ${base.application}, not on its features.`,
              evidence: [{ name: 'include_top', value: 'True', threshold: 'False', unit: '' }],
            },
          ]
        : [];
    });
  },
};

function firstKernelBehind(
  calls: readonly CallSpec[],
  own: ReadonlySet<string>,
  graph: GraphIndex,
): LayerSpec | null {
  const queue = [...calls];
  for (let call = queue.pop(); call; call = queue.pop()) {
    for (const user of graph.users(call)) {
      const layer = graph.layerOf(user);
      if (layer && hasKernel(layer) && !own.has(layer.id)) {
        return layer;
      }
      if (layer && !own.has(layer.id)) {
        queue.push(user);
      }
    }
  }
  return null;
}
