import type { Json } from '../spec';
import type { ArgumentDefinition } from './classDefinition';

/** Short forms in which the catalogue's tables are written. Further strings are old spellings. */

export function required(name: string, ...oldNames: string[]): ArgumentDefinition {
  return { name, default: undefined, kind: 'plain', oldNames };
}

export function optional(name: string, value: Json, ...oldNames: string[]): ArgumentDefinition {
  return { name, default: value, kind: 'plain', oldNames };
}

/** `size` equal numbers where one is given. */
export function tuple(
  name: string,
  size: number,
  value: Json | undefined,
  ...oldNames: string[]
): ArgumentDefinition {
  return { name, default: value, kind: 'plain', oldNames, tuple: size };
}

export function shape(name: string, value: Json | undefined, ...oldNames: string[]): ArgumentDefinition {
  return { name, default: value, kind: 'shape', oldNames };
}

export function activation(
  value: Json = null,
  name = 'activation',
  ...oldNames: string[]
): ArgumentDefinition {
  return { name, default: value, kind: 'activation', oldNames };
}

export function initializer(name: string, value: Json, ...oldNames: string[]): ArgumentDefinition {
  return { name: `${name}_initializer`, default: value, kind: 'initializer', oldNames };
}

export function regularizer(name: string, ...oldNames: string[]): ArgumentDefinition {
  return { name: `${name}_regularizer`, default: null, kind: 'regularizer', oldNames };
}

export function constraint(name: string, ...oldNames: string[]): ArgumentDefinition {
  return { name: `${name}_constraint`, default: null, kind: 'constraint', oldNames };
}

export function layer(name: string, value?: null): ArgumentDefinition {
  return { name, default: value, kind: 'layer', oldNames: [] };
}

/** Taken by the constructor, but no part of `get_config()`. */
export function transient(definition: ArgumentDefinition): ArgumentDefinition {
  return { ...definition, transient: true };
}

export const seed = optional('seed', null);
export const dataFormat = optional('data_format', null, 'dim_ordering');
export const dropout = optional('dropout', 0, 'dropout_W');

/** What Keras' base Layer takes, and what it took before Keras 3. */
export const layerKeywords: readonly ArgumentDefinition[] = [
  optional('name', null),
  optional('trainable', true),
  optional('dtype', null),
  transient(optional('autocast', true)),
  transient(regularizer('activity')),
  transient(optional('input_shape', null)),
  transient(optional('batch_input_shape', null)),
  transient(optional('input_dim', null)),
  transient(optional('batch_size', null)),
  transient(optional('weights', null)),
  transient(optional('input_dtype', null)),
];
