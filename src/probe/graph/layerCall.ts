import type { Config, WeightSpec } from '../../core/model/spec';
import type { Activation } from '../activations/activation';
import type { Engine } from '../engine/engine';
import type { FusedActivation } from '../kernels/kernels';
import type * as tf from '../engine/tf';

export type Mask = tf.Tensor | null;
export type CallTensors = { readonly [argument: string]: readonly tf.Tensor[] };
export type CallMasks = { readonly [argument: string]: readonly Mask[] };

/** One call of a layer: what its forward function gets. */
export interface LayerCall {
  readonly engine: Engine;
  readonly className: string;
  readonly config: Config;
  /** By Keras' name of the call argument. */
  readonly inputs: CallTensors;
  /** 1 = valid, 0 = masked; along the time axis of the input. */
  readonly masks: CallMasks;
  readonly flags: Config;
  /** What the sigmoid or softmax that made an input was given, where the input is still what it made; inputs counted through. */
  logits(index: number): tf.Tensor | null;
  /** Whether the layer trains: a frozen BatchNormalization uses its moving statistics. */
  readonly trainable: boolean;
  /** Weights by the last part of their name, in Keras' order. */
  readonly weights: readonly CallWeight[];
  /** a = φ(z), with the measurement of z where this layer's own activation is non-linear. */
  activate(z: tf.Tensor, activation: Activation): tf.Tensor;
  /** The activation as a kernel may apply it itself: not where z or logits are wanted. */
  fuse(activation: Activation): FusedActivation | null;
  /** Rows of an embedding; its gradient is kept per occurrence. */
  lookup(weight: CallWeight, ids: tf.Tensor): tf.Tensor;
  /** New values of a weight that the forward pass changes (moving statistics). */
  update(weight: CallWeight, change: (old: Float32Array) => Float32Array): void;
  /** The present values of such a weight, with what earlier calls of this step changed. */
  state(weight: CallWeight): Float32Array;
  /** State number `index` of a stateful layer, as the batch before left it; `update` sets what the next one finds. */
  carried(index: number, shape: readonly number[]): CallWeight;
  /** The start table of a layer that is no part of the model. */
  drawn(layer: string, weight: WeightSpec): Float32Array;
  /** Runs a layer inside this one, which is not measured by itself. */
  inner(layer: InnerLayer): LayerResult;
}

export interface InnerLayer {
  readonly className: string;
  readonly config: Config;
  readonly inputs: CallTensors;
  readonly masks?: CallMasks;
  readonly weights: readonly CallWeight[];
}

export interface CallWeight {
  readonly name: string;
  readonly tensor: tf.Tensor;
  /** Whether it started from values that were given, not drawn. */
  readonly given?: boolean;
}

export interface LayerResult {
  readonly outputs: readonly tf.Tensor[];
  /** Left out: the mask of the first input goes on where the class passes masks, else there is none. */
  readonly masks?: readonly Mask[];
}

export type Forward = (call: LayerCall) => tf.Tensor | LayerResult;
export type ForwardTable = { readonly [className: string]: Forward };

/** The first tensor that the layer was called on. */
export function input(call: LayerCall): tf.Tensor {
  const first = call.inputs['inputs']?.[0] ?? Object.values(call.inputs).flat()[0];
  if (first === undefined) {
    throw new Error(`${call.className} was called on nothing.`);
  }
  return first;
}

export function inputMask(call: LayerCall): Mask {
  return call.masks['inputs']?.[0] ?? Object.values(call.masks).flat()[0] ?? null;
}

/** The weight whose name ends so; throws where there is none. */
export function weight(call: LayerCall, name: string): tf.Tensor {
  return weightEntry(call, name).tensor;
}

export function weightEntry(call: LayerCall, name: string): CallWeight {
  const found = optionalEntry(call, name);
  if (found === undefined) {
    throw new Error(`${call.className} has no weight "${name}".`);
  }
  return found;
}

export function optionalWeight(call: LayerCall, name: string): tf.Tensor | null {
  return optionalEntry(call, name)?.tensor ?? null;
}

export function optionalEntry(call: LayerCall, name: string): CallWeight | undefined {
  return call.weights.find((each) => each.name === name || each.name.endsWith(`/${name}`));
}

export function asResult(value: tf.Tensor | LayerResult): LayerResult {
  return 'outputs' in value ? value : { outputs: [value] };
}

/** The only output of a layer inside another one. */
export function onlyOutput(result: LayerResult): tf.Tensor {
  const [output] = result.outputs;
  if (output === undefined) {
    throw new Error('The layer has no output.');
  }
  return output;
}
