import type { InputData, LossSpec, ModelSpec } from '../../core/model/spec';
import type { SequenceTaskName } from '../../core/probing';
import { sequenceInput } from '../../core/model/sequenceInput';
import { RandomStream } from '../initializers/random';
import type { Dataset } from './dataset';
import type { NumberArray } from './npy';
import { scaling, usualShare } from './scaling';
import { inputShapes, vocabulary } from './shapes';
import { code, planTarget, target, type TargetPlan } from './targets';

/** Symbols at most that a time step may show; more take longer to learn and tell no more about memory. */
const mostSymbols = 4;
/** Part of the steps that tell the answer of `early`. */
const earlyShare = 1 / 8;
/** How far the most frequent symbol of `all` is ahead of the next, in square roots of the number of steps: as far as chance often brings it. */
const lead = 0.35;
/** Different words for one symbol: few enough that an embedding meets each of them often. */
const wordsOfSymbol = 4;
/** Largest number of values that one array of made-up data may hold. */
const largestArray = 6_000_000;

/** The symbol that every time step of one row shows, and the answer that they give. */
interface SymbolRow {
  readonly answer: number;
  readonly symbols: Uint8Array;
}

/** Number of first steps that tell the answer of `early`. */
export function earlySteps(steps: number): number {
  return Math.max(1, Math.floor(steps * earlyShare));
}

/**
 * Data that tell how far a recurrent net remembers. Every time step shows one of a few symbols, each as likely as the others at every step, with noise on
 * it. `early`: the answer is the symbol of the first eighth, and every later step draws its own. `all`: every step draws its own symbol, and the answer is the one that is shown most often, which no short stretch
 * tells. Inputs that are no sequence are noise.
 */
export function sequenceTask(
  task: SequenceTaskName,
  spec: ModelSpec,
  losses: readonly LossSpec[],
  outputShapes: readonly (readonly number[])[],
  rows: number,
  seed: number,
): Dataset {
  const shapes = inputShapes(spec);
  const plans = outputShapes.map((shape, i) => planTarget(shape, losses[i], spec.data.targets[i], shapes));
  const which = sequenceInput(spec);
  const shape = shapes[which ?? -1];
  if (which === null || shape === undefined) {
    throw new Error('The model has no sequence to remember.');
  }
  const [steps = 1, features] = shape;
  const widest = Math.max(...shapes.map((sizes) => sizes.reduce((a, b) => a * b, 1)), 1);
  const count = Math.max(1, Math.min(rows, Math.floor(largestArray / widest)));
  const { tensor } = spec.inputs[which] ?? { tensor: -1 };
  const data = spec.data.inputs[which];
  const words = features === undefined ? wordRange(vocabulary(spec, tensor), data) : null;
  const room = words === null ? (features ?? 1) * (data?.kind === 'one-hot' ? 1 : 2) : words.count;
  const symbols = Math.max(2, Math.min(mostSymbols, room, ...plans.map(answersOf)));
  const random = new RandomStream(`${seed} ${task}`);
  const made = Array.from({ length: count }, () =>
    task === 'early' ? earlyRow(steps, symbols, random) : allRow(steps, symbols, random),
  );
  const inputs = spec.inputs.map((input, i): NumberArray => {
    const stream = new RandomStream(`${seed} ${task} input ${i}`);
    const sizes = shapes[i] ?? [];
    if (i !== which) {
      return noise(count, sizes, spec.data.inputs[i], vocabulary(spec, input.tensor), stream);
    }
    const integer = spec.tensors[input.tensor]?.dtype.startsWith('int') === true;
    return words !== null
      ? wordSteps(made, sizes, words, symbols, integer, stream)
      : data?.kind === 'one-hot'
        ? oneHotSteps(made, sizes, symbols, stream)
        : realSteps(made, sizes, data, symbols, stream);
  });
  const first = earlySteps(steps);
  return {
    inputs,
    targets: plans.map((plan, i) =>
      target(
        plan,
        count,
        symbols,
        (row) => made[row]?.answer ?? 0,
        inputs,
        new RandomStream(`${seed} ${task} target ${i}`),
        spreadCode(symbols),
      ),
    ),
    rows: count,
    about: {
      kind: 'synthetic',
      description:
        task === 'early'
          ? `the first ${first === 1 ? `of ${steps} steps tells` : `${first} of ${steps} steps tell`} the answer`
          : `all ${steps} steps together tell the answer`,
    },
  };
}

/** Different answers that one output can give. */
function answersOf({ kind, width }: TargetPlan): number {
  switch (kind) {
    case 'classes':
    case 'one-hot':
      return width;
    case 'binary':
    case 'signs':
      return width === 1 ? 2 : mostSymbols;
    default:
      return mostSymbols;
  }
}

function earlyRow(steps: number, symbols: number, random: RandomStream): SymbolRow {
  const length = earlySteps(steps);
  const shown = new Uint8Array(steps);
  for (let t = 0; t < steps; t++) {
    shown[t] = t === 0 || t >= length ? random.below(symbols) : (shown[0] as number);
  }
  return { answer: shown[0] as number, symbols: shown };
}

/** Drawn anew until one symbol is far enough ahead: which steps show it is left to chance, so all count alike. */
function allRow(steps: number, symbols: number, random: RandomStream): SymbolRow {
  const shown = new Uint8Array(steps);
  const least = Math.max(1, Math.round(lead * Math.sqrt(steps)));
  for (;;) {
    const counts = new Array<number>(symbols).fill(0);
    for (let t = 0; t < steps; t++) {
      const symbol = random.below(symbols);
      shown[t] = symbol;
      counts[symbol] = (counts[symbol] ?? 0) + 1;
    }
    const [first = 0, second = 0] = [...counts].sort((a, b) => b - a);
    if (first - second >= least) {
      return { answer: counts.indexOf(first), symbols: shown };
    }
  }
}

