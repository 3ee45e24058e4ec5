import type { SerializedObject } from '../model/spec';
import { scalarActivations } from './activations';

/**
 * What mean-field theory predicts for one step through a wide layer (Poole et al. 2016, Schoenholz et al. 2017):
 * q' = σ_w² E[φ(√q z)²] + σ_b²,   gain² = σ_w² E[φ'(√q z)²],   z ~ N(0, 1), σ_w² = Var(W)·fan_in.
 * The gain is that of the per-sample gradient norm, so it does not depend on how widths change.
 */
export interface LayerPrediction {
  /** Second moment of the pre-activation. */
  readonly q: number;
  /** Factor by which the gradient's norm changes on its way through the layer, toward the input. */
  readonly gain: number;
}

/** Predicts a stack of kernel layers, input first; `weightScale` is σ_w² = Var(W)·fan_in of each. Second moment of the input: `q0`. */
export function predictStack(
  stack: readonly { readonly weightScale: number; readonly activation: string }[],
  q0 = 1,
): readonly LayerPrediction[] {
  // 1. Forward: the pre-activation's second moment, layer by layer.
  const moments: number[] = [];
  let second = q0;
  for (const layer of stack) {
    const q = layer.weightScale * second;
    moments.push(q);
    const phi = scalarActivations[layer.activation]?.value ?? ((z: number) => z);
    second = expectation((z) => phi(Math.sqrt(q) * z) ** 2);
  }
  // 2. Backward: the kernel of the next layer, then this layer's slope.
  return stack.map((layer, i) => {
    const q = moments[i] ?? 0;
    const slope = scalarActivations[layer.activation]?.slope ?? (() => 1);
    const next = stack[i + 1]?.weightScale ?? layer.weightScale;
    return { q, gain: Math.sqrt(next * expectation((z) => slope(Math.sqrt(q) * z) ** 2)) };
  });
}

/** E[f(z)] for z ~ N(0, 1), by the trapezoidal rule on [-8, 8]; error below 1e-4 for the activations here. */
function expectation(f: (z: number) => number): number {
  const n = 400;
  const h = 16 / n;
  let sum = 0;
  for (let i = 0; i <= n; i++) {
    const z = -8 + i * h;
    sum += f(z) * Math.exp((-z * z) / 2);
  }
  return (sum * h) / Math.sqrt(2 * Math.PI);
}

/**
 * σ_w² = Var(W)·fan_in of a layer's kernel, from its initializer; null where it is not random or not known.
 * Fans as Keras computes them (keras/src/initializers/random_initializers.py, `compute_fans`).
 */
export function weightScale(
  layer: { readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[] },
  initializer: SerializedObject | null,
): number | null {
  const kernel = layer.weights.find((weight) => /(^|\/)kernel$/.test(weight.name));
  if (!kernel || !initializer) {
    return null;
  }
  const { shape } = kernel;
  const receptive = shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const fanIn = receptive * (shape.at(-2) ?? 1);
  const fanOut = receptive * (shape.at(-1) ?? 1);
  const variance = initializerVariance(initializer, fanIn, fanOut);
  return variance === null ? null : variance * fanIn;
}

const varianceScaling: Readonly<Record<string, readonly [scale: number, mode: 'fan_in' | 'fan_avg']>> = {
  GlorotUniform: [1, 'fan_avg'],
  GlorotNormal: [1, 'fan_avg'],
  HeUniform: [2, 'fan_in'],
  HeNormal: [2, 'fan_in'],
  LecunUniform: [1, 'fan_in'],
  LecunNormal: [1, 'fan_in'],
};

function initializerVariance(
  { class_name: name, config }: SerializedObject,
  fanIn: number,
  fanOut: number,
): number | null {
  const fan = (mode: unknown): number =>
    mode === 'fan_in' ? fanIn : mode === 'fan_out' ? fanOut : (fanIn + fanOut) / 2;
  const number = (key: string, fallback: number): number => {
    const value = config[key];
    return typeof value === 'number' ? value : fallback;
  };
  const scaling = varianceScaling[name];
  if (scaling) {
    return scaling[0] / fan(scaling[1]);
  }
  switch (name) {
    case 'VarianceScaling':
      return number('scale', 1) / fan(config['mode'] ?? 'fan_in');
    case 'RandomNormal':
      return number('stddev', 0.05) ** 2;
    case 'TruncatedNormal':
      // Truncated at two standard deviations: 0.87962566² of the variance is left.
      return (0.87962566103423978 * number('stddev', 0.05)) ** 2;
    case 'RandomUniform':
      return (number('maxval', 0.05) - number('minval', -0.05)) ** 2 / 12;
    case 'Orthogonal':
      return number('gain', 1) ** 2 / Math.max(fanIn, fanOut);
    default:
      return null;
  }
}
