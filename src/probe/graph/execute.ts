import { isSerialized } from '../../core/model/catalogue/configAccess';
import type { CallSpec, Config, LayerSpec, ModelSpec } from '../../core/model/spec';
import { HumanError } from '../../core/humanError';
import { isLinear, type Activation } from '../activations/activation';
import { customOperation } from '../engine/customOperation';
import type { Engine } from '../engine/engine';
import * as tf from '../engine/tf';
import { forwardOf, passesMask } from '../layers/table';
import type { LayerStatistics } from '../statistics/layerStatistics';
import {
  asResult,
  type CallMasks,
  type CallTensors,
  type CallWeight,
  input,
  inputMask,
  type LayerCall,
  type LayerResult,
  type Mask,
} from './layerCall';
import { ModelWeight, type ModelWeights } from './weights';

/** What a forward pass reports to whoever measures. */
export interface Recorder {
  statistics(layerId: string): LayerStatistics;
  /** Gradient on the input sequence of a recurrent layer. */
  sequence(layerId: string, gradient: Float32Array, shape: readonly number[]): void;
}

export interface ForwardPass {
  readonly engine: Engine;
  readonly weights: ModelWeights;
  /** A scalar that everything depends on: gradients reach taps and embeddings even where no weight lies below them. */
  readonly anchor: tf.Tensor;
  readonly recorder: Recorder | null;
  /** Whether moving statistics are taken over. */
  readonly commits: boolean;
  /** Whether gradients will be asked for. */
  readonly trains: boolean;
  /** Called before every layer; throws to stop. */
  readonly onLayer?: () => void;
  /** What the sigmoid or softmax was given that made an input, by the input's place. */
  readonly inputLogits?: ReadonlyMap<number, tf.Tensor>;
}

export interface ForwardResult {
  readonly outputs: readonly {
    readonly prediction: tf.Tensor;
    readonly logits: tf.Tensor | null;
    readonly mask: Mask;
  }[];
  /** Penalties on outputs, divided by the batch as Keras does; null where there are none. */
  readonly activityLoss: tf.Tensor | null;
}

const recurrentClasses = new Set([
  'SimpleRNN',
  'LSTM',
  'GRU',
  'RNN',
  'Bidirectional',
  'ConvLSTM1D',
  'ConvLSTM2D',
  'ConvLSTM3D',
]);

/** The identity, whose gradient is shown to `see` on its way back. */
export function tap(x: tf.Tensor, anchor: tf.Tensor, see: (gradient: tf.Tensor) => void): tf.Tensor {
  const [y] = customOperation({
    inputs: { x, anchor },
    forward: () => [tf.clone(x)],
    backward: ([dy]) => {
      see(dy as tf.Tensor);
      return { x: () => tf.clone(dy as tf.Tensor) };
    },
  });
  return y as tf.Tensor;
}

/** Runs the model's calls in order on one batch. */
export function forward(spec: ModelSpec, inputs: readonly tf.Tensor[], options: ForwardPass): ForwardResult {
  const pass = { ...options, outputs: new Set(spec.outputs.map(({ tensor }) => tensor)) };
  const tensors = new Map</* TensorId */ number, tf.Tensor>();
  const masks = new Map<number, Mask>();
  const logits = new Map<number, tf.Tensor>();
  const penalties: tf.Tensor[] = [];
  const layers = new Map(spec.layers.map((layer) => [layer.id, layer]));
  const batch = inputs[0]?.shape[0] ?? 1;
  spec.inputs.forEach(({ tensor }, i) => tensors.set(tensor, inputs[i] as tf.Tensor));
  options.inputLogits?.forEach((given, i) => logits.set(spec.inputs[i]?.tensor ?? -1, given));

  for (const call of spec.calls) {
    pass.onLayer?.();
    const layer = layers.get(call.layer);
    if (layer === undefined) {
      throw new Error(`The model calls a layer "${call.layer}" that it does not have.`);
    }
    const made = runLayer(
      layer,
      call,
      pass,
      (id) => tensors.get(id) as tf.Tensor,
      (id) => masks.get(id) ?? null,
      (id) => logits.get(id) ?? null,
    );
    call.outputs.forEach((id, i) => {
      const output = made.outputs[i];
      if (output === undefined) {
        throw new Error(
          `The layer "${layer.id}" has ${made.outputs.length} outputs, the model uses ${call.outputs.length}.`,
        );
      }
      tensors.set(id, output);
      masks.set(id, made.masks[i] ?? null);
      if (made.logits !== null && i === 0) {
        logits.set(id, made.logits);
      }
    });
    const regularizer = activityRegularizer(layer);
    if (regularizer !== null) {
      penalties.push(...made.outputs.map((output) => tf.div(activityPenalty(output, regularizer), batch)));
    }
  }
  return {
    outputs: spec.outputs.map(({ tensor }) => {
      const prediction = tensors.get(tensor);
      if (prediction === undefined) {
        throw new Error('An output of the model is made by no layer.');
      }
      return { prediction, logits: logits.get(tensor) ?? null, mask: masks.get(tensor) ?? null };
    }),
    activityLoss: penalties.length === 0 ? null : penalties.reduce((a, b) => tf.add(a, b)),
  };
}

