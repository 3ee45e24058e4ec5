import type { Config, LayerSpec, ModelSpec } from '../../core/model/spec';
import type { Note } from '../../core/report/report';
import { inputShapes } from '../data/shapes';
import { estimateCost, isRecurrent, type Speed, stepCost, usualSpeed } from './cost';
import { withRoom } from './openAxes';
import { resize } from './resize';

export interface Budget {
  readonly timeMs: number;
  readonly memoryBytes: number;
}

export interface BudgetRequest {
  readonly batchSize: number;
  /** Training steps of one seed, the first one counted. */
  readonly steps: number;
  readonly seeds: number;
  readonly budget: Budget;
  /** Data or weights come from files: sizes are as they are. */
  readonly fixedData: boolean;
  readonly speed?: Speed;
}

export interface Fitted {
  readonly spec: ModelSpec;
  readonly batchSize: number;
  readonly notes: readonly Note[];
}

/** Share of the budget below which the usual speed is believed. */
const easyShare = 0.5;
const smallestBatch = 8;
/** Where the data cannot be made smaller and no layer takes statistics of the batch. */
const lastResortBatch = 4;
const smallestImage = 32;
/** Statistics over a batch need pixels in the last layers too. */
const smallestNormalizedImage = 64;
const smallestSequence = 16;
/** Words that a cut vocabulary keeps. */
const smallestVocabulary = 2000;
/** Steps of one seed that the size of the data is given up for; a sequence's length is what vanishing gradients depend on, so for fewer. */
const worthOfImages = 30;
const worthOfSequences = 12;

/**
 * Makes smaller what does not change how signals propagate until the steps fit the budget: vocabulary, batch, then the size of images and
 * sequences. Depth and width stay as they are. The batch is made smaller for all seeds' steps; sizes only for one seed's: the rest ends when the
 * time ends.
 */
export function fitBudget(given: ModelSpec, request: BudgetRequest): Fitted {
  const { batchSize, budget, fixedData, seeds, steps } = request;
  const spec = fixedData ? given : withRoom(given);
  let vocabulary: readonly Note[] = [];
  let size: readonly Note[] = [];
  let fitted = spec;
  let batch = batchSize;
  // A model that fits easily stays as it is whatever else the machine does: the same text gives the same report.
  const speed = fitsEasily(spec, request) ? usualSpeed : (request.speed ?? usualSpeed);
  const over = (count: number, of = fitted) => {
    const { timeMs, bytes } = stepCost(estimateCost(of), batch, speed);
    return Math.max((timeMs * count) / budget.timeMs, bytes / budget.memoryBytes);
  };
  // 1. Words that the batches cannot hold anyway.
  if (!fixedData && over(steps * seeds) > 1) {
    const { spec: smaller, note } = shrinkVocabulary(fitted);
    fitted = smaller;
    vocabulary = note;
  }
  // 2. Fewer samples a step.
  while (over(steps * seeds) > 1 && batch > smallestBatch) {
    batch = Math.max(smallestBatch, Math.floor(batch / 2));
  }
  // 3. Smaller images, shorter sequences.
  const worth = Math.min(steps, spec.layers.some(isRecurrent) ? worthOfSequences : worthOfImages);
  if (!fixedData && over(worth) > 1) {
    const { spec: smaller, note } = shrinkInputs(fitted, (candidate) => over(worth, candidate));
    fitted = smaller;
    size = note;
  }
  // 4. Fewer samples still.
  if (over(worth) > 1 && batch > lastResortBatch && !isNormalized(spec)) {
    batch = lastResortBatch;
  }
  const batchNote: Note = {
    id: 'batch',
    text: `The batch was made smaller, ${batch} samples instead of ${batchSize}, to stay within the time and memory allowed.`,
  };
  return {
    spec: fitted,
    batchSize: batch,
    notes: [...vocabulary, ...(batch < batchSize ? [batchNote] : []), ...size],
  };
}

/** Whether all steps of all seeds take a small part of the budget at the usual speed. */
export function fitsEasily(
  spec: ModelSpec,
  { batchSize, steps, seeds, budget }: Omit<BudgetRequest, 'fixedData'>,
): boolean {
  const { timeMs, bytes } = stepCost(estimateCost(spec), batchSize, usualSpeed);
  return timeMs * steps * seeds <= easyShare * budget.timeMs && bytes <= easyShare * budget.memoryBytes;
}

function shrinkVocabulary(spec: ModelSpec): { spec: ModelSpec; note: Note[] } {
  const note: Note[] = [];
  const layers = spec.layers.map((layer): LayerSpec => {
    const rows = layer.className === 'Embedding' ? (layer.weights[0]?.shape[0] ?? 0) : 0;
    if (rows <= 2 * smallestVocabulary) {
      return layer;
    }
    note.push({
      id: 'vocabulary',
      text: `The vocabulary of "${layer.name}" was cut from ${rows} to ${smallestVocabulary} words to stay within the time and memory allowed.`,
    });
    const config: Config = { ...layer.config, input_dim: smallestVocabulary };
    return {
      ...layer,
      config,
      weights: layer.weights.map((w) => ({
        ...w,
        shape: w.shape[0] === rows ? [smallestVocabulary, ...w.shape.slice(1)] : w.shape,
      })),
    };
  });
  return { spec: note.length === 0 ? spec : { ...spec, layers }, note };
}

/** Halves the axes before the last of every input while the model can be built so, that helps, and they stay large enough. */
function shrinkInputs(
  spec: ModelSpec,
  over: (spec: ModelSpec) => number,
): { spec: ModelSpec; note: readonly Note[] } {
  const before = inputShapes(spec);
  let current = spec;
  let shapes = before;
  while (over(current) > 1) {
    const next = shapes.map((shape, i) => {
      const image = shape.length >= 3;
      const axes = image ? shape.length - 1 : shape.length === 2 || isTokens(spec, i) ? 1 : 0;
      const smallest = !image
        ? smallestSequence
        : isNormalized(spec)
          ? smallestNormalizedImage
          : smallestImage;
      const shortest = axes > 0 ? Math.min(...shape.slice(0, axes)) : 0;
      const factor = shortest > smallest ? Math.max(1 / 2, smallest / shortest) : 1;
      return shape.map((size, axis) => (axis < axes ? Math.floor(size * factor) : size));
    });
    const smaller = same(next, shapes) ? null : resize(spec, next);
    if (smaller === null) {
      break;
    }
    shapes = next;
    current = smaller;
  }
  const changed = before.flatMap((shape, i) => {
    const now = shapes[i] ?? shape;
    return shape.some((size, axis) => size !== now[axis]) ? [`${shape.join('×')} → ${now.join('×')}`] : [];
  });
  return {
    spec: current,
    note:
      changed.length === 0
        ? []
        : [
            {
              id: 'size',
              text: `Inputs were made smaller, ${changed.join(', ')}, to stay within the time and memory allowed.`,
            },
          ],
  };
}

function same(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): boolean {
  return a.every((shape, i) => shape.every((size, axis) => size === b[i]?.[axis]));
}

function isTokens(spec: ModelSpec, input: number): boolean {
  return (spec.tensors[spec.inputs[input]?.tensor ?? -1]?.dtype ?? '').startsWith('int');
}

function isNormalized({ layers }: ModelSpec): boolean {
  return layers.some(({ className }) => className === 'BatchNormalization');
}
