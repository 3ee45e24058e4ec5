import type { Value } from '../values';
import type { KerasSession } from '../keras/session';

/** Members of `numpy`. */
export function numpyMember(_name: string, _session: KerasSession): Value | undefined {
  return undefined;
}
