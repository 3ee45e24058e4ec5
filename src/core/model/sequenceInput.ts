import { flagOf } from './catalogue/configAccess';
import { GraphIndex, inputsOf } from './graphQueries';
import type { LayerSpec, ModelSpec, TensorId } from './spec';

/** Shorter sequences have no early steps that could be forgotten. */
const leastSteps = 8;

/** Layers that carry a state from time step to time step over a flat sequence. */
const carriesState = new Set(['SimpleRNN', 'LSTM', 'GRU', 'RNN', 'Bidirectional']);

/**
 * The input whose time steps a recurrent layer reads to give one answer a sample: index into `spec.inputs`. Null where there is none, where an
 * output has a time axis of its own, where state goes from batch to batch, or where the loss is not one of Keras' own.
 */
export function sequenceInput(spec: ModelSpec): number | null {
  const recurrent = spec.layers.filter(({ className }) => carriesState.has(className));
  const losses = spec.compile?.losses ?? [];
  const oneAnswer = spec.outputs.every(({ tensor }) => (spec.tensors[tensor]?.shape.length ?? 0) <= 2);
  if (
    recurrent.length === 0 ||
    recurrent.some(isStateful) ||
    losses.length === 0 ||
    losses.some(({ className }) => className === 'Custom') ||
    !oneAnswer
  ) {
    return null;
  }
  const found = spec.inputs.findIndex(({ tensor }) => isSequence(spec, tensor) && isReadInTime(spec, tensor));
  return found < 0 ? null : found;
}

function isStateful({ config }: LayerSpec): boolean {
  const wrapped = config['layer'];
  const inner =
    typeof wrapped === 'object' && wrapped !== null && 'config' in wrapped ? wrapped['config'] : null;
  return (
    flagOf(config, 'stateful') ||
    (typeof inner === 'object' && inner !== null && 'stateful' in inner && inner['stateful'] === true)
  );
}

/** [batch, time, features], or [batch, time] of words. */
function isSequence(spec: ModelSpec, tensor: TensorId): boolean {
  const [, ...shape] = spec.tensors[tensor]?.shape ?? [];
  return (shape.length === 2 || (shape.length === 1 && isEmbedded(spec, tensor))) && isLong(shape[0]);
}

function isEmbedded(spec: ModelSpec, tensor: TensorId): boolean {
  const graph = GraphIndex.of(spec);
  return spec.calls.some(
    (call) => inputsOf(call).includes(tensor) && graph.layerOf(call)?.className === 'Embedding',
  );
}

/** Whether a recurrent layer reads a long sequence that comes from this input. */
function isReadInTime(spec: ModelSpec, input: TensorId): boolean {
  const graph = GraphIndex.of(spec);
  const reached = new Set<TensorId>([input]);
  // calls stand in an order in which they can be executed
  for (const call of spec.calls) {
    if (!inputsOf(call).some((tensor) => reached.has(tensor))) {
      continue;
    }
    const [first] = inputsOf(call);
    const read = first === undefined ? [] : (spec.tensors[first]?.shape ?? []);
    if (carriesState.has(graph.layerOf(call)?.className ?? '') && read.length === 3 && isLong(read[1])) {
      return true;
    }
    call.outputs.forEach((tensor) => reached.add(tensor));
  }
  return false;
}

/** An open axis is as long as the user's sequences. */
function isLong(steps: number | null | undefined): boolean {
  return steps === null || (steps !== undefined && steps >= leastSteps);
}
