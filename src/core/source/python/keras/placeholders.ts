import type { LayerClass } from '../../../model/catalogue/layerClass';
import type { Json } from '../../../model/spec';
import { type Value, sequenceOf } from '../values';
import { notKnown, serialize } from './serialize';

/** Stand-ins for required arguments that the source does not tell: usual values, so that the rest can be read. */
export const usualValues: Readonly<Record<string, Json>> = {
  units: 10,
  filters: 32,
  kernel_size: 3,
  input_dim: 1000,
  output_dim: 32,
  rate: 0.5,
  stddev: 0.1,
  n: 10,
  pool_size: 2,
  num_heads: 2,
  key_dim: 16,
  num_tokens: 1000,
  groups: 1,
  factor: 0.1,
  height: 32,
  width: 32,
};

export function hasUsualValue(name: string): boolean {
  return usualValues[name] !== undefined;
}

/** Sizes of an input shape that are not known, by number of axes. */
const usualShapes: Readonly<Record<number, readonly number[]>> = {
  1: [10],
  2: [10, 8],
  3: [32, 32, 3],
  4: [8, 32, 32, 3],
};

/** A stand-in for an argument, or undefined where Keras' default does. */
export function placeholderFor(
  definition: LayerClass,
  name: string,
  value: Value,
  others: Readonly<Record<string, Json>>,
  wishedRank?: number,
): Json | undefined {
  if (name === 'input_shape' || name === 'shape' || name === 'batch_input_shape' || name === 'batch_shape') {
    return shapePlaceholder(definition, name, value, wishedRank);
  }
  if (name === 'input_dim' && others['output_dim'] === undefined && definition.className !== 'Embedding') {
    return usualShapes[1]?.[0];
  }
  const partial = sequenceOf(value)?.map((item) => serialize(item));
  if (partial) {
    const usual = usualValues[name];
    return partial.map((item) => (item === notKnown ? (typeof usual === 'number' ? usual : 1) : item));
  }
  const argument = definition.arguments.find((each) => each.name === name);
  return argument?.default === undefined ? usualValues[name] : undefined;
}

/** How many axes beside the batch a layer expects. */
export function expectedRank(className: string): number {
  if (/3D/.test(className)) {
    return 4;
  }
  if (/2D|Rescaling|Resizing|Random|Crop/.test(className)) {
    return 3;
  }
  return /1D|LSTM|GRU|RNN|Bidirectional|TimeDistributed|Attention/.test(className) ? 2 : 1;
}

export function usualShape(rank: number): readonly number[] {
  return usualShapes[rank] ?? [10];
}

function shapePlaceholder(definition: LayerClass, name: string, value: Value, wishedRank?: number): Json {
  const items = sequenceOf(value)?.map((item) => serialize(item));
  const batch = name.startsWith('batch');
  const rank = items ? items.length - (batch ? 1 : 0) : (wishedRank ?? expectedRank(definition.className));
  const usual = usualShape(rank);
  const sizes: readonly Json[] = batch ? [null, ...usual] : usual;
  return items ? items.map((item, i) => (item === notKnown ? (sizes[i] ?? 8) : item)) : sizes;
}