/** A symbol is a sign for every feature: the first bit of its number decides some of them, the second others, both together the rest: all lie equally far apart. */
function realSteps(
  made: readonly SymbolRow[],
  shape: readonly number[],
  data: InputData | undefined,
  symbols: number,
  random: RandomStream,
): NumberArray {
  const [steps = 1, features = 1] = shape;
  const codes = symbols > 2 ? 3 : 1;
  const signs = Array.from({ length: features }, () => (random.uniform() < 0.5 ? -1 : 1));
  const scale = scaling(data);
  const share = usualShare(features);
  const [signal, rest] = [Math.sqrt(share), Math.sqrt(1 - share)];
  const values = new Float32Array(made.length * steps * features);
  let at = 0;
  for (const { symbols: shown } of made) {
    for (let t = 0; t < steps; t++) {
      for (let f = 0; f < features; f++) {
        const bit = bitOf(shown[t] as number, f % codes);
        values[at++] = scale(signal * (signs[f] as number) * (2 * bit - 1) + rest * random.normal());
      }
    }
  }
  return { shape: [made.length, ...shape], values };
}

function bitOf(symbol: number, code: number): number {
  return code < 2 ? (symbol >> code) & 1 : (symbol ^ (symbol >> 1)) & 1;
}

function oneHotSteps(
  made: readonly SymbolRow[],
  shape: readonly number[],
  symbols: number,
  random: RandomStream,
): NumberArray {
  const [steps = 1, features = 1] = shape;
  const wordOf = dictionary({ low: 0, count: features }, symbols, random);
  const values = new Float32Array(made.length * steps * features);
  made.forEach(({ symbols: shown }, row) =>
    shown.forEach((symbol, t) => {
      values[(row * steps + t) * features + wordOf(symbol)] = 1;
    }),
  );
  return { shape: [made.length, ...shape], values };
}

/** Integers from `low` on, `count` of them. */
interface WordRange {
  readonly low: number;
  readonly count: number;
}

/** Zero is left out where others are enough: it often stands for padding, which is skipped. */
function wordRange(vocabularySize: number | null, data: InputData | undefined): WordRange {
  const top = Math.min(vocabularySize ?? Infinity, (data?.max ?? Infinity) + 1);
  const end = Number.isFinite(top) ? Math.max(1, top) : 10;
  const low = Math.max(0, Math.min(data?.min ?? 0, end - 1));
  return low === 0 && end > mostSymbols ? { low: 1, count: end - 1 } : { low, count: end - low };
}

function wordSteps(
  made: readonly SymbolRow[],
  shape: readonly number[],
  range: WordRange,
  symbols: number,
  integer: boolean,
  random: RandomStream,
): NumberArray {
  const [steps = 1] = shape;
  const wordOf = dictionary(range, symbols, random);
  const values = integer ? new Int32Array(made.length * steps) : new Float32Array(made.length * steps);
  made.forEach(({ symbols: shown }, row) =>
    shown.forEach((symbol, t) => {
      values[row * steps + t] = wordOf(symbol);
    }),
  );
  return { shape: [made.length, ...shape], values };
}

/** A few words for every symbol, none for two of them; gives one of them at random. */
function dictionary(
  { low, count }: WordRange,
  symbols: number,
  random: RandomStream,
): (symbol: number) => number {
  const each = Math.max(1, Math.min(wordsOfSymbol, Math.floor(count / symbols)));
  const taken = new Set<number>();
  while (taken.size < Math.min(count, each * symbols)) {
    taken.add(low + random.below(count));
  }
  const words = [...taken];
  return (symbol) => words[(symbol * each + random.below(each)) % words.length] ?? low;
}

/** An input that tells nothing. */
function noise(
  rows: number,
  shape: readonly number[],
  data: InputData | undefined,
  words: number | null,
  random: RandomStream,
): NumberArray {
  const size = rows * shape.reduce((a, b) => a * b, 1);
  if (words !== null || data?.kind === 'integers') {
    const { low, count } = wordRange(words, data);
    return {
      shape: [rows, ...shape],
      values: Int32Array.from({ length: size }, () => low + random.below(count)),
    };
  }
  const scale = scaling(data);
  return {
    shape: [rows, ...shape],
    values: Float32Array.from({ length: size }, () => scale(random.normal())),
  };
}

/** Answers of outputs that are no classes lie evenly apart, so that none passes for another. */
function spreadCode(symbols: number): typeof code {
  return (plan, index, random) => {
    const { kind, width, low, high } = plan;
    const bit = (k: number): number => (index >> (symbols > 2 ? k % 2 : 0)) & 1;
    const level = (k: number): number => (((index + k) % symbols) + 0.5) / symbols;
    const each = (value: (k: number) => number): Float32Array =>
      Float32Array.from({ length: width }, (_, k) => value(k));
    switch (kind) {
      case 'one-hot':
      case 'classes':
      case 'shares':
        return code(plan, index, random);
      case 'binary':
        return each(bit);
      case 'signs':
        return each((k) => 2 * bit(k) - 1);
      case 'counts':
        return each((k) => Math.floor(6 * level(k)));
      case 'positive':
        return each((k) => 0.5 + 2 * level(k));
      default:
        return each((k) =>
          low !== null && high !== null ? low + (high - low) * level(k) : Math.sqrt(12) * (level(k) - 0.5),
        );
    }
  };
}