interface Made {
  readonly outputs: readonly tf.Tensor[];
  readonly masks: readonly Mask[];
  readonly logits: tf.Tensor | null;
}

/** Whole numbers count as real ones where weights are multiplied with them, as in Keras' products of mixed types. An Embedding looks them up. */
function multiplied({ className, kind, weights }: LayerSpec, input: tf.Tensor): tf.Tensor {
  return input.dtype === 'int32' && kind === 'layer' && weights.length > 0 && !className.endsWith('Embedding')
    ? tf.cast(input, 'float32')
    : input;
}

function runLayer(
  layer: LayerSpec,
  spec: CallSpec,
  pass: ForwardPass & { readonly outputs: ReadonlySet<number> },
  tensorOf: (id: number) => tf.Tensor,
  maskOf: (id: number) => Mask,
  logitsOf: (id: number) => tf.Tensor | null,
): Made {
  const { recorder, engine, anchor } = pass;
  const statistics = recorder?.statistics(layer.id) ?? null;
  let remembered: tf.Tensor | null = null;
  let tapped = false;
  const activate = (z: tf.Tensor, activation: Activation): tf.Tensor => {
    let seen = z;
    if (statistics !== null && !isLinear(activation)) {
      tapped = true;
      statistics.preactivation(activation, engine.view(z), z.shape.at(-1) ?? 1);
      seen = tap(z, anchor, (gradient) => statistics.delta(engine.view(gradient)));
    }
    const a = activation.apply(engine, seen);
    if (activation.remembersLogits) {
      remembered = seen;
    }
    return a;
  };
  const gather = <T>(pick: (id: number) => T): { readonly [argument: string]: readonly T[] } =>
    Object.fromEntries(Object.entries(spec.inputs).map(([name, ids]) => [name, ids.map(pick)]));
  let inputs: CallTensors = gather((id) => multiplied(layer, tensorOf(id)));
  if (recorder !== null && pass.trains && recurrentClasses.has(layer.className)) {
    inputs = watchSequence(inputs, layer.id, pass, recorder);
  }
  const call = layerCall(pass, {
    layerId: layer.id,
    className: layer.className,
    config: layer.config,
    inputs,
    masks: gather(maskOf),
    flags: spec.flags,
    logits: (index) => logitsOf(Object.values(spec.inputs).flat()[index] ?? -1),
    weights: pass.weights.of(layer.id),
    trainable: layer.trainable,
    activate,
    fuse: (activation) =>
      recorder === null && !(activation.remembersLogits && spec.outputs.some((id) => pass.outputs.has(id)))
        ? activation.fused
        : null,
  });
  const result = compute(layer, call);
  let outputs = result.outputs;
  if (statistics !== null) {
    for (const output of outputs) {
      statistics.output(engine.view(output));
    }
    if (!tapped) {
      outputs = outputs.map((output) =>
        output.dtype === 'float32'
          ? tap(output, anchor, (gradient) => statistics.delta(engine.view(gradient)))
          : output,
      );
    }
  }
  const logits = remembered ?? (passesOn(call, outputs) ? call.logits(0) : null);
  return { outputs, masks: masksOf(layer.className, call, result), logits };
}

/** A cast to the type that a tensor has: Keras gives back the same tensor, with all that it remembers. */
function passesOn({ config, inputs }: LayerCall, [output]: readonly tf.Tensor[]): boolean {
  const [x] = Object.values(inputs).flat();
  return config['op'] === 'cast' && x !== undefined && x.dtype === output?.dtype;
}

/** The layer's forward function, an operation, or for a layer whose inside is unknown the identity. */
function compute(layer: LayerSpec, call: LayerCall): LayerResult {
  if (layer.kind === 'operation') {
    const run = forwardOf('Operation');
    return asResult((run as NonNullable<typeof run>)(call));
  }
  const run = forwardOf(layer.className);
  if (run !== null) {
    return asResult(run(call));
  }
  const x = input(call);
  const shape = layer.outputShape as readonly (number | null)[];
  const fits =
    shape.length === x.rank && shape.every((size, i) => i === 0 || size === null || size === x.shape[i]);
  if (!fits) {
    throw new HumanError(
      `The layer "${layer.name}" (${layer.className}) is not known to the probe, so the model cannot be run.`,
    );
  }
  return { outputs: [x] };
}

interface CallParts {
  readonly layerId: string;
  readonly className: string;
  readonly config: Config;
  readonly inputs: CallTensors;
  readonly masks: CallMasks;
  readonly flags: Config;
  readonly logits: LayerCall['logits'];
  readonly weights: readonly CallWeight[];
  readonly trainable: boolean;
  readonly activate: LayerCall['activate'];
  readonly fuse: LayerCall['fuse'];
}

