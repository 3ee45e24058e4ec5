import type { Config } from '../../core/model/spec';
import { numberOf } from '../../core/model/catalogue/configAccess';
import type { FusedActivation } from '../kernels/kernels';
import type { ScalarFunction } from '../engine/elementwise';

/** A Keras activation that works per element. `bounded`: largest |φ′|, of those that saturate; `canDie`: whose units can die. */
export interface ScalarActivation extends ScalarFunction {
  readonly bounded?: number;
  readonly canDie?: boolean;
  /** The kernels' name of the same function. */
  readonly fused?: FusedActivation;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)));
const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/** Complementary error function, relative error below 1.2e-7 everywhere (Numerical Recipes, `erfcc`; coefficients of a Chebyshev fit). */
export function erfc(x: number): number {
  const t = 1 / (1 + 0.5 * Math.abs(x));
  let polynomial = 0;
  for (const c of erfcCoefficients) {
    polynomial = polynomial * t + c;
  }
  const value = t * Math.exp(-x * x + polynomial);
  return x >= 0 ? value : 2 - value;
}

const erfcCoefficients = [
  0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196,
  1.00002368, -1.26551223,
];

const normalCdf = (x: number) => 0.5 * erfc(-x / Math.SQRT2);
const normalDensity = (x: number) => Math.exp(-(x * x) / 2) / Math.sqrt(2 * Math.PI);

/** relu(x) with Keras' three arguments: f(x) = max for x ≥ max, x for threshold ≤ x < max, slope · (x − threshold) below. */
export function relu(negativeSlope = 0, maxValue: number | null = null, threshold = 0): ScalarActivation {
  const max = maxValue ?? Infinity;
  return {
    f: (x) =>
      Number.isNaN(x)
        ? x
        : x > threshold
          ? Math.min(x, max)
          : negativeSlope === 0
            ? 0
            : negativeSlope * (x - threshold),
    slope: (x) => (Number.isNaN(x) ? x : x > threshold ? (x < max ? 1 : 0) : negativeSlope),
    canDie: negativeSlope < 0.01 || maxValue !== null,
    ...(negativeSlope === 0 && maxValue === null && threshold === 0 ? { fused: 'relu' as const } : {}),
  };
}

function leaky(slope: number): ScalarActivation {
  return { f: (x) => (x > 0 ? x : slope * x), slope: (x) => (x > 0 ? 1 : slope) };
}

function elu(alpha: number): ScalarActivation {
  return { f: (x) => (x > 0 ? x : alpha * Math.expm1(x)), slope: (x) => (x > 0 ? 1 : alpha * Math.exp(x)) };
}

function gelu(approximate: boolean): ScalarActivation {
  if (!approximate) {
    return { f: (x) => x * normalCdf(x), slope: (x) => normalCdf(x) + x * normalDensity(x) };
  }
  const c = Math.sqrt(2 / Math.PI);
  const inner = (x: number) => Math.tanh(c * (x + 0.044715 * x * x * x));
  return {
    f: (x) => 0.5 * x * (1 + inner(x)),
    slope: (x) => {
      const t = inner(x);
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * c * (1 + 3 * 0.044715 * x * x);
    },
  };
}

const hardSigmoid: ScalarActivation = {
  f: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  slope: (x) => (x > -3 && x < 3 ? 1 / 6 : 0),
  bounded: 1 / 6,
};
const silu: ScalarActivation = {
  f: (x) => x * sigmoid(x),
  slope: (x) => {
    const s = sigmoid(x);
    return s * (1 + x * (1 - s));
  },
};
const hardSilu: ScalarActivation = {
  f: (x) => x * hardSigmoid.f(x),
  slope: (x) => hardSigmoid.f(x) + x * hardSigmoid.slope(x, 0),
};

