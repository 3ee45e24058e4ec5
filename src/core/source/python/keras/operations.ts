import { bindArguments } from '../../../model/catalogue/catalogue';
import { ShapeError } from '../../../model/catalogue/layerClass';
import type { SymbolicTensor } from '../../../model/graph/symbolicTensor';
import {
  type OperationArgument,
  type OperationDefinition,
} from '../../../model/operations/operationDefinition';
import { findOperation } from '../../../model/operations/operations';
import type { Json, TensorSpec } from '../../../model/spec';
import type { Arguments } from '../arguments';
import { PythonError } from '../errors';
import { arrayStatistic } from '../modules/arrays/arrayMethods';
import { ArrayValue, maskOf } from '../modules/arrays/arrayValue';
import { arrayFrom } from '../modules/arrays/fromLists';
import { merged } from '../modules/arrays/provenance';
import { type Value, intOf, unknown } from '../values';
import { notKnown, serialize } from './serialize';
import type { KerasSession } from './session';
import { TensorValue, resultOf, tensorsIn } from './tensorValue';

type NamedValues = Readonly<Record<string, Value>>;

/** A raw operation of keras.ops on values, at least one of them a symbolic tensor. */
export function applyOperation(session: KerasSession, op: string, values: NamedValues, name?: string): Value {
  const args: Record<string, OperationArgument<SymbolicTensor>> = {};
  for (const [key, value] of Object.entries(values)) {
    args[key] = operand(value, session);
  }
  session.progress++;
  try {
    const node = session.graph.applyOperation(op, args, {
      site: session.sites.expressionSite(session.currentCall()),
      name,
    });
    return resultOf(node.outputs, node.multiple, session);
  } catch (error) {
    throw asPythonError(error);
  }
}

/** Errors of the graph are what Keras raises. */
export function asPythonError(error: unknown): unknown {
  return error instanceof ShapeError ? new PythonError('ValueError', error.message) : error;
}

/** An array of the program as a tensor of the graph. */
export function constantTensor(array: ArrayValue, session: KerasSession): SymbolicTensor | null {
  const { data, drawn } = array;
  const values = data && array.size === data.length ? data : null;
  const dtype = array.dtype.includes('int') ? 'int32' : 'float32';
  const shape = array.shape ?? [];
  if (drawn) {
    session.assume(
      'constant-rows',
      `The layer ${drawn.layer} is called on numbers, outside of a layer or model: Keras takes what it gives for a constant and never trains it. Call it in the \`call\` of a layer to have it trained.`,
      array.place,
    );
  }
  const node = session.graph.applyOperation('constant', {
    shape,
    dtype,
    values,
    ...(drawn ? { drawn: { ...drawn } } : {}),
  });
  return node.outputs[0] ?? null;
}

function operand(value: Value, session: KerasSession): OperationArgument<SymbolicTensor> {
  if (value instanceof TensorValue) {
    return value.tensor;
  }
  if (value instanceof ArrayValue) {
    return value.toJson() ?? (value.shape && value.shape.length > 0 ? constantTensor(value, session) : 0);
  }
  if ((value.kind === 'list' || value.kind === 'tuple') && tensorsIn(value).length > 0) {
    return value.items.map((item) => operand(item, session));
  }
  if (value.kind === 'list' || value.kind === 'tuple') {
    return value.items.map((item) => {
      const size = intOf(item);
      return size ?? plain(item);
    });
  }
  return plain(value);
}

function plain(value: Value): Json {
  const json = serialize(value);
  // A size that is not known is left open; as an operand any number gives the right shape.
  return json === notKnown ? null : json;
}

/** `tensor[index]` */
export function getItem(value: TensorValue, index: Value): Value {
  const key = index.kind === 'tuple' ? index.items.map(keyPart) : keyPart(index);
  return applyKeyed(value, key);
}

function applyKeyed(value: TensorValue, key: OperationArgument<SymbolicTensor>): Value {
  const { session, tensor } = value;
  session.progress++;
  try {
    const node = session.graph.applyOperation(
      'getitem',
      { x: tensor, key },
      { site: session.sites.expressionSite(session.currentCall()) },
    );
    return resultOf(node.outputs, node.multiple, session);
  } catch (error) {
    throw asPythonError(error);
  }
}

