import { optional, seed } from './arguments';
import type { ArgumentDefinition, ClassDefinition } from './classDefinition';

function initializer(
  className: string,
  aliases: readonly string[],
  ...parameters: readonly ArgumentDefinition[]
): ClassDefinition {
  return { className, aliases, arguments: parameters, keywords: [optional('dtype', null)] };
}

const axes = [optional('input_axes', null), optional('output_axes', null)];

/** Classes of keras.initializers; aliases are the strings and functions that name them over Keras 1 to 3 and tf.initializers. */
export const initializers: readonly ClassDefinition[] = [
  initializer('Zeros', ['zeros', 'zero', 'zeros_initializer']),
  initializer('Ones', ['ones', 'one', 'ones_initializer']),
  initializer('Constant', ['constant', 'constant_initializer'], optional('value', 0)),
  initializer(
    'RandomNormal',
    ['random_normal', 'normal', 'gaussian', 'random_normal_initializer'],
    optional('mean', 0),
    optional('stddev', 0.05, 'std', 'scale'),
    seed,
  ),
  initializer(
    'RandomUniform',
    ['random_uniform', 'uniform', 'random_uniform_initializer'],
    optional('minval', -0.05),
    optional('maxval', 0.05, 'scale'),
    seed,
  ),
  initializer(
    'TruncatedNormal',
    ['truncated_normal', 'truncated_normal_initializer'],
    optional('mean', 0),
    optional('stddev', 0.05),
    seed,
  ),
  initializer(
    'VarianceScaling',
    ['variance_scaling', 'variance_scaling_initializer'],
    optional('scale', 1),
    optional('mode', 'fan_in'),
    optional('distribution', 'truncated_normal'),
    seed,
    ...axes,
  ),
  initializer(
    'GlorotUniform',
    ['glorot_uniform', 'glorot_uniform_initializer', 'xavier_initializer'],
    seed,
    ...axes,
  ),
  initializer('GlorotNormal', ['glorot_normal', 'glorot_normal_initializer'], seed, ...axes),
  initializer('HeNormal', ['he_normal'], seed, ...axes),
  initializer('HeUniform', ['he_uniform'], seed, ...axes),
  initializer('LecunNormal', ['lecun_normal'], seed, ...axes),
  initializer('LecunUniform', ['lecun_uniform'], seed, ...axes),
  initializer(
    'Orthogonal',
    ['orthogonal', 'OrthogonalInitializer', 'orthogonal_initializer'],
    optional('gain', 1, 'scale'),
    seed,
  ),
  initializer('Identity', ['identity', 'IdentityInitializer'], optional('gain', 1, 'scale')),
  initializer(
    'STFT',
    ['stft', 'STFTInitializer'],
    optional('side', 'real'),
    optional('window', 'hann'),
    optional('scaling', 'density'),
    optional('periodic', false),
  ),
];
