import type { ModelSpec } from '../model/spec';
import type { RefusedArgument } from './reader';

/** One place where Keras would stop, and all layers of a model that are made there. */
export interface RefusedPlace {
  readonly argument: RefusedArgument;
  readonly layers: readonly string[];
}

/** Where Keras would stop while it builds or compiles this model, each place once: a call in a loop makes many layers. */
export function refusedIn(spec: ModelSpec, refused: readonly RefusedArgument[]): readonly RefusedPlace[] {
  const places = new Map</* place and argument */ string, RefusedArgument[]>();
  for (const argument of refused.filter(({ models }) => models.includes(spec.id))) {
    const key = JSON.stringify([argument.keyword, argument.written]);
    places.set(key, [...(places.get(key) ?? []), argument]);
  }
  return [...places.values()].flatMap((there) => {
    const [argument] = there;
    const layers = new Set(there.flatMap(({ layer }) => (layer === null ? [] : [layer])));
    return argument ? [{ argument, layers: [...layers] }] : [];
  });
}
