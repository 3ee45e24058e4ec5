import { formatNumber } from '../format';
import { GraphIndex, hasKernel, isNormalization } from '../model/graphQueries';
import type { InputData, LayerSpec, ModelSpec } from '../model/spec';
import type { SourceRule } from './rule';

/** Inputs whose size is beyond this factor from 1 are worth a word: raw pixels have 100, a healthy table about 1. */
const farFromOne = 10;
const scalingLayers = new Set([
  'Rescaling',
  'Normalization',
  'Embedding',
  'TextVectorization',
  'CategoryEncoding',
  'StringLookup',
  'IntegerLookup',
  'Hashing',
  'Discretization',
]);

/** An input that the code gives to the first weights unscaled. */
export interface UnscaledInput {
  readonly data: InputData;
  /** sqrt(mean² + std²) of its values. */
  readonly size: number;
  /** The first kernel layers that read it. */
  readonly readers: readonly LayerSpec[];
}

/** Inputs far from size 1 that meet a kernel before any normalization. */
export function unscaledInputs(spec: ModelSpec): readonly UnscaledInput[] {
  const graph = GraphIndex.of(spec);
  return spec.inputs.flatMap((input, i): UnscaledInput[] => {
    const data = spec.data.inputs[i];
    // Without spread it is an array that the program fills later: nothing is known of it.
    if (!data || data.mean === null || !data.std || data.kind === 'integers' || data.kind === 'one-hot') {
      return [];
    }
    const size = Math.hypot(data.mean, data.std);
    if (size < farFromOne && size > 1 / farFromOne) {
      return [];
    }
    const readers: LayerSpec[] = [];
    const queue = [input.tensor];
    for (let tensor = queue.pop(); tensor !== undefined; tensor = queue.pop()) {
      for (const call of spec.calls.filter((c) =>
        Object.values(c.inputs)
          .flat()
          .includes(tensor ?? -1),
      )) {
        const layer = graph.layerOf(call);
        if (
          !layer ||
          scalingLayers.has(layer.className) ||
          isNormalization(layer) ||
          layer.kind !== 'layer'
        ) {
          continue; // an operation of the user's own may scale
        }
        if (hasKernel(layer)) {
          readers.push(layer);
        } else {
          queue.push(...call.outputs);
        }
      }
    }
    return readers.length > 0 ? [{ data, size, readers }] : [];
  });
}

/**
 * Inputs that the code does not scale: raw pixels, unscaled tables, tiny numbers. Adam and small nets often bear it, so it is a note until the
 * probe, which sees inputs of that size, says that the net does not learn. Input scaling or a first Batch Normalization cured 17 of 20.
 */
export const inputScale: SourceRule = {
  kind: 'source',
  id: 'GD204',
  name: 'inputs-not-scaled',
  provisional: true,
  check(spec) {
    return unscaledInputs(spec).map(({ data, size, readers }) => ({
      level: 'warn' as const,
      layers: readers.map((layer) => layer.id),
      ...(data.range ? { range: data.range } : {}),
      title: `Inputs not scaled: size ${formatNumber(size)}`,
      message:
        (data.kind === 'pixels'
          ? `The inputs are raw pixels up to ${formatNumber(data.max ?? 255)}`
          : `The inputs have a mean of ${formatNumber(data.mean)} and a standard deviation of ${formatNumber(data.std)}`) +
        `, and no layer scales them. Initial weights are made for inputs of size 1: larger ones saturate or jump, smaller ones vanish.`,
      headline: 'This network will not learn from these inputs: they are not scaled.',
      evidence: [
        {
          name: 'size of the inputs (RMS)',
          value: size,
          threshold: size > 1 ? farFromOne : 1 / farFromOne,
          unit: '',
        },
      ],
    }));
  },
};
