import { findOptimizer } from '../../../model/catalogue/catalogue';
import { ObjectClass } from '../keras/objectClasses';
import { operationFunction } from '../keras/operationFunctions';
import type { KerasSession } from '../keras/session';
import { tensorsIn } from '../keras/tensorValue';
import type { Arguments } from '../arguments';
import { type ModuleValue, type Value, builtin, none, str, unknown } from '../values';
import { imageOperation } from './tensorflow/images';
import { dataMember, tensorSpec } from './tensorflow/data';
import { arrayFrom } from './arrays/fromLists';
import { numpyMember } from './numpy';
import { tensorRandomMember } from './tensorflow/random';

type Member = (name: string, session: KerasSession) => Value | undefined;

/** An operation of keras.ops, or NumPy's function of that name on arrays. */
const op =
  (module: string): Member =>
  (name, session) =>
    operationFunction(`${module}.${name}`, operationNames[name] ?? name, session) ??
    numpyMember(name, session);

/** TensorFlow's names where keras.ops has another. */
const operationNames: Readonly<Record<string, string>> = {
  l2_normalize: 'normalize',
  sub: 'subtract',
  mul: 'multiply',
  pow: 'power',
};

/** Functions that make arrays, by NumPy's name for them. */
const creation: Readonly<Record<string, string>> = {
  zeros: 'zeros',
  ones: 'ones',
  fill: 'full',
  eye: 'eye',
  range: 'arange',
  linspace: 'linspace',
  zeros_like: 'zeros_like',
  ones_like: 'ones_like',
  unique: 'unique',
  meshgrid: 'meshgrid',
};

const modules: Readonly<Record<string, Member>> = {
  tensorflow: (name, session) =>
    name === 'keras'
      ? session.module('keras')
      : name === '__version__'
        ? str('2.9.9')
        : dtypes.has(name)
          ? str(name)
          : (session.module(`tensorflow.${name}`) ?? plain(name, session) ?? op('tensorflow')(name, session)),
  'tensorflow.nn': (name, session) => imageOperation(name, session) ?? op('tensorflow.nn')(name, session),
  'tensorflow.math': op('tensorflow.math'),
  'tensorflow.linalg': op('tensorflow.linalg'),
  'tensorflow.image': (name, session) => imageOperation(name, session),
  'tensorflow.signal': () => undefined,
  'tensorflow.random': tensorRandomMember,
  'tensorflow.data': (name) => dataMember(name),
  'tensorflow.train': trainingMember,
  'tensorflow.python.training': trainingMember,
  'tensorflow.initializers': (name, session) => session.module('keras.initializers')?.members.get(name),
  'tensorflow.losses': (name, session) => session.module('keras.losses')?.members.get(name),
  'tensorflow.optimizers': (name, session) => session.module('keras.optimizers')?.members.get(name),
  'tensorflow.compat.v1': (name, session) => session.module('tensorflow')?.members.get(name),
  'tensorflow.compat': (name, session) => session.module(`tensorflow.compat.${name}`),
  'tensorflow.experimental': (name, session) => session.module(`tensorflow.experimental.${name}`),
  'tensorflow.experimental.numpy': numpyMember,
};

function trainingMember(name: string, session: KerasSession): Value | undefined {
  const definition = findOptimizer(name);
  return definition && new ObjectClass('optimizer', definition, session);
}

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

/** `tf.constant`, `tf.Variable`, `tf.convert_to_tensor`: the value as an array; symbolic tensors stay what they are. */
function converted(args: Arguments): Value {
  const value = args.get(0, 'value', 'initial_value') ?? none;
  if (tensorsIn(value).length > 0) {
    return value;
  }
  const given = value.kind === 'function' || value.kind === 'builtin' ? none : value;
  const dtype = args.keyword('dtype') ?? args.positional[1];
  return given.kind === 'str' || given.kind === 'bool'
    ? given
    : (arrayFrom(given, args.node, dtype?.kind === 'str' ? dtype.value : undefined) ??
        unknown('a tensor', args.node));
}

function plain(name: string, session: KerasSession): Value | undefined {
  switch (name) {
    case 'function':
      return builtin('tensorflow.function', (_vm, args) => args.positional[0] ?? none);
    case 'constant':
    case 'Variable':
    case 'convert_to_tensor':
      return builtin(`tensorflow.${name}`, (_vm, args) => converted(args));
    case 'shape':
      return builtin('tensorflow.shape', (vm, args) => {
        const [value] = args.positional;
        return (value && vm.attribute(value, 'shape')) ?? unknown('a shape', args.node, 'tuple');
      });
    case 'rank':
      return builtin('tensorflow.rank', (vm, args) => {
        const [value] = args.positional;
        return (value && vm.attribute(value, 'ndim')) ?? unknown('a number of axes', args.node, 'int');
      });
    case 'TensorSpec':
    case 'TensorShape':
      return builtin(`tensorflow.${name}`, (_vm, args) =>
        name === 'TensorShape' ? (args.positional[0] ?? none) : tensorSpec(args),
      );
    case 'print':
    case 'debugging':
      return builtin('tensorflow.print', () => none);
    case 'random_normal_initializer':
    case 'random_uniform_initializer':
    case 'truncated_normal_initializer':
    case 'zeros_initializer':
    case 'ones_initializer':
    case 'constant_initializer':
    case 'orthogonal_initializer':
    case 'glorot_uniform_initializer':
    case 'variance_scaling_initializer':
      return session.module('keras.initializers')?.members.get(name);
    default: {
      const made = creation[name];
      return made === undefined ? undefined : symbolicOr(name, made, session);
    }
  }
}

/** `tf.zeros((2, 3))` is an array; of a symbolic tensor it is an operation. */
function symbolicOr(name: string, made: string, session: KerasSession): Value {
  return builtin(`tensorflow.${name}`, (vm, args) => {
    const symbolic = [...args.values()].some((value) => tensorsIn(value).length > 0);
    const callee = symbolic
      ? operationFunction(`tensorflow.${name}`, name, session)
      : numpyMember(made, session);
    return callee ? vm.call(callee, args) : unknown(`tensorflow.${name}`, args.node);
  });
}

/** A module of TensorFlow that is not Keras. */
export function tensorflowModule(name: string, session: KerasSession): ModuleValue | undefined {
  const member =
    modules[name] ?? (name.startsWith('tensorflow.python.training') ? trainingMember : undefined);
  const cache = new Map<string, Value | undefined>();
  return (
    member && {
      kind: 'module',
      name,
      members: {
        get: (key) => {
          if (!cache.has(key)) {
            cache.set(key, member(key, session));
          }
          return cache.get(key);
        },
        names: () => null,
      },
    }
  );
}
