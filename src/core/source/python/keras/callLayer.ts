import { isSerialized } from '../../../model/catalogue/configAccess';
import type { CompositeObject, LayerObject } from '../../../model/graph/graphObject';
import { SymbolicTensor, type CallInputs } from '../../../model/graph/symbolicTensor';
import type { Config, Json } from '../../../model/spec';
import type { Shape } from '../../../report/report';
import { Arguments } from '../arguments';
import { findInClass } from '../attributes';
import { PythonError } from '../errors';
import type { Interpreter } from '../interpreter';
import { ArrayValue } from '../modules/arrays/arrayValue';
import { DatasetValue } from '../modules/datasets/datasetValue';
import { type InstanceValue, type Value, int, none, tuple, unknown } from '../values';
import { trackAttributes } from './customLayer';
import { type LayerValue, layerIn } from './layerValue';
import { type ModelValue, modelIn } from './modelValue';
import { asPythonError, constantTensor } from './operations';
import { notKnown, serialize } from './serialize';
import type { KerasSession } from './session';
import { TensorValue, resultOf, tensorsIn } from './tensorValue';
import { resolveTraining, withTraining, withTrainingFlag } from './trainingArgument';
import { settleVocabulary } from './vocabulary';

/** What a layer gives for these arguments: symbolic tensors for symbolic tensors, arrays for arrays. */
export function callLayer(layer: LayerValue, args: Arguments, vm: Interpreter): Value {
  const { object, session } = layer;
  const constants = session.compositeDepth > 0 ? constantInputs(args, session) : null;
  const eager = constants ? null : eagerInputs(args);
  const given = eager || constants ? args.with(eager ?? constants ?? [], args.keywords) : args;
  const names = object.kind === 'layer' ? object.definition.callArguments : callParameters(layer);
  const { inputs, flags: written } = splitArguments(given, names, session);
  if (Object.values(inputs).flat().length === 0) {
    const missing = args.positional.find((value) => value.kind === 'unknown');
    return missing?.kind === 'unknown'
      ? unknown(missing.reason, missing.origin)
      : unknown(`what ${object.name} gives`, args.node);
  }
  settleVocabulary(layer);
  const rows = eager && object.kind === 'layer' ? lookedUp(object, args) : null;
  if (rows) {
    return rows;
  }
  if (!eager) {
    session.progress++;
  } else {
    // Training loops call layers on data again and again: once a shape is enough.
    const [first] = object.nodes;
    if (first && sameShapes(first.inputTensors, Object.values(inputs).flat())) {
      return wrap(first.outputs, first.multiple, true, session);
    }
  }
  const training = resolveTraining(object, layer.instance, written, session);
  const flags = withTrainingFlag(written, training, session);
  try {
    switch (object.kind) {
      case 'layer': {
        const node = session.graph.call(object, inputs, flags);
        return wrap(node.outputs, node.multiple, eager !== null, session);
      }
      case 'opaque': {
        const node = session.graph.callOpaque(object, inputs, flags);
        return wrap(node.outputs, node.multiple, eager !== null, session);
      }
      case 'composite':
        return callComposite(layer, object, given, inputs, { flags, training }, eager !== null, vm);
    }
  } catch (error) {
    session.rankWishes.consider((error as Error).message, Object.values(inputs).flat());
    throw asPythonError(error);
  }
}

/** What an Embedding gives for numbers that are written out: rows of its start table. */
function lookedUp(object: LayerObject, args: Arguments): ArrayValue | null {
  const [ids] = args.positional;
  const { input_dim: count, output_dim: width, embeddings_initializer: initializer } = object.config;
  if (
    object.className !== 'Embedding' ||
    !(ids instanceof ArrayValue) ||
    !ids.data ||
    !ids.shape ||
    ids.size !== ids.data.length ||
    typeof count !== 'number' ||
    typeof width !== 'number' ||
    !isSerialized(initializer)
  ) {
    return null;
  }
  return new ArrayValue([...ids.shape, width], {
    dtype: 'float32',
    place: args.node,
    drawn: { layer: object.name, table: [count, width], initializer, rows: ids.data },
  });
}

function sameShapes(a: readonly SymbolicTensor[], b: readonly SymbolicTensor[]): boolean {
  return (
    a.length === b.length &&
    a.every(
      ({ shape }, i) =>
        shape.slice(1).join() === b[i]?.shape.slice(1).join() && shape.length === b[i]?.shape.length,
    )
  );
}

