import type { Config, Json, SerializedObject } from '../spec';

/** Reads of a configuration that say what they expect; wrong kinds read as the fallback. */

export function isConfig(value: Json | undefined): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function numberOf(config: Config, name: string, fallback = 0): number {
  const value = config[name];
  return typeof value === 'number' ? value : fallback;
}

export function stringOf(config: Config, name: string, fallback = ''): string {
  const value = config[name];
  return typeof value === 'string' ? value : fallback;
}

export function flagOf(config: Config, name: string): boolean {
  const value = config[name];
  return value !== undefined && value !== null && value !== false && value !== 0;
}

/** A list of numbers; a single number is a list of one. */
export function numbersOf(config: Config, name: string): readonly number[] {
  const value = config[name];
  if (typeof value === 'number') {
    return [value];
  }
  return isList(value) ? value.filter((each): each is number => typeof each === 'number') : [];
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A list of sizes, null = variable. */
export function sizesOf(config: Config, name: string): readonly (number | null)[] {
  const value = config[name];
  return isList(value)
    ? value.map((each) => (typeof each === 'number' ? each : null))
    : numbersOf(config, name);
}

export function objectOf(config: Config, name: string): SerializedObject | null {
  const value = config[name];
  return isSerialized(value) ? value : null;
}

export function isSerialized(value: Json | undefined): value is SerializedObject {
  return isConfig(value) && typeof value.class_name === 'string' && isConfig(value.config);
}
