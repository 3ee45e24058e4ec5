import { flagOf, isConfig, isList, isSerialized } from '../../core/model/catalogue/configAccess';
import type { Config, Json, SerializedObject } from '../../core/model/spec';
import { HumanError } from '../../core/humanError';
import { activationOf } from '../activations/activation';
import * as tf from '../engine/tf';
import type { CallWeight, Forward, ForwardTable, LayerCall, LayerResult, Mask } from '../graph/layerCall';
import { recur, type Recurrence, scalarOf } from './recurrence';

interface Sequence {
  readonly x: tf.Tensor;
  readonly mask: Mask;
  readonly states: readonly tf.Tensor[];
}

/** The sequence and the start states, given as `initial_state` or behind the sequence in a list. */
export function sequenceOf(call: LayerCall): Sequence {
  const list =
    call.inputs['sequence'] ??
    call.inputs['sequences'] ??
    call.inputs['inputs'] ??
    Object.values(call.inputs)[0] ??
    [];
  const masks =
    call.masks['sequence'] ??
    call.masks['sequences'] ??
    call.masks['inputs'] ??
    Object.values(call.masks)[0] ??
    [];
  const [x, ...rest] = list;
  if (x === undefined) {
    throw new Error(`${call.className} was called on nothing.`);
  }
  return { x, mask: masks[0] ?? null, states: call.inputs['initial_state'] ?? rest };
}

function cellKind(className: string, config: Config): Recurrence['kind'] {
  switch (className.replace('Cell', '')) {
    case 'SimpleRNN':
      return 'simple';
    case 'LSTM':
      return 'lstm';
    case 'GRU':
      return config['reset_after'] === false ? 'gru-reset-before' : 'gru';
    default:
      throw new HumanError(`A recurrent cell of the class ${className} is not known to the probe.`);
  }
}

/** One cell over the sequence. Returns the sequence or last output, and its states. */
function runCell(
  call: LayerCall,
  className: string,
  cell: Config,
  sequence: Sequence,
  weights: readonly CallWeight[],
  how: Pick<Recurrence, 'goBackwards' | 'returnSequences' | 'zeroMasked'>,
  carries: number | null,
): { output: tf.Tensor; states: tf.Tensor[] } {
  const kind = cellKind(className, cell);
  const find = (name: string) =>
    weights.find((w) => w.name === name || w.name.endsWith(`/${name}`))?.tensor ?? null;
  const kernel = find('kernel');
  const recurrent = find('recurrent_kernel');
  if (kernel === null || recurrent === null) {
    throw new Error(`${className} has no kernel.`);
  }
  const size = [sequence.x.shape[0] ?? 1, recurrent.shape[0] ?? 1];
  const carried = carries === null ? null : [0, 1].map((i) => () => call.carried(carries + i, size));
  const start = (i: number) => sequence.states[i] ?? carried?.[i]?.().tensor ?? tf.zeros(size);
  const x =
    sequence.x.rank === 3 ? sequence.x : tf.reshape(sequence.x, [...sequence.x.shape.slice(0, 2), -1]);
  const [output, h, c] = recur(
    call.engine,
    {
      kind,
      activation: scalarOf(activationOf(cell['activation'] ?? 'tanh')),
      recurrentActivation: scalarOf(activationOf(cell['recurrent_activation'] ?? 'sigmoid')),
      ...how,
    },
    {
      x,
      kernel,
      recurrent,
      bias: find('bias'),
      h0: start(0),
      c0: kind === 'lstm' ? start(1) : tf.zeros(size),
      mask: sequence.mask,
    },
  );
  const states = kind === 'lstm' ? [h, c] : [h];
  states.forEach((state, i) => {
    const kept = carried?.[i]?.();
    if (kept !== undefined) {
      call.update(kept, () => Float32Array.from(call.engine.view(state)));
    }
  });
  return { output, states };
}

/** A wrapped RNN layer or cell as the class and configurations that it stands for. */
function cellsOf(className: string, config: Config): SerializedObject[] {
  if (className !== 'RNN') {
    return [{ class_name: className, config }];
  }
  const given = config['cell'];
  const list: readonly (Json | undefined)[] = isList(given) ? given : [given];
  return list.flatMap((cell) => {
    if (!isSerialized(cell)) {
      throw new HumanError('A recurrent layer with a cell of your own is not known to the probe.');
    }
    const inner = cell.config['cells'];
    return cell.class_name === 'StackedRNNCells' && Array.isArray(inner)
      ? inner.filter(isSerialized)
      : [cell];
  });
}

/** Weights of each cell in order: every cell's list starts with its kernel. */
function shares(weights: readonly CallWeight[]): CallWeight[][] {
  const groups: CallWeight[][] = [];
  for (const w of weights) {
    if (w.name === 'kernel' || w.name.endsWith('/kernel')) {
      groups.push([]);
    }
    groups.at(-1)?.push(w);
  }
  return groups;
}

