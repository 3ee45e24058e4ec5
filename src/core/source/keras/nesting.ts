import type { CallSpec, ContainerSpec, LayerSpec, ModelSpec, TensorId } from '../../model/spec';

/** A model with the nested ones put back that a ModelSpec holds flat. Tensors are those of the first call of each. */
export interface NestedModel {
  readonly name: string;
  readonly className: string;
  readonly trainable: boolean;
  /** In the order of `model.layers`. */
  readonly items: readonly NestedItem[];
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
}

export type NestedItem =
  | { readonly name: string; readonly layer: LayerSpec; readonly calls: readonly ItemCall[] }
  | { readonly name: string; readonly model: NestedModel; readonly calls: readonly ItemCall[] };

export type ItemCall = Omit<CallSpec, 'layer'>;

/**
 * Nested models take their layers and calls back. What a container does not do the same way in every call, or shares with another
 * one, stays flat with the path in its name, and so do custom layers: weights and what is computed are the same.
 */
export function nest(spec: ModelSpec): NestedModel {
  const models = spec.containers.filter(
    ({ kind, className }) => kind === 'model' && (className === 'Sequential' || className === 'Functional'),
  );
  const trainable = spec.layers.some((layer) => layer.trainable);
  const own = { name: spec.name, className: spec.className, trainable };
  const whole = { calls: spec.calls, inputs: spec.inputs.map(({ tensor }) => tensor) };
  return new Nesting(spec, models).model(own, '', {
    ...whole,
    outputs: spec.outputs.map(({ tensor }) => tensor),
  });
}

interface Piece {
  readonly calls: readonly CallSpec[];
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
}

class Nesting {
  constructor(
    private readonly spec: ModelSpec,
    private readonly models: readonly ContainerSpec[],
  ) {}

  /** `prefix`: the container's id with a slash, '' for the model itself. */
  model(
    own: Pick<NestedModel, 'name' | 'className' | 'trainable'>,
    prefix: string,
    piece: Piece,
  ): NestedModel {
    const owners = new Map</* LayerSpec.id */ string, ContainerSpec>();
    const calls = new Map</* ContainerSpec.id */ string, readonly ContainerCall[]>();
    for (const container of this.models) {
      const within = piece.calls.some(({ layer }) => layer.startsWith(`${container.id}/`));
      const nested = [...calls.keys()].some((id) => container.id.startsWith(`${id}/`));
      const found =
        within && !nested && container.id.startsWith(prefix) ? this.#callsOf(container, piece) : null;
      if (found) {
        calls.set(container.id, found);
        found.flatMap((each) => each.piece.calls).forEach(({ layer }) => owners.set(layer, container));
      }
    }
    const called = new Set(piece.calls.map(({ layer }) => layer));
    const inputs = new Set(prefix === '' ? this.spec.inputs.map(({ layer }) => layer) : []);
    const items: NestedItem[] = [];
    const done = new Set<ContainerSpec>();
    const names = new Names(prefix);
    for (const layer of this.spec.layers) {
      const owner = owners.get(layer.id);
      if (owner && !done.has(owner)) {
        done.add(owner);
        const found = calls.get(owner.id) ?? [];
        const [first] = found;
        if (first) {
          const model = this.model(owner, `${owner.id}/`, first.piece);
          items.push({ name: names.of(owner), model, calls: found });
        }
      } else if (!owner && (called.has(layer.id) || inputs.has(layer.id))) {
        const own = piece.calls.filter((call) => call.layer === layer.id);
        items.push({ name: names.of(layer), layer, calls: own });
      }
    }
    return { ...own, items, inputs: piece.inputs, outputs: piece.outputs };
  }

  #callsOf(container: ContainerSpec, piece: Piece): readonly ContainerCall[] | null {
    return containerCalls(container, piece, (tensor) => String(this.spec.tensors[tensor]?.shape));
  }
}

interface ContainerCall extends ItemCall {
  readonly piece: Piece;
}

/** The calls of a nested model, each with the calls inside; null where they are not one and the same piece of graph. */
function containerCalls(
  container: ContainerSpec,
  piece: Piece,
  shapeOf: (tensor: TensorId) => string,
): readonly ContainerCall[] | null {
  const within = ({ layer }: CallSpec): boolean => layer.startsWith(`${container.id}/`);
  const all = piece.calls.filter(within);
  const length = period(all.map(({ layer }) => layer));
  const chunks = Array.from({ length: all.length / length }, (_, i) =>
    all.slice(i * length, (i + 1) * length),
  );
  // What one call of a model does stands together.
  if (chunks.some((chunk) => !isTogether(chunk, piece.calls))) {
    return null;
  }
  const places = chunks.map((chunk) => placesOf(chunk));
  const slots = inputSlots(chunks, places);
  if (!slots) {
    return null;
  }
  const inputs = slots.map((slot) => slot[0]).filter((tensor) => tensor !== undefined);
  const outputs = outputPlaces(container, chunks, piece, shapeOf);
  return chunks.map((calls, i) => {
    const tensors = outputs.map(([call, output]) => calls[call]?.outputs[output]);
    const given = slots.map((slot) => slot[i]).filter((tensor) => tensor !== undefined);
    const out = tensors.filter((tensor) => tensor !== undefined);
    return { inputs: { inputs: given }, outputs: out, flags: {}, piece: { calls, inputs, outputs: out } };
  });
}

