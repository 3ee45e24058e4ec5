import { findOptimizer } from '../../../model/catalogue/catalogue';
import { ObjectClass } from '../keras/objectClasses';
import { operationFunction } from '../keras/operationFunctions';
import type { KerasSession } from '../keras/session';
import { layerClassNamed } from '../keras/layerClasses';
import { type ModuleValue, type Value, builtin, none, str } from '../values';

type Member = (name: string, session: KerasSession) => Value | undefined;

const op =
  (module: string): Member =>
  (name, session) =>
    operationFunction(`${module}.${name}`, name, session);

const modules: Readonly<Record<string, Member>> = {
  tensorflow: (name, session) =>
    name === 'keras'
      ? session.module('keras')
      : name === '__version__'
        ? str('2.9.9')
        : dtypes.has(name)
          ? str(name)
          : (session.module(`tensorflow.${name}`) ?? plain(name, session) ?? op('tensorflow')(name, session)),
  'tensorflow.nn': op('tensorflow.nn'),
  'tensorflow.math': op('tensorflow.math'),
  'tensorflow.linalg': op('tensorflow.linalg'),
  'tensorflow.train': (name, session) => {
    const definition = findOptimizer(name);
    return definition && new ObjectClass('optimizer', definition, session);
  },
  'tensorflow.initializers': (name, session) => session.module('keras.initializers')?.members.get(name),
  'tensorflow.losses': (name, session) => session.module('keras.losses')?.members.get(name),
  'tensorflow.optimizers': (name, session) => session.module('keras.optimizers')?.members.get(name),
  'tensorflow.compat.v1': (name, session) => session.module('tensorflow')?.members.get(name),
  'tensorflow.compat': (name, session) => session.module(`tensorflow.compat.${name}`),
};

const dtypes = new Set([
  'float16',
  'float32',
  'float64',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'bool',
  'string',
  'bfloat16',
]);

function plain(name: string, session: KerasSession): Value | undefined {
  switch (name) {
    case 'function':
      return builtin('tensorflow.function', (_vm, args) => args.positional[0] ?? none);
    case 'Module':
      return undefined;
    case 'random_normal_initializer':
    case 'random_uniform_initializer':
    case 'truncated_normal_initializer':
    case 'zeros_initializer':
    case 'ones_initializer':
    case 'constant_initializer':
    case 'initializers':
      return session.module('keras.initializers')?.members.get(name);
    default:
      return layerClassNamed(name, session) && undefined;
  }
}

/** A module of TensorFlow that is not Keras. */
export function tensorflowModule(name: string, session: KerasSession): ModuleValue | undefined {
  const member = modules[name];
  return (
    member && {
      kind: 'module',
      name,
      members: { get: (key) => member(key, session), names: () => null },
    }
  );
}
