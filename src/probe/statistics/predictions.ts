import type { LossSpec } from '../../core/model/spec';

type Numbers = ArrayLike<number>;

/** sd over the batch / RMS of one output: 0 = one answer for every input. */
export function predictionSpread(values: Numbers, batch: number): number {
  const width = values.length / batch;
  let variance = 0;
  let square = 0;
  for (let k = 0; k < width; k++) {
    let sum = 0;
    let squares = 0;
    for (let b = 0; b < batch; b++) {
      const x = values[b * width + k] as number;
      sum += x;
      squares += x * x;
    }
    variance += Math.max(0, squares / batch - (sum / batch) ** 2);
    square += squares / batch;
  }
  return square === 0 ? 0 : Math.sqrt(variance / square);
}

/** How an output is judged right or wrong; null for regression. */
export type Judgement = 'classes' | 'one-hot' | 'binary' | 'sign';

export function judgementOf(loss: LossSpec | undefined, width: number, targets: Numbers): Judgement | null {
  const zeroOne = (): boolean => {
    for (let i = 0; i < targets.length; i++) {
      if (targets[i] !== 0 && targets[i] !== 1) {
        return false;
      }
    }
    return true;
  };
  switch (loss?.className) {
    case 'SparseCategoricalCrossentropy':
    case 'CategoricalGeneralizedCrossEntropy':
      return 'classes';
    case 'CategoricalCrossentropy':
    case 'CategoricalFocalCrossentropy':
    case 'CategoricalHinge':
      return width > 1 ? 'one-hot' : null;
    case 'BinaryCrossentropy':
    case 'BinaryFocalCrossentropy':
      return zeroOne() ? 'binary' : null;
    case 'Hinge':
    case 'SquaredHinge':
      return 'sign';
    default:
      return null;
  }
}

function argMax(values: Numbers, start: number, width: number): number {
  let best = 0;
  for (let k = 1; k < width; k++) {
    if ((values[start + k] as number) > (values[start + best] as number)) {
      best = k;
    }
  }
  return best;
}

/** The class of each judged prediction or target. */
function classesOf(how: Judgement, values: Numbers, width: number, threshold: number): Int32Array {
  if (how === 'one-hot') {
    return Int32Array.from({ length: values.length / width }, (_, i) => argMax(values, i * width, width));
  }
  return Int32Array.from({ length: values.length }, (_, i) => ((values[i] as number) > threshold ? 1 : 0));
}

/** Labels of the targets, as `accuracy` compares them. */
export function labelsOf(how: Judgement, targets: Numbers, width: number): Int32Array {
  if (how === 'classes') {
    return Int32Array.from({ length: targets.length }, (_, i) => targets[i] as number);
  }
  return classesOf(how, targets, width, how === 'sign' ? 0 : 0.5);
}

/** Share of right predictions. `fromLogits`: a sigmoid's threshold is at 0. */
export function accuracy(
  how: Judgement,
  predictions: Numbers,
  targets: Numbers,
  width: number,
  fromLogits: boolean,
): number {
  const labels = labelsOf(how, targets, width);
  const threshold = how === 'sign' || fromLogits ? 0 : 0.5;
  const answers = classesOf(how === 'classes' ? 'one-hot' : how, predictions, width, threshold);
  let right = 0;
  for (let i = 0; i < labels.length; i++) {
    if (answers[i] === labels[i]) {
      right++;
    }
  }
  return right / labels.length;
}

/** Share of the most frequent label. */
export function chance(labels: Int32Array): number {
  const counts = new Map<number, number>();
  for (const label of labels) {
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return Math.max(...counts.values()) / labels.length;
}
