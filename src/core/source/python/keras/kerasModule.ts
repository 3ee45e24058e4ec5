import {
  findActivation,
  findConstraint,
  findInitializer,
  findLoss,
  findOptimizer,
  findRegularizer,
  findSchedule,
  layerClasses,
} from '../../../model/catalogue/catalogue';
import type { ClassDefinition } from '../../../model/catalogue/classDefinition';
import { applicationNamed } from './applications';
import { backendMember } from './backend';
import { makeVariable } from './customLayer';
import { functionalLayer } from './functionalLayers';
import { inputTensor, ModelReference, SequentialReference } from './modelClasses';
import { BaseLayerReference, type LayerClassReference, layerClassNamed } from './layerClasses';
import { LayerValue } from './layerValue';
import { modelFunctions } from './modelFunctions';
import { CheckpointValue } from './savedModels';
import { lossCall } from './lossCall';
import { ObjectClass } from './objectClasses';
import { operationFunction } from './operationFunctions';
import type { KerasSession } from './session';
import type { Family } from './serializedValue';
import { datasetModule } from '../modules/datasets/kerasDatasets';
import { preprocessingMember } from '../modules/datasets/preprocessing';
import { utilsMember } from './utils';
import { tensorRandomMember } from '../modules/tensorflow/random';
import { moduleOf } from '../modules/moduleTable';
import { type ModuleValue, type Value, builtin, none, str, stringOf } from '../values';

type Member = (name: string, session: KerasSession) => Value | undefined;

const lowerFirst = (name: string): boolean => /^[a-z]/.test(name);

/** Classes of one family; functions of the same name (`regularizers.l2(…)`) make objects too. */
function objects(family: Family, find: (name: string) => ClassDefinition | undefined): Member {
  return (name, session) => {
    const definition = find(name);
    return definition && new ObjectClass(family, definition, session);
  };
}

/** `keras.losses.Reduction` of Keras 2. */
const reductions: Readonly<Record<string, string>> = {
  NONE: 'none',
  SUM: 'sum',
  AUTO: 'sum_over_batch_size',
  SUM_OVER_BATCH_SIZE: 'sum_over_batch_size',
};

/** Losses given as functions stay functions: only their names count. */
const losses: Member = (name, session) => {
  if (name === 'Reduction') {
    return session.module('keras.losses.Reduction');
  }
  const definition = findLoss(name);
  if (!definition) {
    return undefined;
  }
  // MSE and KLD are functions of Keras 2; CTC is the class itself
  return lowerFirst(name) || (/^[A-Z]{3,4}$/.test(name) && name !== definition.className)
    ? builtin(
        `keras.losses.${definition.aliases[0] ?? name}`,
        (_vm, args) => lossCall(definition, args, null) ?? operationResult(args.node),
      )
    : new ObjectClass('loss', definition, session);
};

const operationResult = (node: { start: number; end: number } | null): Value => ({
  kind: 'unknown',
  reason: 'the value of a loss',
  origin: node,
});

const optimizers: Member = (name, session) => {
  if (name === 'schedules') {
    return session.module('keras.optimizers.schedules');
  }
  if (name === 'legacy' || name === 'experimental') {
    return session.module('keras.optimizers');
  }
  if (name === 'get') {
    return builtin('keras.optimizers.get', (vm, args) => {
      const [given] = args.positional;
      const definition = given?.kind === 'str' ? findOptimizer(given.value) : undefined;
      return definition
        ? new ObjectClass('optimizer', definition, session).call(args.with([], new Map()), vm)
        : (given ?? none);
    });
  }
  return lowerFirst(name) ? undefined : objects('optimizer', findOptimizer)(name, session);
};

const activations: Member = (name, session) => {
  if (name === 'get') {
    return builtin('keras.activations.get', (_vm, args) => {
      const given = args.get(0, 'identifier');
      // None stands for linear.
      const named = !given || given.kind === 'none' ? 'linear' : stringOf(given);
      return (named === undefined ? undefined : activations(named, session)) ?? given ?? none;
    });
  }
  if (name === 'linear') {
    return builtin('keras.activations.linear', (_vm, args) => args.required(0, 'x'));
  }
  const definition = findActivation(name);
  return definition && operationFunction(`keras.activations.${name}`, definition.className, session);
};

