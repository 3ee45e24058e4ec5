import type { DataSpec, InputData, LossSpec, ModelSpec } from '../../core/model/spec';
import { RandomStream } from '../initializers/random';
import { centres, isImage, smoothField } from './centres';
import { inputShapes, tableSize } from './shapes';
import { type ClassAt, planTarget, target, type TargetPlan } from './targets';
import { scaling, usualShare } from './scaling';
import { taughtClasses } from './teacher';
import type { Dataset } from './dataset';
import type { NumberArray } from './npy';

/** How much of an input's variance comes from its class where the program draws it around centres and says how far. */
function signalShare({ clusters }: DataSpec): number | null {
  const centers = clusters?.centers ?? null;
  const noise = clusters?.noise ?? null;
  return centers === null || noise === null || centers + noise === 0
    ? null
    : centers ** 2 / (centers ** 2 + noise ** 2);
}
/**
 * Shares of an image's variance: what tells its class, and what varies smoothly within the class; the rest is white noise. Chosen so that progress at
 * steps 20 and 50 is spread as that of the recorded convolutional nets on scikit-learn's digits.
 */
const imageShares = { signal: 0.3, within: 0.5 } as const;
/** Independent fields that images of one class differ by. */
const withinModes = 8;

/** Hidden classes where the task has none of its own. */
const hiddenClasses = 8;
/** Largest number of values that one array of made-up data may hold. */
const largestArray = 8_000_000;

/**
 * Data that fit the model: a mixture of Gaussians, one a hidden class, scaled as the code scales its inputs; the targets follow from the class. Where the
 * program computes its classes from its inputs, a random network does so here.
 * Enough for the verdict (diagnosis.md, section 4); progress on it is easy.
 */
export function syntheticData(
  spec: ModelSpec,
  losses: readonly LossSpec[],
  outputShapes: readonly (readonly number[])[],
  rows: number,
  seed: number,
): Dataset {
  const shapes = inputShapes(spec);
  const plans = outputShapes.map((shape, i) => planTarget(shape, losses[i], spec.data.targets[i], shapes));
  const classes = Math.max(
    ...plans.map((plan) =>
      plan.kind === 'classes' || plan.kind === 'one-hot'
        ? plan.width
        : plan.kind === 'binary' && plan.width === 1
          ? 2
          : hiddenClasses,
    ),
    2,
  );
  const random = new RandomStream(`${seed} data`);
  const widest = Math.max(...shapes.map((shape) => shape.reduce((a, b) => a * b, 1)), 1);
  const count = Math.max(1, Math.min(rows, Math.floor(largestArray / widest)));
  // where an output has one answer a time step of the input, every step has its own class
  const positions =
    plans.find(
      (plan) =>
        plan.kind !== 'copy' && plan.positions > 1 && shapes.some((shape) => leads(shape, plan.shape)),
    )?.positions ?? 1;
  const hidden = new Int32Array(count * positions);
  for (let r = 0; r < count; r++) {
    for (let p = 0; p < positions; p++) {
      // steps keep their class for a while
      const keeps = p > 0 && random.uniform() < 0.75;
      hidden[r * positions + p] = keeps ? (hidden[r * positions + p - 1] as number) : random.below(classes);
    }
  }
  const classAt = (row: number, share: number) =>
    hidden[row * positions + Math.min(positions - 1, Math.floor(share * positions))] as number;
  // labels that are computed from the inputs are given when these are there; the inputs then tell no class by themselves
  const taught = isTaught(spec, plans);
  const share = taught ? 0 : signalShare(spec.data);
  const inputs = spec.inputs.map(({ tensor }, i) => {
    const dtype = spec.tensors[tensor]?.dtype ?? 'float32';
    const words = tableSize(spec, tensor);
    const data = spec.data.inputs[i];
    const shape = shapes[i] ?? [];
    const stream = new RandomStream(`${seed} input ${i}`);
    if (words !== null) {
      return integers(count, shape, data, words, dtype, classes, classAt, stream);
    }
    return dtype.startsWith('int')
      ? wholeNumbers(reals(count, shape, asIntegers(data), classes, classAt, share, stream))
      : reals(count, shape, data, classes, classAt, share, stream);
  });
  if (taught) {
    hidden.set(taughtClasses(inputs, count, classes, new RandomStream(`${seed} teacher`)));
  }
  const targets = plans.map((plan, i) =>
    target(plan, count, classes, classAt, inputs, new RandomStream(`${seed} target ${i}`)),
  );
  const known = spec.data.name !== null;
  return {
    inputs,
    targets,
    rows: count,
    about: {
      kind: known ? 'known' : 'synthetic',
      description: known
        ? `made up to look like ${spec.data.name ?? ''} (${spec.data.description})`
        : taught
          ? 'made up: labels that a random network gives to random inputs'
          : 'made up: a mixture of Gaussians that fits inputs and loss',
    },
  };
}

