import { type GraphIndex, activationOf, hasKernel, isNormalization } from '../../model/graphQueries';
import type { CallSite } from '../../model/site';
import type { LayerSpec } from '../../model/spec';

/**
 * Where the activation behind a kernel layer is written: an argument of the layer's own call or of the Activation layer that follows, or a
 * layer that is an activation by its class, as `ReLU()`.
 */
export interface ActivationPlace {
  readonly site: CallSite;
  readonly argument: 'activation' | null;
  readonly layer: LayerSpec;
}

const activationClasses = new Set(['ReLU', 'LeakyReLU', 'PReLU', 'ELU']);

/** Null where the activation is no argument and no layer (a function applied to the tensor) or is not written in the text. */
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
    const { site, className } = following;
    if (className === 'Activation') {
      return site ? { site, argument: 'activation', layer: following } : null;
    }
    if (activationClasses.has(className)) {
      // Arguments of such a layer, a slope or a name, have no place in another one.
      const isPlain = site?.editable && site.argumentList && site.arguments.length === 0;
      return isPlain ? { site, argument: null, layer: following } : null;
    }
    if (!isNormalization(following) && !className.endsWith('Dropout')) {
      return null;
    }
    call = next;
  }
  return null;
}