const layers: Member = (name, session) => {
  if (name === 'Layer' || name === 'Wrapper') {
    return new BaseLayerReference(session);
  }
  if (name === 'Input') {
    return inputFunction(session);
  }
  return (
    (lowerFirst(name) ? functionalLayer(name, session) : layerClassNamed(name, session)) ??
    submodule('keras.layers', name, session)
  );
};

function inputFunction(session: KerasSession): Value {
  return builtin('keras.Input', (vm, args) => {
    const reference: LayerClassReference | undefined = layerClassNamed('InputLayer', session);
    const layer = reference?.construct(args, vm, null);
    return layer instanceof LayerValue ? inputTensor(layer) : none;
  });
}

/** `keras.Variable(value)`: a weight of the layer that holds it. */
function variableFunction(session: KerasSession): Value {
  return builtin('keras.Variable', (vm, args) => {
    const initial = args.get(0, 'initializer');
    const shape = args.get(1, 'shape') ?? (initial && vm.attribute(initial, 'shape'));
    const keywords = new Map([...args.keywords].filter(([key]) => key === 'trainable' || key === 'name'));
    if (shape) {
      keywords.set('shape', shape);
    }
    return makeVariable(session, 'variable', args.with([], keywords));
  });
}

const submodule = (parent: string, name: string, session: KerasSession): Value | undefined =>
  lowerFirst(name) ? session.module(`${parent}.${name}`) : undefined;

const models: Member = (name, session) => {
  switch (name) {
    case 'Sequential':
      return new SequentialReference(session);
    case 'Model':
    case 'Functional':
      return new ModelReference(session);
    case 'Input':
      return inputFunction(session);
    default:
      return modelFunctions(name, session);
  }
};

/** Keras' classes that programs derive from or only pass on: nothing of theirs is needed. */
const initializers: Member = (name, session) =>
  name === 'get'
    ? builtin('keras.initializers.get', (_vm, args) => args.positional[0] ?? none)
    : objects('initializer', findInitializer)(name, session);

const regularizers: Member = (name, session) =>
  name === 'get'
    ? builtin('keras.regularizers.get', (_vm, args) => args.positional[0] ?? none)
    : objects('regularizer', findRegularizer)(name, session);

const constraints: Member = (name, session) => objects('constraint', findConstraint)(name, session);
const schedules: Member = (name, session) => objects('schedule', findSchedule)(name, session);

const root: Member = (name, session) =>
  models(name, session) ??
  (name === 'Input' || name === 'Layer' || name === 'InputSpec' ? layers(name, session) : undefined) ??
  (name === 'Variable' ? variableFunction(session) : undefined) ??
  (name === '__version__' ? str('3.15.1') : undefined) ??
  submodule('keras', name, session);

/** Keras' modules by their canonical names. */
const modules: Readonly<Record<string, Member>> = {
  keras: root,
  'keras.layers': layers,
  'keras.models': models,
  'keras.engine': (name, session) => models(name, session) ?? layers(name, session),
  'keras.activations': activations,
  'keras.initializers': initializers,
  'keras.regularizers': regularizers,
  'keras.constraints': constraints,
  'keras.losses': losses,
  'keras.optimizers': optimizers,
  'keras.optimizers.schedules': schedules,
  'keras.metrics': (name, session) => losses(name, session),
  'keras.callbacks': (name) =>
    name === 'ModelCheckpoint'
      ? builtin(
          'keras.callbacks.ModelCheckpoint',
          (_vm, args) => new CheckpointValue(args.get(0, 'filepath')),
        )
      : undefined,
  'keras.losses.Reduction': (name) => (reductions[name] === undefined ? undefined : str(reductions[name])),
  'keras.utils': utilsMember,
  'keras.backend': backendMember,
  'keras.ops': (name, session) =>
    (name === 'image' ? session.module('tensorflow.image') : undefined) ??
    (name === 'nn' || name === 'numpy' ? session.module('keras.ops') : undefined) ??
    (name === 'shape' || name === 'convert_to_tensor' || name === 'arange'
      ? session.module('tensorflow')?.members.get(name === 'arange' ? 'range' : name)
      : undefined) ??
    operationFunction(`keras.ops.${name}`, name, session) ??
    session.module('tensorflow')?.members.get(name),
  'keras.random': (name, session) => tensorRandomMember(name, session) ?? backendMember(name, session),
  'keras.datasets': (name, session) => session.module(`keras.datasets.${name}`),
  'keras.applications': (name, session) => applicationNamed(name, session),
  'keras.preprocessing': preprocessingMember,
};