interface RecurrentOptions {
  readonly flip?: boolean;
  /** Masked outputs are 0. */
  readonly inBidirectional?: boolean;
  /** Index of its first state among those that the layer carries from batch to batch. */
  readonly firstState?: number;
}

/** SimpleRNN, LSTM, GRU and RNN with cells. */
export function runRecurrent(
  call: LayerCall,
  className: string,
  config: Config,
  sequence: Sequence,
  weights: readonly CallWeight[],
  options: RecurrentOptions = {},
): LayerResult {
  const cells = cellsOf(className, config);
  const groups = shares(weights);
  const backwards = flagOf(config, 'go_backwards') !== (options.flip === true);
  const returnSequences = flagOf(config, 'return_sequences');
  const stateful = flagOf(config, 'stateful');
  const zeroMasked =
    (options.inBidirectional === true || flagOf(config, 'zero_output_for_mask')) && returnSequences;
  let current = sequence;
  const states: tf.Tensor[] = [];
  let output = sequence.x;
  let taken = 0;
  cells.forEach((cell, i) => {
    const last = i === cells.length - 1;
    const count = cell.class_name.startsWith('LSTM') ? 2 : 1;
    const made = runCell(
      call,
      cell.class_name,
      cell.config,
      { ...current, states: sequence.states.slice(taken, taken + count) },
      groups[i] ?? [],
      {
        goBackwards: i === 0 && backwards,
        returnSequences: last ? returnSequences : true,
        zeroMasked,
      },
      stateful ? (options.firstState ?? 0) + taken : null,
    );
    taken += count;
    states.push(...made.states);
    output = made.output;
    const mask = current.mask !== null && i === 0 && backwards ? tf.reverse(current.mask, 1) : current.mask;
    current = { x: made.output, mask, states: [] };
  });
  return {
    outputs: [output, ...(flagOf(config, 'return_state') ? states : [])],
    masks: [returnSequences ? sequence.mask : null],
  };
}

const recurrent: Forward = (call) =>
  runRecurrent(call, call.className, call.config, sequenceOf(call), call.weights);

/** Two layers, one backwards; the backward sequence is turned round before merging. */
const bidirectional: Forward = (call) => {
  const { config } = call;
  const layer = config['layer'];
  if (!isSerialized(layer)) {
    throw new Error('Bidirectional wraps no layer.');
  }
  const given = config['backward_layer'];
  const back = isSerialized(given) ? given : layer;
  const sequence = sequenceOf(call);
  const half = call.weights.length / 2;
  const stateHalf = sequence.states.length / 2;
  const forwardWeights = call.weights.slice(0, half);
  const run = (
    object: SerializedObject,
    weights: readonly CallWeight[],
    states: readonly tf.Tensor[],
    flip: boolean,
  ) =>
    runRecurrent(call, object.class_name, object.config, { ...sequence, states }, weights, {
      flip,
      inBidirectional: true,
      // a cell has no more states than weights
      firstState: weights === forwardWeights ? 0 : half,
    });
  const forward = run(layer, forwardWeights, sequence.states.slice(0, stateHalf), false);
  const backward = run(
    back,
    call.weights.slice(half),
    sequence.states.slice(stateHalf),
    !isSerialized(given),
  );
  const [y] = forward.outputs as [tf.Tensor];
  const [r] = backward.outputs as [tf.Tensor];
  const returnSequences = flagOf(layer.config, 'return_sequences');
  const turned = returnSequences ? tf.reverse(r, 1) : r;
  const states = [...forward.outputs.slice(1), ...backward.outputs.slice(1)];
  const merge = config['merge_mode'] === undefined ? 'concat' : config['merge_mode'];
  const merged = (): tf.Tensor[] => {
    switch (merge) {
      case 'sum':
        return [tf.add(y, turned)];
      case 'mul':
        return [tf.mul(y, turned)];
      case 'ave':
        return [tf.div(tf.add(y, turned), 2)];
      case null:
        return [y, turned];
      default:
        return [tf.concat([y, turned], -1)];
    }
  };
  return { outputs: [...merged(), ...states], masks: [returnSequences ? sequence.mask : null] };
};

/** The wrapped layer on every time step: one call on batch · time samples. */
const timeDistributed: Forward = (call) => {
  const layer = call.config['layer'];
  if (!isSerialized(layer)) {
    throw new Error('TimeDistributed wraps no layer.');
  }
  const { x, mask } = sequenceOf(call);
  const [batch = 1, time = 1] = x.shape;
  const inner = call.inner({
    className: layer.class_name,
    config: isConfig(layer.config) ? layer.config : {},
    inputs: { inputs: [tf.reshape(x, [batch * time, ...x.shape.slice(2)])] },
    weights: call.weights,
  });
  return {
    outputs: inner.outputs.map((y) => tf.reshape(y, [batch, time, ...y.shape.slice(1)])),
    masks: [mask],
  };
};

export const recurrentLayers: ForwardTable = {
  SimpleRNN: recurrent,
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  Bidirectional: bidirectional,
  TimeDistributed: timeDistributed,
};
