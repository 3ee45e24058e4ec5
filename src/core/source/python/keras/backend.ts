import { type Value, builtin, float, int, none, str, stringOf, tuple, unknown } from '../values';
import { operationFunction } from './operationFunctions';
import type { KerasSession } from './session';
import { TensorValue } from './tensorValue';
import { ArrayValue } from '../modules/arrays/arrayValue';

/** Functions of `keras.backend` that are no operation on tensors. */
export function backendMember(name: string, session: KerasSession): Value | undefined {
  const function_ = functions[name];
  if (function_) {
    return builtin(`keras.backend.${name}`, (_vm, args) => function_(args.positional[0] ?? none, session));
  }
  return operationFunction(`keras.backend.${name}`, renamed[name] ?? name, session);
}

const renamed: Readonly<Record<string, string>> = {
  l2_normalize: 'normalize',
  permute_dimensions: 'transpose',
  batch_flatten: 'flatten',
  pow: 'power',
};

const shapeOf = (value: Value): Value =>
  value instanceof TensorValue
    ? tuple(value.tensor.shape.map((size) => (size === null ? none : int(size))))
    : value instanceof ArrayValue && value.shape
      ? tuple(value.shape.map((size) => (size === null ? none : int(size))))
      : unknown('a shape', null, 'tuple');

/** Where channels stand by the names of Keras 2 and, after Theano and TensorFlow, Keras 1. */
const dataFormats: Readonly<Record<string, string>> = {
  channels_first: 'channels_first',
  channels_last: 'channels_last',
  th: 'channels_first',
  tf: 'channels_last',
};

function setDataFormat(value: Value, session: KerasSession): Value {
  session.dataFormat = dataFormats[stringOf(value) ?? ''] ?? session.dataFormat;
  return none;
}

const functions: Readonly<Record<string, (value: Value, session: KerasSession) => Value>> = {
  int_shape: shapeOf,
  shape: shapeOf,
  ndim: (value) =>
    value instanceof TensorValue ? int(value.tensor.shape.length) : unknown('a number of axes', null, 'int'),
  image_data_format: (_value, session) => str(session.dataFormat ?? 'channels_last'),
  image_dim_ordering: (_value, session) => str(session.dataFormat === 'channels_first' ? 'th' : 'tf'),
  set_image_data_format: setDataFormat,
  set_image_dim_ordering: setDataFormat,
  backend: () => str('tensorflow'),
  epsilon: () => float(1e-7),
  floatx: () => str('float32'),
  set_floatx: () => none,
  set_epsilon: () => none,
  set_learning_phase: () => none,
  set_session: () => none,
  clear_session: (_value, session) => {
    session.graph.names.reset();
    return none;
  },
  dtype: (value) => (value instanceof TensorValue ? str(value.tensor.dtype) : str('float32')),
  random_normal: () => unknown('random numbers'),
  random_uniform: () => unknown('random numbers'),
  get_value: (value) => value,
  eval: (value) => value,
  constant: (value) => value,
  is_keras_tensor: (value) => ({ kind: 'bool', value: value instanceof TensorValue }),
  convert_to_tensor: (value) => value,
  set_random_seed: () => none,
};