/** Names that a star import from a module brings. */
const starNames: Readonly<Record<string, () => readonly string[]>> = {
  'keras.layers': () => [
    ...layerClasses.flatMap((definition) => [definition.className, ...definition.aliases]),
    'Input',
    'Layer',
    ...'add subtract multiply average maximum minimum concatenate dot'.split(' '),
  ],
  'keras.models': () => ['Sequential', 'Model', 'load_model', 'model_from_json', 'clone_model'],
  keras: () => ['Sequential', 'Model', 'Input', ...topModules],
  'keras.optimizers': () => [
    'SGD',
    'Adam',
    'AdamW',
    'Nadam',
    'Adamax',
    'RMSprop',
    'Adagrad',
    'Adadelta',
    'Ftrl',
    'schedules',
  ],
  'keras.utils': () => ['to_categorical', 'plot_model', 'np_utils'],
  'keras.losses': () => [
    'BinaryCrossentropy',
    'CategoricalCrossentropy',
    'SparseCategoricalCrossentropy',
    'MeanSquaredError',
    'MeanAbsoluteError',
    'Huber',
  ],
  'keras.datasets': () => [
    'mnist',
    'fashion_mnist',
    'cifar10',
    'cifar100',
    'imdb',
    'reuters',
    'boston_housing',
  ],
  'keras.callbacks': () => [],
};

const topModules = Object.keys(modules)
  .filter((name) => /^keras\.\w+$/.test(name))
  .map((name) => name.slice('keras.'.length));

const prefix =
  /^(?:tensorflow(?:_core)?\.(?:python\.|contrib\.|_api\.v\d\.)?(?:compat\.v[12]\.)?keras(?:\.api)?|tf_keras|keras_core|keras)(?:\.(?:src|api|_v\d|_tf_keras\.keras|_impl\.keras))*(?=\.|$)/;

/** Modules whose inner modules are only where classes are kept. */
const flattened = [
  'layers',
  'models',
  'losses',
  'metrics',
  'callbacks',
  'regularizers',
  'initializers',
  'constraints',
  'activations',
  'engine',
  'backend',
  'ops',
];

const renamed: Readonly<Record<string, string>> = {
  objectives: 'losses',
  optimizer_v2: 'optimizers',
  optimizer_v1: 'optimizers',
  optimizer_experimental: 'optimizers',
  legacy: 'layers',
  saving: 'models',
  'utils.np_utils': 'utils',
};

/** Keras' name for a module: 'keras.layers' for `tensorflow.python.keras.layers.core`; null for one that is not of Keras. */
export function canonicalKerasName(name: string): string | null {
  const match = prefix.exec(name);
  if (!match) {
    return null;
  }
  const [first = '', ...rest] = name.slice(match[0].length + 1).split('.');
  const head = renamed[first] ?? first;
  if (first === '') {
    return 'keras';
  }
  if (flattened.includes(head)) {
    return `keras.${head}`;
  }
  if (head === 'optimizers') {
    return rest[0] === 'schedules' ? 'keras.optimizers.schedules' : 'keras.optimizers';
  }
  if (head === 'utils' || head === 'preprocessing') {
    return `keras.${head}`;
  }
  return ['keras', head, ...rest].join('.');
}

/** A module of Keras by its canonical name. */
export function kerasModule(name: string, session: KerasSession): ModuleValue | undefined {
  const member = modules[name];
  if (member) {
    const cache = new Map<string, Value | undefined>();
    return {
      kind: 'module',
      name,
      members: {
        get: (key) => {
          if (!cache.has(key)) {
            cache.set(key, member(key, session));
          }
          return cache.get(key);
        },
        names: () => starNames[name]?.() ?? null,
      },
    };
  }
  const dataset = /^keras\.datasets\.(\w+)$/.exec(name)?.[1];
  if (dataset !== undefined) {
    return datasetModule(dataset);
  }
  if (/^keras\.applications\.\w+$/.test(name)) {
    return {
      kind: 'module',
      name,
      members: { get: (key) => applicationNamed(key, session), names: () => null },
    };
  }
  return name.startsWith('keras.wrappers') ? moduleOf(name, {}) : undefined;
}
