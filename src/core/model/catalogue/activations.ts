import { optional, required } from './arguments';
import type { ArgumentDefinition, ClassDefinition } from './classDefinition';

function activation(
  className: string,
  aliases: readonly string[] = [],
  ...parameters: readonly ArgumentDefinition[]
): ClassDefinition {
  return { className, aliases, arguments: [required('x', 'inputs', 'features', 'logits'), ...parameters] };
}

/** Functions of keras.activations under their canonical names; aliases are further strings that name them. */
export const activations: readonly ClassDefinition[] = [
  activation('linear', ['identity']),
  activation(
    'relu',
    [],
    optional('negative_slope', 0, 'alpha'),
    optional('max_value', null),
    optional('threshold', 0),
  ),
  activation('relu6'),
  activation('leaky_relu', [], optional('negative_slope', 0.2, 'alpha')),
  activation('elu', [], optional('alpha', 1)),
  activation('celu', [], optional('alpha', 1)),
  activation('selu'),
  activation('gelu', [], optional('approximate', false)),
  activation('glu', [], optional('axis', -1)),
  activation('silu', ['swish']),
  activation('mish'),
  activation('sigmoid', ['sigm']),
  activation('hard_sigmoid'),
  activation('sparse_sigmoid'),
  activation('log_sigmoid'),
  activation('hard_silu', ['hard_swish']),
  activation('tanh'),
  activation('hard_tanh'),
  activation('tanh_shrink'),
  activation('soft_shrink', [], optional('threshold', 0.5)),
  activation('hard_shrink', [], optional('threshold', 0.5)),
  activation('threshold', [], optional('threshold', 0), optional('value', 0)),
  activation('softplus'),
  activation('softsign'),
  activation('squareplus', [], optional('b', 4)),
  activation('sparse_plus'),
  activation('exponential'),
  activation('softmax', [], optional('axis', -1)),
  activation('log_softmax', [], optional('axis', -1)),
  activation('sparsemax', [], optional('axis', -1)),
];
