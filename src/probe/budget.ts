import type { Config, LayerSpec, ModelSpec } from '../core/model/spec';
import type { Note } from '../core/report/report';
import { inputShapes } from './data/shapes';

export interface Budget {
  readonly timeMs: number;
  readonly memoryBytes: number;
}

/** What one training step costs, estimated from the spec alone. */
export interface Cost {
  readonly parameters: number;
  /** Multiply-adds of one sample's forward pass. */
  readonly products: number;
  /** Values that one sample's forward pass makes. */
  readonly values: number;
  readonly calls: number;
}

/** Multiply-adds a second that the slowest usual machine does in the embedded engine. */
const productsPerSecond = 3e9;
/** Seconds a value (all passes over it) and a layer call. */
const secondsPerValue = 8e-9;
const secondsPerCall = 1e-4;
/** A backward pass costs two forward passes. */
const passesPerStep = 3;
const smallestBatch = 8;
const smallestImage = 32;
const smallestSequence = 16;
/** Rows of a word table that are drawn at most when memory is short. */
const smallestVocabulary = 2000;

const recurrent = /^(SimpleRNN|LSTM|GRU|RNN|Bidirectional)$/;
/** Layers whose weights do not depend on the size of image or sequence. */
const sizeFree = new Set([
  'InputLayer',
  'Activation',
  'ReLU',
  'LeakyReLU',
  'ELU',
  'Softmax',
  'Dropout',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'GaussianNoise',
  'GaussianDropout',
  'AlphaDropout',
  'BatchNormalization',
  'GroupNormalization',
  'Conv1D',
  'Conv2D',
  'DepthwiseConv1D',
  'DepthwiseConv2D',
  'SeparableConv1D',
  'SeparableConv2D',
  'Conv1DTranspose',
  'Conv2DTranspose',
  'MaxPooling1D',
  'MaxPooling2D',
  'AveragePooling1D',
  'AveragePooling2D',
  'GlobalMaxPooling1D',
  'GlobalMaxPooling2D',
  'GlobalAveragePooling1D',
  'GlobalAveragePooling2D',
  'Add',
  'Average',
  'Multiply',
  'Maximum',
  'Minimum',
  'Subtract',
  'Concatenate',
  'Dense',
  'SimpleRNN',
  'LSTM',
  'GRU',
  'Bidirectional',
  'TimeDistributed',
  'Embedding',
  'Rescaling',
  'UpSampling1D',
  'UpSampling2D',
  'ZeroPadding1D',
  'ZeroPadding2D',
  'Masking',
  'Attention',
  'MultiHeadAttention',
]);

const product = (sizes: readonly number[]) => sizes.reduce((a, b) => a * b, 1);

/** How often a layer's kernels are applied to one sample: pixels, time steps, or once. */
function positions(layer: LayerSpec, input: readonly number[], output: readonly number[]): number {
  if (recurrent.test(layer.className)) {
    return input[0] ?? 1;
  }
  if (layer.className.includes('Transpose')) {
    return product(input.slice(0, -1));
  }
  return product(output.slice(0, -1));
}

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
    if (layer.className.includes('Attention')) {
      products += 2 * (input[0] ?? 1) * product(input);
    }
  }
  const parameters = spec.layers.reduce(
    (sum, { weights }) => sum + weights.reduce((n, { shape }) => n + product(shape), 0),
    0,
  );
  return { parameters, products, values, calls: spec.calls.length };
}

/** Milliseconds of one step and bytes at its peak. */
export function stepCost(
  { parameters, products, values, calls }: Cost,
  batch: number,
): { timeMs: number; bytes: number } {
  const seconds =
    (passesPerStep * products * batch) / productsPerSecond +
    values * batch * secondsPerValue +
    calls * secondsPerCall +
    parameters * 4e-9;
  // weights, gradients and two moments; activations with their gradients and what the tape keeps
  return { timeMs: 1000 * seconds, bytes: 4 * (5 * parameters + 4 * values * batch) };
}

export interface Fitted {
  readonly spec: ModelSpec;
  readonly batchSize: number;
  readonly notes: readonly Note[];
}

/**
 * Makes smaller what does not change how signals propagate until steps fit the budget: vocabulary, batch, then the size of images and
 * sequences where no weight depends on it. Depth and width stay as they are.
 */
