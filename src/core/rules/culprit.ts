import { GraphIndex, isRecurrent } from '../model/graphQueries';
import type { ModelSpec } from '../model/spec';

/** Which argument of the layer spoils the gradient's way through it: a sigmoid's slope is at most 1/4 whatever the weights; otherwise the weights are too small or too large. */
export function propagationCulprit(spec: ModelSpec, layerId: string | undefined): string {
  const graph = GraphIndex.of(spec);
  const layer = layerId === undefined ? undefined : graph.layers.get(layerId);
  if (!layer) {
    return 'kernel_initializer';
  }
  if (isRecurrent(layer)) {
    return 'recurrent_initializer';
  }
  return /sigmoid/.test(graph.effectiveActivation(layer)) ? 'activation' : 'kernel_initializer';
}
