import { formatCount, formatNumber, formatShare } from '../format';
import { isKernel, isNormalization } from '../model/graphQueries';
import type { CallSpec, LayerSpec, ModelSpec } from '../model/spec';

/**
 * Multiplications of a training step for one number that a layer puts out, one weight that is used or updated; rough on purpose. What is done
 * element by element waits for memory, so it counts for more than it multiplies.
 */
const work = { normalization: 60, elementwise: 15, kernelPasses: 6 } as const;
const updateWork: Readonly<Record<string, number>> = {
  SGD: 3,
  RMSprop: 8,
  Adagrad: 7,
  Adam: 12,
  Nadam: 14,
  AdamW: 13,
};

/** Where the code tells no batch size. */
const usualBatch = 32;

/** Less is lost in what an estimate cannot see. */
const visibleShare = 0.03;

/** What an edit costs, in words: parameters, and the time of a training step as the numbers of operations let expect it. */
export function costOf(before: ModelSpec, after: ModelSpec): string {
  const more = parameters(after) - parameters(before);
  const factor = stepWork(after) / Math.max(1, stepWork(before));
  const share = factor - 1;
  const size =
    more === 0 ? 'no parameters' : `${formatCount(Math.abs(more))} ${more > 0 ? 'more' : 'fewer'} parameters`;
  const time =
    Math.abs(share) < visibleShare
      ? 'no time'
      : factor >= 2
        ? `about ${formatNumber(factor)} times the time a step`
        : `about ${formatShare(Math.abs(share))} ${share > 0 ? 'more' : 'less'} time a step`;
  return more === 0 && time === 'no time' ? 'nothing' : `${size}, ${time}`;
}

const product = (sizes: readonly (number | null)[]): number =>
  sizes.reduce<number>((n, size) => n * (size ?? 1), 1);
const parameters = ({ layers }: ModelSpec): number =>
  layers.reduce((sum, { weights }) => sum + weights.reduce((n, { shape }) => n + product(shape), 0), 0);

/** Of one sample: forward, backward, and its share of the update. */
function stepWork(spec: ModelSpec): number {
  const layers = new Map(spec.layers.map((layer) => [layer.id, layer]));
  const calls = spec.calls.reduce((sum, call) => {
    const layer = layers.get(call.layer);
    return layer ? sum + callWork(spec, call, layer) : sum;
  }, 0);
  const { optimizer } = spec.compile ?? {};
  const update = (updateWork[optimizer?.className ?? ''] ?? 10) * parameters(spec);
  return calls + update / (spec.data.batchSize ?? usualBatch);
}

function callWork(spec: ModelSpec, call: CallSpec, layer: LayerSpec): number {
  const shapeOf = (tensor: number | undefined): readonly (number | null)[] =>
    spec.tensors[tensor ?? -1]?.shape ?? [];
  const output = shapeOf(call.outputs[0]).slice(1);
  const input = shapeOf(Object.values(call.inputs).flat()[0]).slice(1);
  // Kernels are used once a place: pixels of a convolution's output, steps of a sequence.
  const isRecurrent = layer.weights.some(({ name }) => /recurrent_kernel$/.test(name));
  const places = product(isRecurrent ? input.slice(0, 1) : output.slice(0, -1));
  const kernels = layer.weights
    .filter(({ name }) => isKernel(name))
    .reduce((sum, { shape }) => sum + product(shape), 0);
  return (
    kernels * places * work.kernelPasses +
    product(output) * (isNormalization(layer) ? work.normalization : work.elementwise)
  );
}
