import type { Config, SerializedObject, WeightSpec } from '../spec';
import { isConfig, objectOf, stringOf } from './configAccess';

const zeros: SerializedObject = { class_name: 'Zeros', config: {} };

/** The weight that `add_weight` makes: initializer, regularizer and constraint are the arguments that `prefix` begins. */
export function weight(
  config: Config,
  name: string,
  shape: readonly number[],
  prefix = name,
  trainable = true,
): WeightSpec {
  return {
    name,
    shape,
    dtype: variableType(config),
    trainable,
    initializer: objectOf(config, `${prefix}_initializer`) ?? zeros,
    regularizer: objectOf(config, `${prefix}_regularizer`),
    constraint: objectOf(config, `${prefix}_constraint`),
  };
}

/** A weight whose initializer is fixed by the layer's code. */
export function plainWeight(
  config: Config,
  name: string,
  shape: readonly number[],
  initializer: SerializedObject = zeros,
  trainable = true,
  dtype = variableType(config),
): WeightSpec {
  return { name, shape, dtype, trainable, initializer, regularizer: null, constraint: null };
}

/** `path` set before every name. */
export function within(path: string, weights: readonly WeightSpec[]): readonly WeightSpec[] {
  return weights.map((each) => ({ ...each, name: `${path}/${each.name}` }));
}

/** Without the path inside the layer where the last parts alone tell the weights apart. */
export function shortNames(weights: readonly WeightSpec[]): readonly WeightSpec[] {
  const last = weights.map(({ name }) => name.slice(name.lastIndexOf('/') + 1));
  return new Set(last).size === last.length
    ? weights.map((each, index) => ({ ...each, name: last[index] ?? each.name }))
    : weights;
}

/** The name of a dtype or of a dtype policy, serialised or not. */
export function policyOf(config: Config): string {
  const dtype = config.dtype;
  if (isConfig(dtype)) {
    return isConfig(dtype.config) ? stringOf(dtype.config, 'name', 'float32') : 'float32';
  }
  return typeof dtype === 'string' ? dtype : 'float32';
}

/** Mixed precision keeps weights in float32 and computes in the smaller type. */
export function variableType(config: Config): string {
  const policy = policyOf(config);
  return policy.startsWith('mixed_') ? 'float32' : policy;
}

export function computeType(config: Config): string {
  return policyOf(config).replace('mixed_', '');
}
