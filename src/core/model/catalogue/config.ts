import type { Config, Json, SerializedObject } from '../spec';
import type { ArgumentDefinition, ClassDefinition } from './classDefinition';
import {
  findActivation,
  findConstraint,
  findInitializer,
  findRegularizer,
  findSchedule,
  type Lookup,
} from './classes';
import { isConfig, isList, isSerialized } from './configAccess';

/**
 * The configuration as Keras' `get_config()` gives it: defaults filled in, tuples written out, initializers and the like as
 * serialised objects, activations by their canonical name. Arguments that the class does not know are left out.
 */
export function completeConfig(definition: ClassDefinition, bound: Readonly<Record<string, Json>>): Config {
  const config: Record<string, Json> = {};
  for (const argument of [...(definition.keywords ?? []), ...definition.arguments]) {
    const given = bound[argument.name];
    const value = given === undefined ? argument.default : given;
    // Dropped at their default only: a layer's activity_regularizer counts where it is given.
    if (value !== undefined && !(argument.transient && (given === undefined || given === null))) {
      config[argument.name] = canonical(argument, value);
    }
  }
  return config;
}

function canonical(argument: ArgumentDefinition, value: Json): Json {
  switch (argument.kind) {
    case 'activation':
      return canonicalActivation(value);
    case 'initializer':
      return canonicalObject(findInitializer, value);
    case 'regularizer':
      return canonicalObject(findRegularizer, value);
    case 'constraint':
      return canonicalObject(findConstraint, value);
    case 'shape':
      return value === null || isList(value) ? value : [value];
    case 'layer':
    case 'layers':
    case 'plain':
      if (argument.tuple !== undefined && typeof value === 'number') {
        return Array.from({ length: argument.tuple }, () => value);
      }
      if (argument.name === 'data_format') {
        return (typeof value === 'string' && dataFormats[value]) || 'channels_last';
      }
      return argument.name === 'learning_rate' && isConfig(value)
        ? canonicalObject(findSchedule, value)
        : value;
  }
}

/** Keras 1 wrote 'tf' and 'th'. */
const dataFormats: Readonly<Record<string, string>> = {
  channels_first: 'channels_first',
  th: 'channels_first',
};

/** The function's canonical name; an object (a layer, a function of the user's own) stays as it is. */
export function canonicalActivation(value: Json): Json {
  if (value === null) {
    return 'linear';
  }
  if (typeof value === 'string') {
    return findActivation(value)?.className ?? value;
  }
  if (isConfig(value) && value.class_name === 'function' && typeof value.config === 'string') {
    return canonicalActivation(value.config);
  }
  return value;
}

/** An initializer, regularizer, constraint or schedule given by its string or as a serialised object. */
export function canonicalObject(find: Lookup<ClassDefinition>, value: Json): Json {
  if (typeof value === 'string') {
    const definition = find(value);
    return definition
      ? { class_name: definition.className, config: objectConfig(definition, {}) }
      : { class_name: value, config: {} };
  }
  if (!isSerialized(value)) {
    return isConfig(value) && typeof value.class_name === 'string'
      ? { class_name: value.class_name, config: {} }
      : value;
  }
  const definition = find(value.class_name);
  const object: SerializedObject = definition
    ? { class_name: definition.className, config: objectConfig(definition, value.config) }
    : { class_name: value.class_name, config: value.config };
  return value.shared_object_id === undefined
    ? object
    : { ...object, shared_object_id: value.shared_object_id };
}

function objectConfig(definition: ClassDefinition, bound: Config): Config {
  return completeConfig({ ...definition, keywords: [] }, bound);
}