function wrap(
  outputs: readonly SymbolicTensor[],
  multiple: boolean,
  eager: boolean,
  session: KerasSession,
): Value {
  if (!eager) {
    return resultOf(outputs, multiple, session);
  }
  const arrays = outputs.map(({ shape, dtype }) => new ArrayValue(shape, { dtype }));
  return multiple || !arrays[0] ? { kind: 'list', items: arrays } : arrays[0];
}

/** Arrays as stand-ins for tensors, where a layer is called on data; null where it is called on symbolic tensors. */
export function eagerInputs(args: Arguments): Value[] | null {
  const values = [...args.values()];
  if (values.some((value) => tensorsIn(value).length > 0)) {
    return null;
  }
  const converted = args.positional.map(standIn);
  return converted.some((value) => tensorsIn(value).length > 0) ? converted : null;
}

/** Within a custom layer's `call`, arrays are constants of the graph; null where there are none. */
function constantInputs(args: Arguments, session: KerasSession): Value[] | null {
  if ([...args.values()].some((value) => tensorsIn(value).length > 0)) {
    return null;
  }
  let found = false;
  const converted = args.positional.map((value) => {
    const tensor = value instanceof ArrayValue && value.shape ? constantTensor(value, session) : null;
    found ||= tensor !== null;
    return tensor ? new TensorValue(tensor, session) : value;
  });
  return found ? converted : null;
}

function standIn(value: Value): Value {
  if (value instanceof ArrayValue && value.shape && value.shape.length > 0) {
    const [, ...rest] = value.shape;
    return new TensorValue(
      new SymbolicTensor([null, ...rest], value.dtype.includes('int') ? value.dtype : 'float32', null, 0),
      dummySession(),
    );
  }
  if (value instanceof DatasetValue) {
    return standIn(value.inputs());
  }
  if (value.kind === 'list' || value.kind === 'tuple') {
    const items = value.items.map(standIn);
    return items.every((item) => tensorsIn(item).length > 0) ? { kind: 'list', items } : value;
  }
  if (value.kind === 'dict') {
    const entries = [...value.entries].map(([key, [k, item]]) => [key, [k, standIn(item)] as const] as const);
    return { kind: 'dict', entries: new Map(entries) };
  }
  return value;
}

/** Stand-ins are unwrapped before anything asks for their session. */
function dummySession(): KerasSession {
  return standInSession;
}
const standInSession = {} as KerasSession;

/** Tensors by the name of the call argument, and everything else as flags. */
export function splitArguments(
  args: Arguments,
  names: readonly string[],
  session: KerasSession,
): { inputs: CallInputs; flags: Config } {
  const inputs: Record<string, readonly SymbolicTensor[]> = {};
  const flags: Record<string, Json> = {};
  const put = (name: string, value: Value): void => {
    const tensors = tensorsIn(value);
    if (tensors.length > 0) {
      inputs[name] = tensors;
      return;
    }
    const json = value.kind === 'none' ? null : serialize(value);
    if (json !== null && json !== notKnown && typeof json !== 'object') {
      flags[name] = json;
    }
  };
  args.positional.forEach((value, i) => put(names[i] ?? `argument_${i}`, value));
  args.keywords.forEach((value, name) => {
    const tensors = tensorsIn(value);
    // A mask or training flag that is itself a tensor does not change shapes.
    if (tensors.length > 0 && name !== 'mask' && name !== 'attention_mask' && name !== 'training') {
      inputs[
        names.includes(name) ? name : names.length === 1 && !hasInputs(inputs) ? (names[0] ?? name) : name
      ] = tensors;
    } else if (tensors.length === 0) {
      put(name, value);
    }
  });
  void session;
  return { inputs, flags };
}

const hasInputs = (inputs: CallInputs): boolean => Object.keys(inputs).length > 0;

/** The parameters of the program's own `call`. */
function callParameters(layer: LayerValue): readonly string[] {
  const call = layer.instance && findInClass(layer.instance.class, 'call');
  return call?.kind === 'function' ? call.parameters.slice(1).map((parameter) => parameter.name) : ['inputs'];
}

