import type { OperationDefinition } from '../../../model/operations/operationDefinition';
import type { Interpreter } from '../interpreter';
import { type Value, builtin } from '../values';
import type { Arguments } from '../arguments';
import { callOperation, operationNamed } from './operations';
import type { KerasSession } from './session';
import { tensorsIn } from './tensorValue';

/** What TensorFlow's arguments mean where they differ from keras.ops. */
type Adapt = (args: Arguments) => Arguments;

const varArgs: Adapt = (args) => {
  const [first, ...rest] = args.positional;
  return first && rest.length > 0 ? args.with([first, { kind: 'tuple', items: rest }], args.keywords) : args;
};

/** `tf.split(x, [1, 2])` gives sizes, keras.ops.split places. */
const adapters: Readonly<Record<string, Adapt>> = {
  'keras.ops.einsum': varArgs,
  'tensorflow.einsum': varArgs,
};

/** A function that is a raw operation when it is called on symbolic tensors, and gives shapes when it is called on arrays. */
export function operationFunction(fullName: string, op: string, session: KerasSession): Value | undefined {
  const definition: OperationDefinition | undefined = operationNamed(op);
  if (!definition) {
    return undefined;
  }
  const adapt = adapters[fullName];
  return builtin(fullName, (_vm: Interpreter, args) =>
    callOperation(session, definition, adapt ? adapt(args) : args),
  );
}

/** Whether any argument is a symbolic tensor. */
export const isSymbolic = (args: Arguments): boolean =>
  [...args.values()].some((value) => tensorsIn(value).length > 0);