/** Whether the program computes its classes from its inputs, and all that it computes is one class a sample. */
function isTaught({ data, inputs, tensors }: ModelSpec, plans: readonly TargetPlan[]): boolean {
  return (
    data.labelsFrom === 'inputs' &&
    plans.every(
      ({ kind, positions }) => ['classes', 'one-hot', 'binary'].includes(kind) && positions === 1,
    ) &&
    inputs.every(
      ({ tensor }, i) =>
        tensors[tensor]?.dtype.startsWith('float') === true && data.inputs[i]?.kind !== 'integers',
    )
  );
}

/** Whether the input has the same axes before its last as the output. */
function leads(input: readonly number[], output: readonly number[]): boolean {
  return (
    output.length > 1 &&
    input.length >= output.length - 1 &&
    output.slice(0, -1).every((size, i) => size === input[i])
  );
}

/** Standard normal values of the mixture, brought to the distribution that the code gives its inputs. */
function reals(
  rows: number,
  shape: readonly number[],
  data: InputData | undefined,
  classes: number,
  classAt: ClassAt,
  /** Of the variance that comes from the class; null: as learnable data have it. */
  given: number | null,
  random: RandomStream,
): NumberArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = new Float32Array(rows * size);
  const means = centres(shape, classes, random);
  const image = isImage(shape);
  // what varies within a class is as smooth as what tells the classes apart
  const modes = image ? Array.from({ length: withinModes }, () => smoothField(shape, random)) : [];
  const features = shape.at(-1) ?? 1;
  const scale = scaling(data);
  const usual = image ? imageShares.signal : usualShare(size);
  const share = given ?? usual;
  const within = image ? Math.min(1 - share, imageShares.within + Math.max(0, usual - share)) : 0;
  const [signal, noise] = [Math.sqrt(share), Math.sqrt(1 - share - within)];
  const field = new Float32Array(image ? size : 0);
  for (let r = 0; r < rows; r++) {
    field.fill(0);
    for (const mode of modes) {
      const weight = Math.sqrt(within / withinModes) * random.normal();
      mode.forEach((value, i) => (field[i] = (field[i] as number) + weight * value));
    }
    for (let i = 0; i < size; i++) {
      const centre = means[classAt(r, i / size)] as Float32Array;
      const smooth = image ? (field[i] as number) : 0;
      values[r * size + i] = scale(signal * (centre[i] as number) + smooth + noise * random.normal());
    }
    if (data?.kind === 'one-hot') {
      for (let i = 0; i < size; i += features) {
        let best = 0;
        for (let f = 1; f < features; f++) {
          if ((values[r * size + i + f] as number) > (values[r * size + i + best] as number)) {
            best = f;
          }
        }
        values.fill(0, r * size + i, r * size + i + features);
        values[r * size + i + best] = 1;
      }
    }
  }
  return { shape: [rows, ...shape], values };
}

function asIntegers(data: InputData | undefined): InputData {
  const nothing = { mean: null, std: null, min: null, max: null, zeroShare: null, range: null } as const;
  return { ...nothing, ...data, kind: data?.kind === 'one-hot' ? 'one-hot' : 'integers' };
}

function wholeNumbers({ shape, values }: NumberArray): NumberArray {
  return { shape, values: Int32Array.from(values) };
}

/** Integers whose frequencies depend on the class: half of them come from the class's own share of the vocabulary. */
function integers(
  rows: number,
  shape: readonly number[],
  data: InputData | undefined,
  words: number,
  dtype: string,
  classes: number,
  classAt: ClassAt,
  random: RandomStream,
): NumberArray {
  const count = Math.max(1, Math.min(words, (data?.max ?? Infinity) + 1));
  const low = Math.max(0, Math.min(data?.min ?? 0, count - 1));
  const size = shape.reduce((a, b) => a * b, 1);
  const values = dtype.startsWith('int') ? new Int32Array(rows * size) : new Float32Array(rows * size);
  const span = count - low;
  const share = Math.max(1, Math.floor(span / classes));
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < size; i++) {
      const own = (classAt(r, i / size) * share) % span;
      values[r * size + i] =
        low + (random.uniform() < 0.5 ? (own + random.below(share)) % span : random.below(span));
    }
  }
  return { shape: [rows, ...shape], values };
}
