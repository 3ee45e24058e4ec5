import { GraphIndex, activationOf, hasKernel, isNormalization } from '../model/graphQueries';
import type { LayerSpec, LossSpec, ModelSpec } from '../model/spec';
import type { Level, SourceRule } from './rule';

/** What the model puts out, and the loss that judges it. */
export interface OutputHead {
  /** Index in spec.outputs and spec.compile.losses. */
  readonly index: number;
  /** The layer whose activation is the last: a Dense or an activation layer. */
  readonly activationLayer: LayerSpec;
  /** The last kernel layer: its units are the output's size. */
  readonly kernelLayer: LayerSpec | null;
  readonly activation: string;
  readonly units: number | null;
  readonly loss: LossSpec;
}

const categorical = new Set([
  'CategoricalCrossentropy',
  'SparseCategoricalCrossentropy',
  'CategoricalFocalCrossentropy',
]);
const binary = new Set(['BinaryCrossentropy', 'BinaryFocalCrossentropy']);

/** Activations whose numbers are no probabilities. */
const noProbability: ReadonlySet<string> = new Set([
  ...['linear', 'relu', 'relu6', 'leaky_relu', 'elu', 'selu', 'gelu', 'silu'],
  ...['softplus', 'softsign', 'tanh'],
]);

/** The heads of a compiled model. */
export function outputHeads(spec: ModelSpec): readonly OutputHead[] {
  const graph = GraphIndex.of(spec);
  return spec.outputs.flatMap((output, index) => {
    const loss = spec.compile?.losses[index];
    let call = graph.producer(output.tensor);
    const last = call && graph.layerOf(call);
    if (!loss || !call || !last || last.kind === 'opaque') {
      return [];
    }
    // Look back through what does not change the numbers' meaning to the layer that has the activation.
    let activationLayer = last;
    let activation = activationOf(last) ?? 'linear';
    let kernelLayer: LayerSpec | null = hasKernel(last) ? last : null;
    while (call && !kernelLayer) {
      const input: number | undefined = Object.values(call.inputs).flat()[0];
      call = input === undefined ? undefined : graph.producer(input);
      const layer = call && graph.layerOf(call);
      if (layer?.kind === 'opaque') {
        return [];
      }
      if (!layer || isNormalization(layer)) {
        break;
      }
      if (activation === 'linear') {
        activation = activationOf(layer) ?? 'linear';
        activationLayer = activation === 'linear' ? activationLayer : layer;
      }
      if (hasKernel(layer)) {
        kernelLayer = layer;
      }
    }
    const shape = spec.tensors[output.tensor]?.shape;
    return [{ index, activationLayer, kernelLayer, activation, units: shape?.at(-1) ?? null, loss }];
  });
}

interface Mismatch {
  readonly level: Level;
  readonly argument: 'activation' | 'units' | 'loss';
  readonly title: string;
  readonly message: string;
  readonly headline: string;
}

/**
 * Output activation, size and loss that do not fit one another. Keras 3 remembers the logits of a last sigmoid or softmax, so that several
 * mismatches train all the same: only what cannot train at all is raised at once, the rest is a note that the probe can make worse.
 */
export const outputLoss: SourceRule = {
  kind: 'source',
  id: 'GD301',
  name: 'output-and-loss-do-not-fit',
  provisional: true,
  check(spec) {
    return outputHeads(spec).flatMap((head) => {
      const mismatch = findMismatch(head);
      if (!mismatch) {
        return [];
      }
      const { argument, ...finding } = mismatch;
      const atLoss =
        argument === 'loss' ? spec.compile?.site?.arguments.find((a) => a.name === 'loss')?.value : undefined;
      const layer = argument === 'units' ? (head.kernelLayer ?? head.activationLayer) : head.activationLayer;
      return [
        {
          ...finding,
          layers: [layer.id],
          argument,
          ...(atLoss ? { range: atLoss } : {}),
          evidence: [
            { name: 'output activation', value: head.activation, threshold: null, unit: '' },
            { name: 'output units', value: head.units ?? 'unknown', threshold: null, unit: '' },
            { name: 'loss', value: head.loss.className, threshold: null, unit: '' },
          ],
        },
      ];
    });
  },
};

function findMismatch({ activation, units, loss }: OutputHead): Mismatch | null {
  const fromLogits = loss.config['from_logits'] === true;
  const isCategorical = categorical.has(loss.className);
  const isBinary = binary.has(loss.className);
  if (activation === 'softmax' && units === 1) {
    return {
      level: 'fail',
      argument: 'activation',
      title: 'Softmax over one unit is always 1',
      message:
        'Softmax over a single unit gives 1 for every input, so the network cannot predict anything, even where the loss falls. One unit wants a sigmoid and binary cross-entropy.',
      headline: 'This network cannot learn: softmax over one unit always answers 1.',
    };
  }
  if (isCategorical && units === 1) {
    return {
      level: 'fail',
      argument: 'loss',
      title: 'Categorical loss with one output unit',
      message:
        'A categorical cross-entropy compares classes, but this output has one unit only: there is nothing to compare. One unit wants binary cross-entropy; several classes want one unit each.',
      headline: 'This network cannot learn: its loss compares classes, its output has one unit.',
    };
  }
  if (isCategorical && !fromLogits && noProbability.has(activation)) {
    return {
      level: 'warn',
      argument: activation === 'linear' ? 'loss' : 'activation',
      title: `${activation === 'linear' ? 'No activation' : activation} before a cross-entropy`,
      message:
        activation === 'linear'
          ? 'The output has no activation, but the loss takes its numbers as probabilities. Give the layer a softmax, or tell the loss from_logits=True.'
          : `The loss takes the outputs as probabilities, but ${activation} gives none. The output of a classifier wants a softmax.`,
      headline: 'Output and loss do not fit: the loss expects probabilities.',
    };
  }
  if (isBinary && !fromLogits && noProbability.has(activation)) {
    return {
      level: 'warn',
      argument: activation === 'linear' ? 'loss' : 'activation',
      title: `${activation === 'linear' ? 'No activation' : activation} before a binary cross-entropy`,
      message:
        activation === 'linear'
          ? 'The output has no activation, but the loss takes its numbers as probabilities. Give the layer a sigmoid, or tell the loss from_logits=True.'
          : `The loss takes the outputs as probabilities, but ${activation} gives none. It wants a sigmoid.`,
      headline: 'Output and loss do not fit: the loss expects probabilities.',
    };
  }
  if (isBinary && activation === 'softmax') {
    return {
      level: 'note',
      argument: 'loss',
      title: 'Softmax with binary cross-entropy',
      message:
        'Softmax makes one distribution over all units, binary cross-entropy judges each unit alone. Exclusive classes want categorical cross-entropy.',
      headline: 'Output and loss do not fit: softmax wants categorical cross-entropy.',
    };
  }
  if (isCategorical && activation === 'sigmoid') {
    return {
      level: 'note',
      argument: 'activation',
      title: 'Sigmoid with categorical cross-entropy',
      message:
        'Sigmoid judges each class alone, categorical cross-entropy expects one distribution over the classes. Exclusive classes want a softmax.',
      headline: 'Output and loss do not fit: the loss wants a softmax.',
    };
  }
  if (fromLogits && (activation === 'softmax' || activation === 'sigmoid')) {
    return {
      level: 'note',
      argument: 'activation',
      title: `from_logits=True after a ${activation}`,
      message: `from_logits=True says that the output has no activation, but it has a ${activation}. Keras 3 repairs that silently, Keras 2 and the saved model do not.`,
      headline: 'The loss expects logits, the output gives probabilities.',
    };
  }
  return null;
}
