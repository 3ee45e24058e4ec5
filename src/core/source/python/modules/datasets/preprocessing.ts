import type { Value } from '../../values';

/** Members of `keras.preprocessing` and its modules. */
export function preprocessingMember(_name: string): Value | undefined {
  return undefined;
}
