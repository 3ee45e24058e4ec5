import { type GraphIndex, activationOf, hasKernel, isNormalization } from '../../model/graphQueries';
import type { CallSite } from '../../model/site';
import type { LayerSpec } from '../../model/spec';

/** Where the activation behind a kernel layer is written: an argument of the layer's own call or of the Activation layer that follows. */
export interface ActivationPlace {
  readonly site: CallSite;
  readonly argument: 'activation';
  readonly layer: LayerSpec;
}

/** Null where the activation is no argument (a ReLU layer, a function applied to the tensor) or is not written in the text. */
export function activationPlace(graph: GraphIndex, layer: LayerSpec): ActivationPlace | null {
  const own = activationOf(layer);
  if (own !== null && own !== 'linear') {
    return layer.site ? { site: layer.site, argument: 'activation', layer } : null;
  }
  let [call] = graph.callsOf(layer);
  for (let hops = 0; call && hops < 3; hops++) {
    const [next, ...others] = graph.users(call);
    const following = next && graph.layerOf(next);
    if (!following || others.length > 0 || hasKernel(following)) {
      return null;
    }
    if (following.className === 'Activation') {
      return following.site ? { site: following.site, argument: 'activation', layer: following } : null;
    }
    if (!isNormalization(following) && !following.className.endsWith('Dropout')) {
      return null;
    }
    call = next;
  }
  return null;
}