function keyPart(value: Value): OperationArgument<SymbolicTensor> {
  switch (value.kind) {
    case 'none':
      return 'newaxis';
    case 'ellipsis':
      return 'ellipsis';
    case 'slice':
      return {
        slice: [value.start, value.stop, value.step].map((part) => intOf(part) ?? null),
      };
    default:
      return value instanceof TensorValue ? value.tensor : (intOf(value) ?? 0);
  }
}

/** A function of keras.ops, tf or the old backend, called on symbolic tensors, arrays or numbers. */
export function callOperation(
  session: KerasSession,
  definition: OperationDefinition,
  args: Arguments,
): Value {
  const bound = bindArguments<Value>(definition, args.positional, [...args.keywords]);
  const { name, dtype, ...values } = bound.values;
  const tensors = Object.values(values).flatMap(tensorsIn);
  if (tensors.length > 0) {
    return applyOperation(
      session,
      definition.op,
      definition.arguments.some((each) => each.name === 'dtype') && dtype ? { ...values, dtype } : values,
      name?.kind === 'str' ? name.value : undefined,
    );
  }
  return onArrays(definition, values, args);
}

/** Operations that make other numbers of labels. */
const remaking = /^(argmax|argmin|where|mod|floor_divide|true_divide|divide|minimum|maximum)$/;

/** Operations that leave all elements in their order. */
const keeping = /^(expand_dims|reshape|squeeze|cast|identity|stop_gradient|convert_to_tensor|broadcast_to)$/;

/** The shape of an operation's result on arrays. */
function onArrays(definition: OperationDefinition, values: NamedValues, args: Arguments): Value {
  const statistic = statisticOf(definition, values, args);
  if (statistic) {
    return statistic;
  }
  const missing = [...Object.values(values)].find((value) => value.kind === 'unknown');
  const arrays = Object.values(values).flatMap(arraysIn);
  const [first] = arrays;
  if (missing && !first) {
    return missing.kind === 'unknown' ? unknown(missing.reason, missing.origin) : missing;
  }
  if (!first || arrays.some((array) => array.shape === null)) {
    return unknown(`what ${definition.op} gives`, args.node);
  }
  const given: Record<string, OperationArgument<TensorSpec>> = {};
  for (const [key, value] of Object.entries(values)) {
    given[key] = specOperand(value);
  }
  try {
    const facts = {
      provenance: merged(...arrays.map(({ provenance }) => provenance)),
      ...(remaking.test(definition.op) ? { classes: null } : {}),
    };
    const outputs = definition.infer(given).map(({ shape, dtype }) => {
      const size = shape.reduce<number>((n, axis) => n * (axis ?? NaN), 1);
      const kept = keeping.test(definition.op) && arrays.length === 1 && size === first.size;
      const elements = kept ? { data: first.data, drawn: first.drawn } : {};
      const array = first.reshaped(shape, { dtype: first.dtype, ...facts, ...elements });
      return dtype === 'bool' ? maskOf(array) : array;
    });
    return outputs.length === 1 && outputs[0] ? outputs[0] : { kind: 'list', items: outputs };
  } catch (error) {
    throw asPythonError(error);
  }
}

/** `tf.reduce_prod(shape)`: of numbers that are written out. */
function statisticOf(
  definition: OperationDefinition,
  values: NamedValues,
  args: Arguments,
): Value | undefined {
  const compute = arrayStatistic(definition.op);
  const { x } = values;
  const array = x && x.kind !== 'unknown' && compute ? arrayFrom(x) : undefined;
  return array?.data && compute ? compute(array, args.with([], args.keywords)) : undefined;
}

export function arraysIn(value: Value): ArrayValue[] {
  if (value instanceof ArrayValue) {
    return [value];
  }
  return value.kind === 'list' || value.kind === 'tuple' ? value.items.flatMap(arraysIn) : [];
}

function specOperand(value: Value): OperationArgument<TensorSpec> {
  if (value instanceof ArrayValue) {
    return { shape: value.shape ?? [], dtype: value.dtype };
  }
  if (value.kind === 'list' || value.kind === 'tuple') {
    return value.items.map(specOperand);
  }
  return plain(value);
}

/** An operation by any of its names. */
export function operationNamed(name: string): OperationDefinition | undefined {
  return findOperation(name);
}