function layerCall(pass: ForwardPass, parts: CallParts): LayerCall {
  const { engine } = pass;
  const { layerId, ...rest } = parts;
  const call: LayerCall = {
    engine,
    ...rest,
    carried: (index, shape) => pass.weights.carried(layerId, index, shape),
    drawn: (layer, weight) => pass.weights.drawn(layer, weight),
    lookup: (weight, ids) => lookup(pass, weight, ids),
    state: (weight) =>
      weight instanceof ModelWeight
        ? (weight.pending ?? weight.values)
        : Float32Array.from(engine.view(weight.tensor)),
    update: (weight, change) => {
      if (weight instanceof ModelWeight && pass.commits) {
        weight.pending = change(weight.pending ?? weight.values);
      }
    },
    inner: (layer) => {
      const run = forwardOf(layer.className);
      if (run === null) {
        throw new HumanError(
          `A layer of the class ${layer.className} inside another is not known to the probe.`,
        );
      }
      return asResult(
        run(
          layerCall(pass, {
            layerId,
            className: layer.className,
            config: layer.config,
            inputs: layer.inputs,
            masks: layer.masks ?? {},
            flags: {},
            logits: () => null,
            weights: layer.weights,
            trainable: parts.trainable,
            activate: (z, activation) => activation.apply(engine, z),
            fuse: (activation) => activation.fused,
          }),
        ),
      );
    },
  };
  return call;
}

/** Rows of a table by id. Its gradient is not scattered into a table but kept per occurrence: see golden data, "Embedding". */
function lookup(pass: ForwardPass, weight: CallWeight, ids: tf.Tensor): tf.Tensor {
  const { engine, anchor } = pass;
  const [rows = 1, width = 1] = weight.tensor.shape;
  const places = Int32Array.from(engine.view(ids), (id) => Math.min(Math.max(id, 0), rows - 1));
  const [y] = customOperation({
    inputs: { anchor },
    forward: () =>
      engine.produce([[...ids.shape, width]], ([to]) => {
        const table = engine.view(weight.tensor);
        places.forEach((row, i) =>
          (to as Float32Array).set(table.subarray(row * width, (row + 1) * width), i * width),
        );
      }),
    backward: ([dy]) => {
      if (weight instanceof ModelWeight) {
        weight.occurrences.push({
          ids: places,
          values: Float32Array.from(engine.view(dy as tf.Tensor)),
          width,
        });
      }
      return {};
    },
  });
  return y as tf.Tensor;
}

function masksOf(className: string, call: LayerCall, result: LayerResult): readonly Mask[] {
  if (result.masks !== undefined) {
    return result.masks;
  }
  const mask = passesMask(className) ? inputMask(call) : null;
  return result.outputs.map(() => mask);
}

/** Shows the recorder the gradient on the first sequence of a recurrent layer. */
function watchSequence(
  inputs: CallTensors,
  layerId: string,
  pass: ForwardPass,
  recorder: Recorder,
): CallTensors {
  const [name, list] = Object.entries(inputs)[0] ?? [];
  const [x, ...rest] = list ?? [];
  if (name === undefined || x === undefined || x.dtype !== 'float32') {
    return inputs;
  }
  const watched = tap(x, pass.anchor, (gradient) =>
    recorder.sequence(layerId, pass.engine.view(gradient) as Float32Array, x.shape),
  );
  return { ...inputs, [name]: [watched, ...rest] };
}

interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

function activityRegularizer(layer: LayerSpec): Penalty | null {
  const { config, className } = layer;
  const read = (from: Config, l1: number, l2: number): Penalty => ({
    l1: typeof from['l1'] === 'number' ? from['l1'] : l1,
    l2: typeof from['l2'] === 'number' ? from['l2'] : l2,
  });
  if (className === 'ActivityRegularization') {
    return read(config, 0, 0);
  }
  const regularizer = config['activity_regularizer'];
  if (!isSerialized(regularizer)) {
    return null;
  }
  switch (regularizer.class_name) {
    case 'L1':
      return { ...read(regularizer.config, 0.01, 0), l2: 0 };
    case 'L2':
      return { ...read(regularizer.config, 0, 0.01), l1: 0 };
    case 'L1L2':
      return read(regularizer.config, 0, 0);
    default:
      return null;
  }
}

function activityPenalty(x: tf.Tensor, { l1, l2 }: Penalty): tf.Tensor {
  const parts = [
    ...(l1 === 0 ? [] : [tf.mul(tf.sum(tf.abs(x)), l1)]),
    ...(l2 === 0 ? [] : [tf.mul(tf.sum(tf.square(x)), l2)]),
  ];
  return parts.length === 0 ? tf.scalar(0) : parts.reduce((a, b) => tf.add(a, b));
}
