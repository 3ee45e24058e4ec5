import type { LayerSpec, ModelSpec } from '../../core/model/spec';
import { inputShapes } from '../data/shapes';

/** What one training step costs, estimated from the spec alone. */
export interface Cost {
  readonly parameters: number;
  /** Multiply-adds of one sample's forward pass. */
  readonly products: number;
  /** Values that one sample's forward pass makes. */
  readonly values: number;
  readonly calls: number;
  /** Steps that recurrent layers make one after the other, for all samples at once. */
  readonly sequential: number;
  /** Arrays as large as the weights that the optimizer keeps. */
  readonly slots: number;
}

/** What the machine does, on the engine in use. */
export interface Speed {
  /** Multiply-adds a second inside layers: less than those of one large product. */
  readonly productsPerSecond: number;
}

/** Of a machine that was not measured. */
export const usualSpeed: Speed = { productsPerSecond: 6e9 };

/** Seconds that a value costs (all passes over it), a layer call, a time step, a parameter. */
const secondsPerValue = 1e-8;
const secondsPerCall = 1.5e-4;
const secondsPerTimeStep = 2e-5;
const secondsPerParameter = 8e-9;
/** A backward pass costs two forward passes. */
const passesPerStep = 3;
/** What is measured, and the look at the loss after the update, on top of a step. */
const measuringFactor = 1.5;

const recurrent = /^(SimpleRNN|LSTM|GRU|RNN|Bidirectional|ConvLSTM\dD)$/;

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

export function isRecurrent({ className }: LayerSpec): boolean {
  return recurrent.test(className);
}

/** How often a layer's kernels are applied to one sample: pixels, time steps, or once. */
function positions(layer: LayerSpec, input: readonly number[], output: readonly number[]): number {
  if (isRecurrent(layer)) {
    return layer.className.startsWith('Conv') ? product(input.slice(0, -1)) : (input[0] ?? 1);
  }
  if (layer.className.includes('Transpose')) {
    return product(input.slice(0, -1));
  }
  return product(output.slice(0, -1));
}

const slotsOf: Readonly<Record<string, number>> = {
  SGD: 0,
  RMSprop: 1,
  Adagrad: 1,
  Lion: 1,
  Muon: 1,
  Adafactor: 0,
};

/** Parameters, multiply-adds and activations; open axes count as the sizes that the data will have. */
export function estimateCost(spec: ModelSpec): Cost {
  const layers = new Map(spec.layers.map((layer) => [layer.id, layer]));
  const open = inputShapes(spec);
  const shapes = new Map(spec.inputs.map(({ tensor }, i) => [tensor, open[i] ?? []]));
  const fallback = open[0]?.[0] ?? 32;
  const shapeOf = (tensor: number) =>
    shapes.get(tensor) ?? (spec.tensors[tensor]?.shape.slice(1) ?? []).map((size) => size ?? fallback);
  let products = 0;
  let values = 0;
  let sequential = 0;
  for (const { layer: id, inputs, outputs } of spec.calls) {
    const layer = layers.get(id);
    const input = shapeOf(Object.values(inputs)[0]?.[0] ?? -1);
    const output = shapeOf(outputs[0] ?? -1);
    values += product(output);
    if (layer === undefined || layer.className.endsWith('Embedding')) {
      continue;
    }
    const times = positions(layer, input, output);
    for (const { shape } of layer.weights) {
      if (shape.length > 1) {
        products += times * product(shape);
      }
    }
    if (isRecurrent(layer)) {
      sequential += (input[0] ?? 1) * (layer.className === 'Bidirectional' ? 2 : 1);
      // gates and states of every time step
      values += 2 * layer.weights.reduce((sum, { shape }) => sum + times * (shape.at(-1) ?? 0), 0);
    }
    if (layer.className.includes('Attention')) {
      products += 2 * (input[0] ?? 1) * product(input);
    }
  }
  const parameters = spec.layers.reduce(
    (sum, { weights }) => sum + weights.reduce((n, { shape }) => n + product(shape), 0),
    0,
  );
  const optimizer = spec.compile?.optimizer;
  const momentum = Number(optimizer?.config['momentum'] ?? 0) > 0 ? 1 : 0;
  const slots = optimizer === undefined ? 2 : (slotsOf[optimizer.className] ?? 2) + momentum;
  return { parameters, products, values, calls: spec.calls.length, sequential, slots };
}

/** Milliseconds of one step and bytes at its peak. */
export function stepCost(
  { parameters, products, values, calls, sequential, slots }: Cost,
  batch: number,
  { productsPerSecond }: Speed = usualSpeed,
): { timeMs: number; bytes: number } {
  const seconds =
    (passesPerStep * products * batch) / productsPerSecond +
    values * batch * secondsPerValue +
    calls * secondsPerCall +
    sequential * secondsPerTimeStep +
    parameters * secondsPerParameter;
  // weights, gradients, what they were before the update, moments; activations, their gradients and what the tape keeps
  return {
    timeMs: 1000 * measuringFactor * seconds,
    bytes: 4 * ((3.3 + slots) * parameters + 4 * values * batch),
  };
}
