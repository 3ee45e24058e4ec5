import type { CallSite } from '../../model/site';
import type { LayerSpec, ModelSpec } from '../../model/spec';

/**
 * The calls that make these layers, each once. Null where a call makes another layer too that must stay as it is, or where a layer is not
 * written in an editable place: then the edit would change what nobody asked for, or miss a layer.
 */
export function sitesOf(
  spec: ModelSpec,
  layers: readonly LayerSpec[],
): readonly { site: CallSite; layers: readonly LayerSpec[] }[] | null {
  const chosen = new Set(layers);
  const groups = new Map</* site id */ number, { site: CallSite; layers: LayerSpec[] }>();
  for (const layer of spec.layers) {
    if (chosen.has(layer)) {
      if (!layer.site?.editable) {
        return null;
      }
      const group = groups.get(layer.site.id) ?? { site: layer.site, layers: [] };
      group.layers.push(layer);
      groups.set(layer.site.id, group);
    }
  }
  const shared = spec.layers.some((layer) => layer.site && !chosen.has(layer) && groups.has(layer.site.id));
  return shared || groups.size === 0 ? null : [...groups.values()];
}
