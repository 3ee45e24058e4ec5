import { type Value, builtin, float, int, none, str, tuple, unknown } from '../values';
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

const functions: Readonly<Record<string, (value: Value, session: KerasSession) => Value>> = {
  int_shape: shapeOf,
  shape: shapeOf,
  ndim: (value) =>
    value instanceof TensorValue ? int(value.tensor.shape.length) : unknown('a number of axes', null, 'int'),
  image_data_format: () => str('channels_last'),
  image_dim_ordering: () => str('tf'),
  set_image_data_format: () => none,
  set_image_dim_ordering: () => none,
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
