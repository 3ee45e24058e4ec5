import { numberOf, numbersOf, objectOf, stringOf } from '../../core/model/catalogue/configAccess';
import type { Config, SerializedObject, WeightSpec } from '../../core/model/spec';
import { HumanError } from '../../core/humanError';
import { orthogonal } from './orthogonal';
import { RandomStream } from './random';

/** Standard deviation of a normal distribution cut at two of its own. */
const truncatedDeviation = 0.87962566103423978;

type Draw = (config: Config, shape: readonly number[], random: RandomStream) => Float32Array;

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
const filled = (shape: readonly number[], draw: (index: number) => number) => {
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) {
    values[i] = draw(i);
  }
  return values;
};

/** Keras 3's `compute_fans`. */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const [first = 1, second = 1] = shape;
  if (shape.length < 2) {
    return { fanIn: first, fanOut: first };
  }
  if (shape.length === 2) {
    return { fanIn: first, fanOut: second };
  }
  const field = sizeOf(shape.slice(0, -2));
  return { fanIn: (shape.at(-2) ?? 1) * field, fanOut: (shape.at(-1) ?? 1) * field };
}

/** Keras 3's `VarianceScaling`: variance = scale / fan, whatever the distribution. */
function varianceScaling(scale: number, mode: string, distribution: string): Draw {
  return (_config, shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    const fan = mode === 'fan_in' ? fanIn : mode === 'fan_out' ? fanOut : (fanIn + fanOut) / 2;
    const variance = scale / Math.max(1, fan);
    if (distribution === 'uniform') {
      const limit = Math.sqrt(3 * variance);
      return filled(shape, () => limit * (2 * random.uniform() - 1));
    }
    const deviation = Math.sqrt(variance);
    return distribution === 'untruncated_normal'
      ? filled(shape, () => deviation * random.normal())
      : filled(shape, () => (deviation / truncatedDeviation) * random.truncatedNormal());
  };
}

const draws: Readonly<Record<string, Draw>> = {
  Zeros: (_c, shape) => filled(shape, () => 0),
  Ones: (_c, shape) => filled(shape, () => 1),
  Constant: (c, shape) => {
    const values = numbersOf(c, 'value');
    return filled(shape, (i) => values[i % Math.max(1, values.length)] ?? 0);
  },
  RandomNormal: (c, shape, random) =>
    filled(shape, () => numberOf(c, 'mean') + numberOf(c, 'stddev', 0.05) * random.normal()),
  TruncatedNormal: (c, shape, random) =>
    filled(shape, () => numberOf(c, 'mean') + numberOf(c, 'stddev', 0.05) * random.truncatedNormal()),
  RandomUniform: (c, shape, random) => {
    const low = numberOf(c, 'minval', -0.05);
    const high = numberOf(c, 'maxval', 0.05);
    return filled(shape, () => low + (high - low) * random.uniform());
  },
  VarianceScaling: (c, shape, random) =>
    varianceScaling(
      numberOf(c, 'scale', 1),
      stringOf(c, 'mode', 'fan_in'),
      stringOf(c, 'distribution', 'truncated_normal'),
    )(c, shape, random),
  GlorotUniform: varianceScaling(1, 'fan_avg', 'uniform'),
  GlorotNormal: varianceScaling(1, 'fan_avg', 'truncated_normal'),
  HeNormal: varianceScaling(2, 'fan_in', 'truncated_normal'),
  HeUniform: varianceScaling(2, 'fan_in', 'uniform'),
  LecunNormal: varianceScaling(1, 'fan_in', 'truncated_normal'),
  LecunUniform: varianceScaling(1, 'fan_in', 'uniform'),
  Orthogonal: (c, shape, random) => {
    const columns = shape.at(-1) ?? 1;
    return orthogonal(sizeOf(shape) / columns, columns, numberOf(c, 'gain', 1), random);
  },
  Identity: (c, shape) => {
    const columns = shape.at(-1) ?? 1;
    const gain = numberOf(c, 'gain', 1);
    return filled(shape, (i) => (Math.floor(i / columns) === i % columns ? gain : 0));
  },
  /** The bias of an LSTM with `unit_forget_bias`: ones for the forget gate, the second of four. */
  UnitForgetBias: (c, shape, random) => {
    const inner = objectOf(c, 'bias_initializer') ?? { class_name: 'Zeros', config: {} };
    const units = sizeOf(shape) / 4;
    const values = draw(inner, shape, random);
    return values.fill(1, units, 2 * units);
  },
};
const aliases: Readonly<Record<string, string>> = {
  OrthogonalInitializer: 'Orthogonal',
  IdentityInitializer: 'Identity',
};

function draw(initializer: SerializedObject, shape: readonly number[], random: RandomStream): Float32Array {
  const name = aliases[initializer.class_name] ?? initializer.class_name;
  const found = draws[name];
  if (found === undefined) {
    throw new HumanError(
      `The initializer ${initializer.class_name} is not known to the probe. Use one of Keras' own to have it measured.`,
    );
  }
  return found(initializer.config, shape, random);
}

/** Whether the probe can draw this initializer. */
export function knowsInitializer(className: string): boolean {
  return (aliases[className] ?? className) in draws;
}

/**
 * Start values of a weight. The draws depend on seed and the weight's path; but one initializer object given to several layers, or one seed
 * written twice, draws the same in Keras 3 and does so here.
 */
export function initialize(weight: WeightSpec, layerId: string, seed: number): Float32Array {
  const { initializer, shape } = weight;
  const fixed = initializer.config['seed'];
  const own =
    initializer.shared_object_id !== undefined
      ? `object ${initializer.shared_object_id}`
      : typeof fixed === 'number'
        ? `seed ${fixed}`
        : `${layerId}/${weight.name}`;
  return draw(initializer, shape, new RandomStream(`${seed} ${own}`));
}