export function fitBudget(
  spec: ModelSpec,
  batchSize: number,
  steps: number,
  budget: Budget,
  fixedData: boolean,
): Fitted {
  const notes: Note[] = [];
  let fitted = spec;
  let batch = batchSize;
  const over = () => {
    const { timeMs, bytes } = stepCost(estimateCost(fitted), batch);
    return Math.max((timeMs * steps) / budget.timeMs, bytes / budget.memoryBytes);
  };
  // 1. Words that the batch cannot hold anyway.
  if (!fixedData && stepCost(estimateCost(fitted), batch).bytes > budget.memoryBytes) {
    const { spec: smaller, note } = shrinkVocabulary(fitted);
    fitted = smaller;
    notes.push(...note);
  }
  // 2. Fewer samples a step.
  while (over() > 1 && batch > smallestBatch) {
    batch = Math.max(smallestBatch, Math.floor(batch / 2));
  }
  if (batch < batchSize) {
    notes.push({
      id: 'batch',
      text: `The batch was made smaller, ${batch} samples instead of ${batchSize}, to stay within the time and memory allowed.`,
    });
  }
  // 3. Smaller images, shorter sequences.
  if (
    !fixedData &&
    over() > 1 &&
    spec.layers.every(({ className, kind }) => kind === 'operation' || sizeFree.has(className))
  ) {
    const { spec: smaller, note } = shrinkInputs(
      fitted,
      () => over(),
      (next) => (fitted = next),
    );
    fitted = smaller;
    notes.push(...note);
  }
  return { spec: fitted, batchSize: batch, notes };
}

function shrinkVocabulary(spec: ModelSpec): { spec: ModelSpec; note: Note[] } {
  const note: Note[] = [];
  const layers = spec.layers.map((layer): LayerSpec => {
    const rows = layer.className === 'Embedding' ? (layer.weights[0]?.shape[0] ?? 0) : 0;
    if (rows <= smallestVocabulary) {
      return layer;
    }
    note.push({
      id: 'vocabulary',
      text: `The vocabulary of "${layer.name}" was cut from ${rows} to ${smallestVocabulary} words to stay within the memory allowed.`,
    });
    const config: Config = { ...layer.config, input_dim: smallestVocabulary };
    return {
      ...layer,
      config,
      weights: layer.weights.map((w) => ({ ...w, shape: [smallestVocabulary, ...w.shape.slice(1)] })),
    };
  });
  return { spec: { ...spec, layers }, note };
}

/** Halves the axes before the last of every input while that helps and they stay large enough. */
function shrinkInputs(
  spec: ModelSpec,
  over: () => number,
  use: (spec: ModelSpec) => void,
): { spec: ModelSpec; note: Note[] } {
  const before = inputShapes(spec);
  let current = spec;
  let shapes = before;
  for (;;) {
    const next = shapes.map((shape) => {
      const axes =
        shape.length >= 3
          ? shape.length - 1
          : shape.length === 2 || isTokens(spec, shapes.indexOf(shape))
            ? 1
            : 0;
      const smallest = shape.length >= 3 ? smallestImage : smallestSequence;
      return shape.map((size, axis) => (axis < axes && size >= 2 * smallest ? Math.floor(size / 2) : size));
    });
    if (next.every((shape, i) => shape.every((size, axis) => size === shapes[i]?.[axis]))) {
      break;
    }
    shapes = next;
    current = withInputs(spec, shapes);
    use(current);
    if (over() <= 1) {
      break;
    }
  }
  const changed = before.flatMap((shape, i) => {
    const now = shapes[i] ?? shape;
    return shape.some((size, axis) => size !== now[axis]) ? [`${shape.join('×')} → ${now.join('×')}`] : [];
  });
  const note =
    changed.length === 0
      ? []
      : [
          {
            id: 'size',
            text: `Inputs were made smaller, ${changed.join(', ')}, to stay within the time and memory allowed.`,
          },
        ];
  return { spec: current, note };
}

function isTokens(spec: ModelSpec, input: number): boolean {
  return (spec.tensors[spec.inputs[input]?.tensor ?? -1]?.dtype ?? '').startsWith('int');
}

/** The same model on inputs of other sizes; the sizes of everything else are scaled alike, for the estimate. */
function withInputs(spec: ModelSpec, shapes: readonly (readonly number[])[]): ModelSpec {
  const old = inputShapes(spec)[0] ?? [];
  const factor = (shapes[0]?.[0] ?? 1) / (old[0] ?? 1);
  const inputs = new Map(spec.inputs.map(({ tensor }, i) => [tensor, shapes[i] ?? []]));
  const outputs = new Set(spec.outputs.map(({ tensor }) => tensor));
  const tensors = spec.tensors.map((tensor, id) => {
    const given = inputs.get(id);
    if (given !== undefined) {
      return { ...tensor, shape: [null, ...given] };
    }
    const rank = tensor.shape.length;
    const shape = tensor.shape.map((size, axis) => {
      const spatial = axis > 0 && axis < rank - 1;
      return !spatial || size === null
        ? size
        : outputs.has(id)
          ? null
          : Math.max(1, Math.round(size * factor));
    });
    return { ...tensor, shape };
  });
  return { ...spec, tensors };
}
