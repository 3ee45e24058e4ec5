import type { Value } from '../values';
import type { KerasSession } from './session';

/** A builder of `keras.applications`, or the module of a family; undefined where there is none. */
export function applicationNamed(_name: string, _session: KerasSession): Value | undefined {
  return undefined;
}
