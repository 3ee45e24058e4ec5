import type { Json } from '../../../model/spec';
import { ArrayValue } from '../modules/arrays/arrayValue';
import type { Value } from '../values';
import { ClassReference } from './classReference';
import { LayerValue } from './layerValue';
import { SerializedValue } from './serializedValue';

/** Stands in a configuration where the source does not say the value. */
export const notKnown = Symbol('not known');
export type JsonOrUnknown = Json | typeof notKnown;

/** A value as Keras' `get_config()` would hold it. */
export function serialize(value: Value): JsonOrUnknown {
  switch (value.kind) {
    case 'none':
    case 'ellipsis':
      return null;
    case 'bool':
    case 'str':
      return value.value;
    case 'int':
    case 'float':
      return Number.isFinite(value.value) ? value.value : notKnown;
    case 'bytes':
      return value.value;
    case 'list':
    case 'tuple':
      return serializeAll(value.items);
    case 'range':
      return notKnown;
    case 'set':
      return serializeAll([...value.entries.values()]);
    case 'dict': {
      const result: Record<string, Json> = {};
      for (const [key, item] of value.entries.values()) {
        const json = serialize(item);
        if (key.kind === 'str' && json !== notKnown) {
          result[key.value] = json;
        }
      }
      return result;
    }
    case 'function':
      return { class_name: 'function', config: value.name };
    case 'method':
      return serialize(value.callee);
    case 'builtin':
      return functionName(value.name);
    case 'class':
      return { class_name: value.name, config: {} };
    case 'instance':
      return value.native instanceof SerializedValue
        ? { class_name: value.class.name, config: {} }
        : value.native instanceof LayerValue
          ? serialize(value.native)
          : { class_name: value.class.name, config: {} };
    case 'native':
      return serializeNative(value);
    default:
      return notKnown;
  }
}

function serializeAll(items: readonly Value[]): JsonOrUnknown {
  const result: Json[] = [];
  for (const item of items) {
    const json = serialize(item);
    if (json === notKnown) {
      return notKnown;
    }
    result.push(json);
  }
  return result;
}

/** `tf.nn.relu` and `keras.activations.relu` are written as the string. */
function functionName(name: string): Json {
  return name.slice(name.lastIndexOf('.') + 1);
}

function serializeNative(value: Value & { kind: 'native' }): JsonOrUnknown {
  if (value instanceof SerializedValue) {
    return value.json;
  }
  if (value instanceof LayerValue) {
    return {
      class_name: value.object.className,
      config: { ...value.object.config, name: value.object.name },
    };
  }
  if (value instanceof ClassReference) {
    return value.asJson();
  }
  if (value instanceof ArrayValue) {
    return value.toJson() ?? notKnown;
  }
  return value.typeName === 'partial' ? { class_name: 'function', config: 'partial' } : notKnown;
}
