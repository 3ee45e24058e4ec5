/** Which initializer an activation wants: He et al. 2015 for the ReLU family, Glorot and Bengio 2010 for tanh-like, Klambauer et al. 2017 for SELU. */
export type InitializerFamily = 'he' | 'glorot' | 'lecun';

const families: Readonly<Record<string, InitializerFamily>> = {
  relu: 'he',
  relu6: 'he',
  leaky_relu: 'he',
  elu: 'he',
  gelu: 'he',
  silu: 'he',
  mish: 'he',
  hard_silu: 'he',
  selu: 'lecun',
  tanh: 'glorot',
  sigmoid: 'glorot',
  hard_sigmoid: 'glorot',
  softsign: 'glorot',
  softmax: 'glorot',
  linear: 'glorot',
};

/** Null for activations that no paper names. */
export function fittingInitializer(activation: string): InitializerFamily | null {
  return families[activation] ?? null;
}

/** Keras' name of the family's usual member. */
export const familyInitializer: Readonly<Record<InitializerFamily, string>> = {
  he: 'he_normal',
  glorot: 'glorot_uniform',
  lecun: 'lecun_normal',
};

/** How people call it. */
export const familyTitle: Readonly<Record<InitializerFamily, string>> = {
  he: 'He',
  glorot: 'Glorot',
  lecun: 'LeCun',
};
