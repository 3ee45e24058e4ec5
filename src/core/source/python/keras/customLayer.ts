import { canonicalObject } from '../../../model/catalogue/config';
import { findConstraint, findInitializer, findRegularizer } from '../../../model/catalogue/catalogue';
import type { CompositeObject, GraphObject } from '../../../model/graph/graphObject';
import type { Json, SerializedObject, WeightSpec } from '../../../model/spec';
import type { Arguments } from '../arguments';
import type { Interpreter } from '../interpreter';
import { type InstanceValue, type Value, intOf, sequenceOf, stringOf, unknown } from '../values';
import type { LayerValue } from './layerValue';
import { layerIn } from './layerValue';
import { modelIn } from './modelValue';
import type { KerasSession } from './session';
import { notKnown, serialize } from './serialize';
import { TensorValue } from './tensorValue';

/** Keras tracks the layers that are assigned to attributes, in lists and dictionaries too. */
export function trackAttributes(object: CompositeObject, instance: InstanceValue): void {
  const visit = (value: Value, depth: number): void => {
    const child = objectIn(value);
    if (child) {
      if (child !== object) {
        object.track(child);
      }
      return;
    }
    if (depth > 3) {
      return;
    }
    if (value.kind === 'list' || value.kind === 'tuple') {
      value.items.forEach((item) => visit(item, depth + 1));
    } else if (value.kind === 'dict') {
      for (const [, item] of value.entries.values()) {
        visit(item, depth + 1);
      }
    }
  };
  for (const value of instance.attributes.values()) {
    visit(value, 0);
  }
}

function objectIn(value: Value): GraphObject | undefined {
  return layerIn(value)?.object ?? modelIn(value)?.object;
}

/** `self.add_weight(…)` in all its spellings. */
export function addWeight(layer: LayerValue, args: Arguments, _vm: Interpreter): Value {
  return makeVariable(layer.session, layer.object.name, args);
}

/** A weight as a tensor; `owner` is for messages. */
export function makeVariable(session: KerasSession, owner: string, args: Arguments): Value {
  // Keras 2: add_weight(name, shape, dtype, initializer, …); Keras 3: add_weight(shape, initializer, dtype, …).
  const oldOrder = args.positional[0]?.kind === 'str';
  const positional = oldOrder ? ['name', 'shape', 'dtype', 'initializer'] : ['shape', 'initializer', 'dtype'];
  const get = (name: string): Value | undefined => args.get(positional.indexOf(name), name);
  const sizes = sequenceOf(get('shape'));
  const shape =
    get('shape')?.kind === 'int'
      ? [intOf(get('shape')) ?? 1]
      : (sizes ?? []).map((size) => intOf(size) ?? null);
  if (shape.includes(null) || get('shape')?.kind === 'unknown') {
    return unknown(`the shape of a weight of ${owner}`, args.node);
  }
  const trainable = get('trainable');
  const name = stringOf(get('name')) ?? 'variable';
  const weight: WeightSpec = {
    name,
    shape: shape.map((size) => size ?? 1),
    dtype: stringOf(get('dtype')) ?? 'float32',
    trainable: !(trainable?.kind === 'bool' && !trainable.value),
    initializer: objectFor(get('initializer'), findInitializer) ?? {
      class_name: 'GlorotUniform',
      config: { seed: null },
    },
    regularizer: objectFor(get('regularizer'), findRegularizer),
    constraint: objectFor(get('constraint'), findConstraint),
  };
  session.progress++;
  return new TensorValue(
    session.graph.createVariable(weight, { site: session.sites.callSite(args.node) }),
    session,
  );
}

function objectFor(value: Value | undefined, find: typeof findInitializer): SerializedObject | null {
  const json: Json | typeof notKnown = value ? serialize(value) : null;
  if (json === notKnown || json === null) {
    return null;
  }
  const object = canonicalObject(find, json);
  return isSerialized(object) ? object : null;
}

function isSerialized(value: Json): value is SerializedObject {
  return typeof value === 'object' && value !== null && 'class_name' in value;
}