/** The length of the shortest beginning that the whole list is a repetition of. */
function period(list: readonly string[]): number {
  for (let length = 1; length < list.length; length++) {
    if (list.length % length === 0 && list.every((each, i) => i < length || each === list[i - length])) {
      return length;
    }
  }
  return list.length;
}

function isTogether(chunk: readonly CallSpec[], calls: readonly CallSpec[]): boolean {
  const [first] = chunk;
  const start = first ? calls.indexOf(first) : -1;
  return chunk.every((call, i) => calls[start + i] === call);
}

type Place = readonly [call: number, output: number];

/** Where in a piece each tensor is made. */
function placesOf(chunk: readonly CallSpec[]): ReadonlyMap<TensorId, Place> {
  const places = new Map<TensorId, Place>();
  chunk.forEach(({ outputs }, call) =>
    outputs.forEach((tensor, output) => places.set(tensor, [call, output])),
  );
  return places;
}

/** The tensors from outside, by call; null where the calls are not wired alike. */
function inputSlots(
  chunks: readonly (readonly CallSpec[])[],
  places: readonly ReadonlyMap<TensorId, Place>[],
): readonly (readonly TensorId[])[] | null {
  const wires = chunks.map((chunk) => chunk.flatMap(({ inputs }) => Object.values(inputs).flat()));
  const slots = new Map<string, readonly TensorId[]>();
  for (const [i] of (wires[0] ?? []).entries()) {
    const tensors = wires.map((wire) => wire[i]).filter((tensor) => tensor !== undefined);
    const inside = tensors.map((tensor, k) => places[k]?.get(tensor)?.join());
    if (tensors.length !== wires.length || inside.some((place) => place !== inside[0])) {
      return null;
    }
    if (inside[0] === undefined) {
      slots.set(tensors.join(), tensors);
    }
  }
  return wires.every((wire) => wire.length === wires[0]?.length) ? [...slots.values()] : null;
}

/** What is used outside of a nested model and, where that is less than it puts out, what ends in it; in the order of its output shapes. */
function outputPlaces(
  container: ContainerSpec,
  chunks: readonly (readonly CallSpec[])[],
  piece: Piece,
  shapeOf: (tensor: TensorId) => string,
): readonly Place[] {
  const used = new Map</* place */ string, Candidate>();
  const ends: Candidate[] = [];
  chunks.forEach((chunk, i) => {
    const outside = consumed(piece.calls.filter((call) => !chunk.includes(call)));
    const within = consumed(chunk);
    for (const [tensor, place] of placesOf(chunk)) {
      const candidate = { place, shape: shapeOf(chunks[0]?.[place[0]]?.outputs[place[1]] ?? tensor) };
      if (outside.has(tensor) || piece.outputs.includes(tensor)) {
        used.set(place.join(), candidate);
      } else if (!within.has(tensor) && i === 0) {
        ends.push(candidate);
      }
    }
  });
  const left = [...used.values()];
  const ordered: Candidate[] = [];
  for (const shape of shapesOf(container)) {
    for (const list of [left, ends]) {
      const at = list.findIndex((candidate) => candidate.shape === shape);
      if (at >= 0) {
        ordered.push(...list.splice(at, 1));
        break;
      }
    }
  }
  return [...ordered, ...left].map(({ place }) => place);
}

interface Candidate {
  readonly place: Place;
  readonly shape: string;
}

const consumed = (calls: readonly CallSpec[]): ReadonlySet<TensorId> =>
  new Set(calls.flatMap(({ inputs }) => Object.values(inputs).flat()));

/** As text, one for each output. */
function shapesOf({ outputShape }: ContainerSpec): readonly string[] {
  const isOne = outputShape.every((each) => each === null || typeof each === 'number');
  return isOne ? [outputShape.join()] : outputShape.map((shape) => String(shape));
}

/** Names that are unique within one model: the layer's own, or the rest of its path. */
class Names {
  readonly #taken = new Set<string>();

  constructor(private readonly prefix: string) {}

  of({ id, name }: { readonly id: string; readonly name: string }): string {
    const path = id.slice(this.prefix.length).replaceAll('/', '_');
    const direct = id === `${this.prefix}${name}`;
    const chosen = direct && !this.#taken.has(name) ? name : path;
    this.#taken.add(chosen);
    return chosen;
  }
}
