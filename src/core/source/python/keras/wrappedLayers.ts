import type { Config, Json } from '../../../model/spec';
import type { GraphObject } from '../../../model/graph/graphObject';
import { isInputLayer } from '../../../model/graph/graph';
import { type Value, sequenceOf } from '../values';
import { layerIn } from './layerValue';
import { modelIn } from './modelValue';
import { notKnown } from './serialize';
import type { KerasSession } from './session';

/** A layer (or several) given to a wrapper, serialised as Keras does: `Bidirectional(LSTM(8))`. */
export function wrappedConfig(value: Value, session: KerasSession): Json | typeof notKnown {
  const items = sequenceOf(value);
  if (items) {
    const layers = items.map((item) => wrappedConfig(item, session));
    return layers.includes(notKnown) ? notKnown : layers.filter((each) => each !== notKnown);
  }
  const object = layerIn(value)?.object ?? modelIn(value)?.object;
  if (value.kind === 'none') {
    return null;
  }
  return object ? serialized(object) : notKnown;
}

function serialized(object: GraphObject): Json {
  if (object.kind === 'model') {
    const layers: Json[] = object.layers.filter((layer) => !isInputLayer(layer)).map(serialized);
    return { class_name: object.className, config: { name: object.name, layers } };
  }
  const config: Config = { ...object.config, name: object.name };
  return { class_name: object.className, config };
}
