import { type Value, builtin, none } from '../values';
import { backendMember } from './backend';
import type { KerasSession } from './session';
import { encodingFunction } from '../modules/datasets/encoding';
import { preprocessingMember } from '../modules/datasets/preprocessing';

/** Members of `keras.utils`. */
export function utilsMember(name: string, session: KerasSession): Value | undefined {
  switch (name) {
    case 'np_utils':
      return session.module('keras.utils');
    case 'plot_model':
    case 'get_file':
      return name === 'plot_model' ? builtin('keras.utils.plot_model', () => none) : undefined;
    case 'set_random_seed':
    case 'clear_session':
      return backendMember(name, session);
    case 'register_keras_serializable':
      return undefined;
    default:
      return encodingFunction(name) ?? preprocessingMember(name);
  }
}
