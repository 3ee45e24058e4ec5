/** An activation function and its derivative on one number, as Keras 3 defines them. */
export interface ScalarActivation {
  readonly value: (z: number) => number;
  readonly slope: (z: number) => number;
}

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;
const gaussian = (z: number): number => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

/** Gauss error function, Abramowitz and Stegun 7.1.26; absolute error below 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-x * x);
  return x < 0 ? tail - 1 : 1 - tail;
}
const normalCdf = (z: number): number => (1 + erf(z / Math.SQRT2)) / 2;

const leaky = (slope: number): ScalarActivation => ({
  value: (z) => (z > 0 ? z : slope * z),
  slope: (z) => (z > 0 ? 1 : slope),
});
const elu = (alpha: number, scale: number): ScalarActivation => ({
  value: (z) => scale * (z > 0 ? z : alpha * Math.expm1(z)),
  slope: (z) => scale * (z > 0 ? 1 : alpha * Math.exp(z)),
});

/** By Keras' name. */
export const scalarActivations: Readonly<Record<string, ScalarActivation>> = {
  linear: { value: (z) => z, slope: () => 1 },
  relu: leaky(0),
  relu6: { value: (z) => Math.min(Math.max(z, 0), 6), slope: (z) => (z > 0 && z < 6 ? 1 : 0) },
  leaky_relu: leaky(0.2),
  elu: elu(1, 1),
  selu: elu(seluAlpha, seluScale),
  sigmoid: { value: sigmoid, slope: (z) => sigmoid(z) * (1 - sigmoid(z)) },
  hard_sigmoid: {
    value: (z) => Math.min(Math.max(z + 3, 0), 6) / 6,
    slope: (z) => (Math.abs(z) < 3 ? 1 / 6 : 0),
  },
  tanh: { value: Math.tanh, slope: (z) => 1 - Math.tanh(z) ** 2 },
  softsign: { value: (z) => z / (1 + Math.abs(z)), slope: (z) => 1 / (1 + Math.abs(z)) ** 2 },
  softplus: { value: (z) => Math.log1p(Math.exp(-Math.abs(z))) + Math.max(z, 0), slope: sigmoid },
  silu: { value: (z) => z * sigmoid(z), slope: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))) },
  gelu: { value: (z) => z * normalCdf(z), slope: (z) => normalCdf(z) + z * gaussian(z) },
};

/** Bounded activations that flatten on both sides. */
export const saturatingActivations: ReadonlySet<string> = new Set([
  'sigmoid',
  'tanh',
  'hard_sigmoid',
  'softsign',
]);
