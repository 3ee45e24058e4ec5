import type { SymbolicTensor } from '../../../model/graph/symbolicTensor';
import { toModelSpec } from '../../../model/modelSpec';
import { isConfig, isList } from '../../../model/catalogue/configAccess';
import { findOperation } from '../../../model/operations/operations';
import type { CompileSpec, DataSpec, Json, LayerSpec, ModelSpec } from '../../../model/spec';
import type { Range } from '../../../text/range';
import { Arguments } from '../arguments';
import { type Value, sequenceOf } from '../values';
import type { KerasSession } from './session';
import { TensorValue, tensorsIn } from './tensorValue';
import type { TrackedModel } from './trackedModel';

type Output = Pick<SymbolicTensor, 'shape' | 'dtype'>;

const nowhere: Range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

/** The losses that the program wrote itself as graphs, by running them on symbolic tensors; those that cannot be followed stay as they are. */
export function followOwnLosses(
  compile: CompileSpec,
  tracked: TrackedModel,
  outputs: readonly Output[],
  data: DataSpec,
  session: KerasSession,
): CompileSpec {
  const given = tracked.compiles.at(-1)?.values['loss'];
  if (given === undefined || !compile.losses.some(({ className }) => className === 'Custom')) {
    return compile;
  }
  const losses = compile.losses.map((loss, i) => {
    const output = outputs[i];
    const value = lossOf(given, i, tracked);
    if (loss.className !== 'Custom' || output === undefined || value === undefined) {
      return loss;
    }
    const program = follow(value, output, data.targets[i]?.shape ?? null, session);
    return program === null ? loss : { ...loss, program };
  });
  return { ...compile, losses };
}

/** What `compile(loss=…)` has for one output: the loss itself, or an item of a list or dictionary. */
function lossOf(given: Value, index: number, { object }: TrackedModel): Value | undefined {
  const items = sequenceOf(given);
  if (items) {
    return items[index];
  }
  if (given.kind !== 'dict') {
    return given;
  }
  const tensors = object.kind === 'model' ? object.outputs : object.nodes[0]?.inner?.outputs;
  const name = tensors?.[index]?.producer?.callee.name;
  return [...given.entries.values()].find(([key]) => key.kind === 'str' && key.value === name)?.[1];
}

/** A function or lambda itself, the `call` of a subclass of `keras.losses.Loss`. */
function callableOf(value: Value, session: KerasSession): Value | null {
  switch (value.kind) {
    case 'function':
    case 'method':
      return value;
    case 'instance':
      return session.vm.lookup(value, 'call') ?? null;
    case 'native':
      return value.typeName === 'partial' ? value : null;
    default:
      return null;
  }
}

/** Keras gives the function floats, and a target of the prediction's rank where only an axis of one is between them. */
function targetShape(output: Output, known: DataSpec['targets'][number]['shape']): Output['shape'] {
  const { shape } = output;
  const near = known === null || (known.length === shape.length - 1 && shape.at(-1) === 1);
  return near ? shape : [shape[0] ?? null, ...known.slice(1)];
}

/** Whether an operation has all its operands: what cannot be told from the source has become null. */
function isKnown({ kind, config, weights }: LayerSpec): boolean {
  const { op, args } = config;
  if (kind !== 'operation' || typeof op !== 'string' || !isConfig(args)) {
    return weights.length === 0;
  }
  if (op === 'constant') {
    return args.values !== null;
  }
  const needed = findOperation(op)?.arguments.filter((argument) => argument.default === undefined) ?? [];
  return needed.every(({ name }) => !(name in args) || !hasNull(args[name]));
}

function hasNull(value: Json | undefined): boolean {
  return value === null || (isList(value) && value.some(hasNull));
}

function follow(
  value: Value,
  output: Output,
  known: DataSpec['targets'][number]['shape'],
  session: KerasSession,
): ModelSpec | null {
  const callable = callableOf(value, session);
  if (callable === null) {
    return null;
  }
  const { graph, vm } = session;
  const target = graph.createInput(targetShape(output, known), 'float32', { name: 'y_true' });
  const prediction = graph.createInput(output.shape, output.dtype, { name: 'y_pred' });
  try {
    const operands = [target, prediction].map((tensor) => new TensorValue(tensor, session));
    const result = vm.call(callable, new Arguments(operands, new Map(), null));
    const [tensor, ...others] = tensorsIn(result);
    if (!(result instanceof TensorValue) || tensor === undefined || others.length > 0) {
      return null;
    }
    const model = graph.createFunctional([target, prediction], [tensor], { name: 'loss' });
    const spec = toModelSpec(model, { id: 'loss', range: nowhere });
    // a loss that looks through a network of its own would need that network's weights
    return spec !== null && spec.unprobeable === null && spec.layers.every(isKnown) ? spec : null;
  } catch {
    return null;
  }
}