/** Calls a layer of the program's own: `build` once, then `call` on tensors that stand for the inputs. */
function callComposite(
  layer: LayerValue,
  object: CompositeObject,
  args: Arguments,
  inputs: CallInputs,
  { flags, training }: { readonly flags: Config; readonly training: boolean | null },
  eager: boolean,
  vm: Interpreter,
): Value {
  const { session, instance } = layer;
  const function_ = instance && vm.lookup(instance, 'call');
  if (!instance || !function_) {
    throw new PythonError('NotImplementedError', `${object.className} has no call()`);
  }
  let result: Value = none;
  let multiple = false;
  const node = session.graph.callComposite(
    object,
    inputs,
    (inner) => {
      if (!layer.built) {
        layer.built = true;
        buildInstance(
          layer,
          Object.values(inner)
            .flat()
            .map((tensor) => tensor.shape),
          args,
          vm,
        );
      }
      session.compositeDepth++;
      try {
        const given = accepted(substituted(args, inputs, inner, session), instance);
        result = vm.call(function_, withTraining(given, instance, training));
      } finally {
        session.compositeDepth--;
      }
      trackAttributes(object, instance);
      const tensors = tensorsIn(result);
      if (tensors.length === 0) {
        result = opaqueBody(layer, inner, result);
        return tensorsIn(result);
      }
      multiple = !(result instanceof TensorValue);
      const passedOn = Object.values(inner).flat();
      // A layer that passes its input on still is a layer: it needs a leaf of its own.
      return tensors.map((tensor) => (passedOn.includes(tensor) ? identityOf(tensor, session) : tensor));
    },
    flags,
    undefined,
  );
  if (eager) {
    return wrap(node.outputs, multiple, true, session);
  }
  return restored(result, node.outputs, session);
}

function identityOf(tensor: SymbolicTensor, session: KerasSession): SymbolicTensor {
  return session.graph.applyOperation('identity', { x: tensor }).outputs[0] ?? tensor;
}

/** Keras passes `training` and `mask` on only to a `call` that takes them. */
function accepted(args: Arguments, instance: InstanceValue): Arguments {
  const call = findInClass(instance.class, 'call');
  if (call?.kind !== 'function' || call.parameters.some(({ kind }) => kind === 'double-star')) {
    return args;
  }
  const names = call.parameters.map(({ name }) => name);
  const keywords = [...args.keywords].filter(
    ([name]) => names.includes(name) || (name !== 'training' && name !== 'mask'),
  );
  return args.with(args.positional, new Map(keywords));
}

/** Stands for a `call` that the reader does not understand. */
function opaqueBody(layer: LayerValue, inner: CallInputs, result: Value): Value {
  const { object, session, declaredShape } = layer;
  const [first] = Object.values(inner).flat();
  const opaque = session.graph.createOpaque(object.className, object.config, {
    name: object.name,
    site: object.site,
  });
  const outputs =
    declaredShape && first
      ? [{ shape: [first.shape[0] ?? null, ...declaredShape], dtype: first.dtype }]
      : undefined;
  const node = session.graph.callOpaque(opaque, inner, {}, outputs);
  const why = result.kind === 'unknown' ? ` (${result.reason})` : '';
  session.unknownOf(
    object,
    'opaque-layer',
    `What ${object.className} computes could not be read${why}; it is taken for a layer that passes its input on.`,
    layer.at ?? null,
  );
  return resultOf(node.outputs, false, session);
}

/** The result's structure with the outer tensors put in place of the inner ones. */
function restored(result: Value, outputs: readonly SymbolicTensor[], session: KerasSession): Value {
  let next = 0;
  const visit = (value: Value): Value => {
    if (value instanceof TensorValue) {
      const tensor = outputs[next++];
      return tensor ? new TensorValue(tensor, session) : value;
    }
    switch (value.kind) {
      case 'list':
      case 'tuple':
        return { ...value, items: value.items.map(visit) };
      case 'dict':
        return {
          kind: 'dict',
          entries: new Map([...value.entries].map(([k, [key, item]]) => [k, [key, visit(item)]])),
        };
      default:
        return value;
    }
  };
  return visit(result);
}

