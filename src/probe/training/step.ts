import { HumanError } from '../../core/humanError';
import type { LossSpec, ModelSpec } from '../../core/model/spec';
import type { Engine } from '../engine/engine';
import { scope } from '../engine/scope';
import * as tf from '../engine/tf';
import { forward, type ForwardResult, type Recorder } from '../graph/execute';
import type { ModelWeight, ModelWeights } from '../graph/weights';
import { lossOf } from '../losses/losses';
import { dense, type Gradient, type Occurrences } from '../optimizers/gradient';
import { ownLoss } from './ownLoss';
import { penalty } from '../regularizers/regularizer';

/** One batch on the engine. */
export interface Batch {
  readonly inputs: readonly tf.Tensor[];
  readonly targets: readonly tf.Tensor[];
}

export interface Model {
  readonly spec: ModelSpec;
  readonly losses: readonly LossSpec[];
  readonly engine: Engine;
  readonly weights: ModelWeights;
}

export interface Gradients {
  /** Frees what the gradients stand in. */
  dispose(): void;
  /** Total loss, regularisation included. */
  readonly loss: number;
  /** Without regularisation. */
  readonly dataLoss: number;
  /** Of the trainable weights, in their order; regularisation included, not clipped. */
  readonly gradients: readonly Gradient[];
}

export interface PassOptions {
  readonly recorder: Recorder | null;
  readonly commits: boolean;
  /** Sees the predictions before they are freed. */
  readonly onPredictions?: (result: ForwardResult) => void;
  /** Called before every layer; throws to stop. */
  readonly onLayer?: () => void;
}

/** Whether an output has a fixed first axis where the inputs' is the batch: `output[0]` of a layer taken to return one tensor. */
function losesBatch({ tensors, inputs, outputs }: ModelSpec, index: number): boolean {
  const first = (tensor: number | undefined) => tensors[tensor ?? -1]?.shape[0] ?? null;
  return first(outputs[index]?.tensor) !== null && inputs.every(({ tensor }) => first(tensor) === null);
}

/** Weighted losses of all outputs, mean over the batch. */
function dataLoss(
  { spec, losses, engine }: Model,
  { outputs }: ForwardResult,
  targets: readonly tf.Tensor[],
): tf.Tensor {
  const parts = losses.flatMap((loss, i) => {
    const output = outputs[i];
    const target = targets[i];
    if (output === undefined || target === undefined) {
      return [];
    }
    const rows = output.prediction.shape[0] ?? 0;
    if (rows !== target.shape[0] || losesBatch(spec, i)) {
      throw new HumanError(
        `The output "${spec.outputs[i]?.name ?? i}" of the model has no row for each sample, so that no loss can be taken. Where a layer that is not known here returns several tensors, replace it by one of Keras.`,
      );
    }
    const own = loss.program === undefined ? null : ownLoss(loss.program);
    const value = lossOf(loss, { engine, target, ...output }, own);
    return [loss.weight === 1 ? value : tf.mul(value, loss.weight)];
  });
  return parts.length === 0 ? tf.scalar(0) : parts.reduce((a, b) => tf.add(a, b));
}

/** Rows of several lookups of one table as one list. */
function merged(list: readonly Occurrences[], width: number): Gradient {
  const [first] = list;
  if (list.length === 1 && first !== undefined) {
    return { kind: 'rows', ...first };
  }
  const count = list.reduce((n, { ids }) => n + ids.length, 0);
  const ids = new Int32Array(count);
  const values = new Float32Array(count * width);
  let at = 0;
  for (const each of list) {
    ids.set(each.ids, at);
    values.set(each.values, at * width);
    at += each.ids.length;
  }
  return { kind: 'rows', ids, values, width };
}

/** A gradient that stays where the engine made it. */
class TensorGradient {
  readonly kind = 'dense';

  constructor(
    private readonly engine: Engine,
    private readonly tensor: tf.Tensor,
  ) {}