/** Keras 3.15, `keras.activations`; each with the arguments that a layer or a partial may give. */
const table: Readonly<Record<string, (config: Config) => ScalarActivation>> = {
  linear: () => ({ f: (x) => x, slope: () => 1, fused: 'linear' }),
  relu: (c) =>
    relu(
      numberOf(c, 'negative_slope', numberOf(c, 'alpha', 0)),
      typeof c['max_value'] === 'number' ? c['max_value'] : null,
      numberOf(c, 'threshold', 0),
    ),
  relu6: () => relu(0, 6),
  leaky_relu: (c) => leaky(numberOf(c, 'negative_slope', 0.2)),
  elu: (c) => elu(numberOf(c, 'alpha', 1)),
  selu: () => ({
    f: (x) => seluScale * (x > 0 ? x : seluAlpha * Math.expm1(x)),
    slope: (x) => seluScale * (x > 0 ? 1 : seluAlpha * Math.exp(x)),
  }),
  celu: (c) => {
    const alpha = numberOf(c, 'alpha', 1);
    return {
      f: (x) => (x > 0 ? x : alpha * Math.expm1(x / alpha)),
      slope: (x) => (x > 0 ? 1 : Math.exp(x / alpha)),
    };
  },
  gelu: (c) => gelu(c['approximate'] === true),
  silu: () => silu,
  hard_silu: () => hardSilu,
  mish: () => ({
    f: (x) => x * Math.tanh(softplus(x)),
    slope: (x) => {
      const t = Math.tanh(softplus(x));
      return t + x * (1 - t * t) * sigmoid(x);
    },
  }),
  tanh: () => ({ f: Math.tanh, slope: (_x, y) => 1 - y * y, bounded: 1, fused: 'tanh' }),
  sigmoid: () => ({ f: sigmoid, slope: (_x, y) => y * (1 - y), bounded: 0.25, fused: 'sigmoid' }),
  hard_sigmoid: () => hardSigmoid,
  softsign: () => ({ f: (x) => x / (1 + Math.abs(x)), slope: (x) => 1 / (1 + Math.abs(x)) ** 2, bounded: 1 }),
  softplus: () => ({ f: softplus, slope: sigmoid }),
  exponential: () => ({ f: Math.exp, slope: (_x, y) => y }),
  log_sigmoid: () => ({ f: (x) => -softplus(-x), slope: (x) => sigmoid(-x) }),
  hard_tanh: () => ({ f: (x) => Math.min(Math.max(x, -1), 1), slope: (x) => (x > -1 && x < 1 ? 1 : 0) }),
  tanh_shrink: () => ({ f: (x) => x - Math.tanh(x), slope: (x) => Math.tanh(x) ** 2 }),
  soft_shrink: (c) => {
    const t = numberOf(c, 'threshold', 0.5);
    return { f: (x) => (x > t ? x - t : x < -t ? x + t : 0), slope: (x) => (Math.abs(x) > t ? 1 : 0) };
  },
  hard_shrink: (c) => {
    const t = numberOf(c, 'threshold', 0.5);
    return { f: (x) => (Math.abs(x) > t ? x : 0), slope: (x) => (Math.abs(x) > t ? 1 : 0) };
  },
  threshold: (c) => {
    const t = numberOf(c, 'threshold', 0);
    const other = numberOf(c, 'default_value', 0);
    return { f: (x) => (x > t ? x : other), slope: (x) => (x > t ? 1 : 0) };
  },
  squareplus: (c) => {
    const b = numberOf(c, 'b', 4);
    return { f: (x) => (x + Math.sqrt(x * x + b)) / 2, slope: (x) => (1 + x / Math.sqrt(x * x + b)) / 2 };
  },
  sparse_plus: () => ({
    f: (x) => (x <= -1 ? 0 : x < 1 ? 0.25 * (x + 1) ** 2 : x),
    slope: (x) => (x <= -1 ? 0 : x < 1 ? 0.5 * (x + 1) : 1),
  }),
  sparse_sigmoid: () => ({
    f: (x) => (x <= -1 ? 0 : x < 1 ? 0.5 * (x + 1) : 1),
    slope: (x) => (x > -1 && x < 1 ? 0.5 : 0),
  }),
};
const aliases: Readonly<Record<string, string>> = { swish: 'silu', hard_swish: 'hard_silu' };

/** The per-element activation of this name, null where there is none (softmax and the like see a whole axis). */
export function scalarActivation(name: string, config: Config = {}): ScalarActivation | null {
  return table[aliases[name] ?? name]?.(config) ?? null;
}