/** The arguments with the tensors of the call replaced by those inside of it. */
function substituted(
  args: Arguments,
  outer: CallInputs,
  inner: CallInputs,
  session: KerasSession,
): Arguments {
  const map = new Map<SymbolicTensor, SymbolicTensor>();
  for (const [name, tensors] of Object.entries(outer)) {
    tensors.forEach((tensor, i) => {
      const replacement = inner[name]?.[i];
      if (replacement) {
        map.set(tensor, replacement);
      }
    });
  }
  const visit = (value: Value): Value => {
    if (value instanceof TensorValue) {
      return new TensorValue(map.get(value.tensor) ?? value.tensor, session);
    }
    switch (value.kind) {
      case 'list':
      case 'tuple':
        return { ...value, items: value.items.map(visit) };
      case 'dict':
        return {
          kind: 'dict',
          entries: new Map([...value.entries].map(([k, [key, item]]) => [k, [key, visit(item)]])),
        };
      default:
        return value;
    }
  };
  return args.with(
    args.positional.map(visit),
    new Map([...args.keywords].map(([name, value]) => [name, visit(value)])),
  );
}

function buildInstance(layer: LayerValue, shapes: readonly Shape[], args: Arguments, vm: Interpreter): void {
  const { instance } = layer;
  const own = instance && findInClass(instance.class, 'build');
  if (!instance || own?.kind !== 'function') {
    return;
  }
  const values = shapes.map((shape) => tuple(shape.map((size) => (size === null ? none : int(size)))));
  const several = args.positional[0]?.kind === 'list' || args.positional[0]?.kind === 'tuple';
  const parameters = own.parameters.length - 1;
  const given: Value[] =
    several || !values[0]
      ? [{ kind: 'list', items: values }]
      : parameters > 1
        ? values.slice(0, parameters)
        : [values[0]];
  vm.call({ kind: 'method', self: instance, callee: own }, Arguments.of(...given));
}

/** Calls a layer of the program's own that stands in a Sequential. */
export function callInSequence(
  object: CompositeObject,
  inputs: readonly SymbolicTensor[],
  session: KerasSession,
): readonly SymbolicTensor[] {
  const layer = layerIn(session.values.get(object));
  const values = inputs.map((tensor) => new TensorValue(tensor, session));
  const [first] = values;
  if (!layer || !first) {
    throw new PythonError('ValueError', `what ${object.className}.call does is not known`);
  }
  const given: Value = values.length === 1 ? first : { kind: 'list', items: values };
  return tensorsIn(layer.call(Arguments.of(given), session.vm));
}

/** Calls a model on symbolic tensors or on data; builds it where it is not built yet. */
export function callModel(model: ModelValue, args: Arguments, vm: Interpreter): Value {
  const { object, session } = model;
  const eager = eagerInputs(args);
  const [first] = eager ?? args.positional;
  const value = first ?? args.keyword('inputs', 'x');
  const tensors = orderedTensors(model, value);
  if (tensors.length === 0) {
    return value?.kind === 'unknown'
      ? unknown(value.reason, value.origin)
      : unknown(`what ${object.name} gives`, args.node);
  }
  void vm;
  if (!eager || !object.graph) {
    session.progress++;
  }
  try {
    if (eager && object.graph) {
      const outputs = object.graph.outputs.map(({ shape, dtype }) => new ArrayValue(shape, { dtype }));
      return outputs.length === 1 && outputs[0] ? outputs[0] : { kind: 'list', items: outputs };
    }
    const given = args.keyword('training');
    const written = given?.kind === 'bool' ? { training: given.value } : {};
    const training = resolveTraining(object, null, written, session);
    const flags = withTrainingFlag(written, training, session);
    const node = session.graph.call(object, { inputs: tensors }, flags);
    return wrap(node.outputs, node.multiple, eager !== null, session);
  } catch (error) {
    throw asPythonError(error);
  }
}

/** A dictionary of inputs is put into the order of the model's inputs. */
function orderedTensors(model: ModelValue, value: Value | undefined): SymbolicTensor[] {
  const names = model.object.inputs?.map(({ producer }) => producer?.callee.name);
  if (value?.kind === 'dict' && names) {
    const entries = names.map((name) =>
      name === undefined ? undefined : value.entries.get(`s${name}`)?.[1],
    );
    if (entries.every((entry) => entry !== undefined)) {
      return entries.flatMap(tensorsIn);
    }
  }
  return tensorsIn(value);
}

export { modelIn };
