import { findLayerClass } from '../../core/model/catalogue/catalogue';
import type { ModelSpec } from '../../core/model/spec';

/** Keras' naming.to_snake_case: 'Conv2D' → 'conv2d', 'ReLU' → 're_lu'. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

interface Entry {
  readonly className: string;
  readonly name: string;
  readonly children: readonly Entry[] | null;
}

/**
 * Where a model's layers stand in `model.weights.h5`: a group a layer, named after its class and counted in the order of the model's list of
 * layers; nested models have their own.
 */
function place(entries: readonly Entry[], group: string, path: string, groups: Map<string, string>): void {
  const counts = new Map<string, number>();
  for (const { className, name, children } of entries) {
    // the class itself, not the name that it is exported by: GroupQueryAttention is GroupedQueryAttention
    const base = snakeCase(findLayerClass(className)?.className ?? className);
    const count = counts.get(base) ?? 0;
    counts.set(base, count + 1);
    const own = `${group}/${count === 0 ? base : `${base}_${count}`}`;
    groups.set(`${path}${name}`, own);
    if (children !== null) {
      place(children, `${own}/layers`, `${path}${name}/`, groups);
    }
  }
}

/** From the `config.json` beside the weights: layer ids (paths of names) to groups. */
export function groupsOfConfig(model: unknown): ReadonlyMap</* layer id */ string, string> {
  const groups = new Map<string, string>();
  place(entriesOf(model), 'layers', '', groups);
  return groups;
}

function entriesOf(model: unknown): Entry[] {
  const { config } = (model ?? {}) as { config?: { layers?: unknown } };
  const layers = Array.isArray(config?.layers) ? (config.layers as unknown[]) : [];
  return layers.map((layer) => {
    const { class_name: className, config: inner } = layer as {
      class_name?: unknown;
      config?: { name?: unknown; layers?: unknown };
    };
    return {
      className: String(className),
      name: String(inner?.name),
      children: Array.isArray(inner?.layers) ? entriesOf(layer) : null,
    };
  });
}

/** The same from the model itself, for weights that were saved without a configuration. */
export function groupsOfSpec(spec: ModelSpec): ReadonlyMap<string, string> {
  const containers = new Map(spec.containers.map((container) => [container.id, container]));
  interface Draft {
    className: string;
    name: string;
    children: Map<string, Draft> | null;
  }
  const root = new Map<string, Draft>();
  for (const layer of spec.layers) {
    const parts = layer.id.split('/');
    let level = root;
    parts.forEach((name, depth) => {
      const id = parts.slice(0, depth + 1).join('/');
      const last = depth === parts.length - 1;
      let draft = level.get(name);
      if (draft === undefined) {
        draft = {
          className: last ? layer.className : (containers.get(id)?.className ?? 'Functional'),
          name,
          children: last ? null : new Map(),
        };
        level.set(name, draft);
      }
      level = draft.children ?? level;
    });
  }
  const freeze = (drafts: ReadonlyMap<string, Draft>): Entry[] =>
    [...drafts.values()].map(({ className, name, children }) => ({
      className,
      name,
      children: children === null ? null : freeze(children),
    }));
  const groups = new Map<string, string>();
  place(freeze(root), 'layers', '', groups);
  return groups;
}