  get values(): Float32Array {
    return this.engine.view(this.tensor) as Float32Array;
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

/** Adds up what reached a weight: dense gradient, rows, and the gradient of its regulariser, which makes rows dense. */
function gradientOf(
  engine: Engine,
  weight: ModelWeight,
  tensor: tf.Tensor | undefined,
): { gradient: Gradient; loss: number } {
  const { spec, occurrences } = weight;
  weight.occurrences = [];
  const size = weight.values.length;
  let gradient: Gradient;
  if (tensor === undefined) {
    gradient =
      occurrences.length > 0
        ? merged(occurrences, spec.shape[1] ?? 1)
        : { kind: 'dense', values: new Float32Array(size) };
  } else if (occurrences.length === 0 && spec.regularizer === null) {
    return { gradient: new TensorGradient(engine, tf.keep(tensor)), loss: 0 };
  } else {
    const values = Float32Array.from(engine.view(tensor));
    if (occurrences.length > 0) {
      dense(merged(occurrences, spec.shape[1] ?? 1), size).forEach(
        (x, i) => (values[i] = (values[i] as number) + x),
      );
    }
    gradient = { kind: 'dense', values };
  }
  if (spec.regularizer === null) {
    return { gradient, loss: 0 };
  }
  const values = dense(gradient, size);
  const loss = penalty(spec.regularizer, weight.values, spec.shape, values);
  return { gradient: { kind: 'dense', values }, loss };
}

/** Forward, loss and backward on one batch: the gradients of everything, nothing changed but moving statistics set aside. */
export function computeGradients(model: Model, batch: Batch, options: PassOptions): Gradients {
  const { spec, engine, weights } = model;
  return scope(() => {
    const anchor = tf.scalar(0);
    const trained = weights.trainable;
    const xs = [...trained.map(({ tensor }) => tensor), anchor];
    let data = 0;
    const { value, grads } = tf.engine().gradients(
      () => {
        const result = forward(spec, batch.inputs, { engine, weights, anchor, trains: true, ...options });
        options.onPredictions?.(result);
        const loss = dataLoss(model, result, batch.targets);
        const total = result.activityLoss === null ? loss : tf.add(loss, result.activityLoss);
        data = loss.dataSync()[0] ?? NaN;
        // a loss that depends on nothing is still a loss
        return tf.add<tf.Scalar>(total, tf.mul(anchor, 0));
      },
      xs,
      undefined,
      true,
    );
    let loss = value.dataSync()[0] ?? NaN;
    const gradients = trained.map((weight, i) => {
      const made = gradientOf(engine, weight, grads[i] ?? undefined);
      loss += made.loss;
      return made.gradient;
    });
    for (const weight of weights.all) {
      weight.occurrences = [];
      if (!weight.spec.trainable && weight.spec.regularizer !== null) {
        loss += penalty(weight.spec.regularizer, weight.values, weight.spec.shape, null);
      }
    }
    const dispose = () => {
      for (const gradient of gradients) {
        if (gradient instanceof TensorGradient) {
          gradient.dispose();
        }
      }
    };
    return { loss, dataLoss: data, gradients, dispose };
  });
}

/** The total loss on a batch, nothing else. */
export function computeLoss(model: Model, batch: Batch): number {
  const { spec, engine, weights } = model;
  return scope(() => {
    const anchor = tf.scalar(0);
    const result = forward(spec, batch.inputs, {
      engine,
      weights,
      anchor,
      recorder: null,
      commits: false,
      trains: false,
    });
    const loss = dataLoss(model, result, batch.targets);
    const total = result.activityLoss === null ? loss : tf.add(loss, result.activityLoss);
    const penalties = weights.all.reduce(
      (sum, { spec: { regularizer, shape }, values }) =>
        sum + (regularizer === null ? 0 : penalty(regularizer, values, shape, null)),
      0,
    );
    return (total.dataSync()[0] ?? NaN) + penalties;
  });
}
