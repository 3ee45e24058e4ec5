import { completeConfig } from '../../../model/catalogue/catalogue';
import type { ClassDefinition } from '../../../model/catalogue/classDefinition';
import type { Config } from '../../../model/spec';
import type { Arguments } from '../arguments';
import { type Value, str } from '../values';
import { applyOperation } from './operations';
import { notKnown, serialize } from './serialize';
import { fromJson } from './serializedValue';
import { TensorValue } from './tensorValue';

/**
 * What one of Keras' losses gives on symbolic tensors; null for other arguments. `config`: that of the loss object that is called; a function
 * is told its options behind target and prediction.
 */
export function lossCall(definition: ClassDefinition, args: Arguments, config: Config | null): Value | null {
  const target = args.get(0, 'y_true');
  const prediction = args.get(1, 'y_pred');
  if (!(target instanceof TensorValue) || !(prediction instanceof TensorValue)) {
    return null;
  }
  const options: Record<string, Config[string]> = {};
  definition.arguments.forEach(({ name }, i) => {
    const value = args.get(i + 2, name);
    const json = value === undefined ? notKnown : serialize(value);
    if (json !== notKnown) {
      options[name] = json;
    }
  });
  return applyOperation(prediction.session, 'loss_value', {
    y_true: target,
    y_pred: prediction,
    class_name: str(definition.className),
    config: fromJson(config ?? completeConfig(definition, options)),
    reduce: { kind: 'bool', value: config !== null },
  });
}
