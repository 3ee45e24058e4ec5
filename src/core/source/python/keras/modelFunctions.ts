import { type Value, builtin, none, unknown } from '../values';
import type { KerasSession } from './session';
import { cloneModel } from './cloneModel';

/** Functions of `keras.models` that give a model. */
export function modelFunctions(name: string, session: KerasSession): Value | undefined {
  switch (name) {
    case 'load_model':
      return builtin(
        'keras.models.load_model',
        (_vm, args) =>
          session.savedModels.load(args.get(0, 'filepath')) ??
          unknown('a model that is loaded from a file', args.node),
      );
    case 'model_from_json':
    case 'model_from_yaml':
    case 'model_from_config':
      return builtin(`keras.models.${name}`, (_vm, args) =>
        unknown('a model that is loaded from a file', args.node),
      );
    case 'clone_model':
      return builtin('keras.models.clone_model', (_vm, args) => cloneModel(args, session));
    case 'save_model':
      return builtin('keras.models.save_model', (_vm, args) => {
        session.savedModels.save(args.get(1, 'filepath'), args.required(0, 'model'));
        return none;
      });
    default:
      return undefined;
  }
}
