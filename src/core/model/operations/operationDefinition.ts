import type { Shape } from '../../report/report';
import type { ClassDefinition } from '../catalogue/classDefinition';
import type { Config, Json, TensorSpec } from '../spec';
import type { SymbolicTensor } from '../graph/symbolicTensor';

/** A raw operation of keras.ops. `className` is its class in keras.src.ops: names on the counters come from it. */
export interface OperationDefinition extends ClassDefinition {
  /** As in keras.ops: 'add', 'expand_dims'. */
  readonly op: string;
  /** Output tensors; throws a ShapeError where shapes do not fit. */
  infer(args: InferenceArguments): readonly TensorSpec[];
}

/** Arguments by name; tensors stand where the program has them, in lists too. */
export type OperationArgument<Tensor> = Json | Tensor | readonly OperationArgument<Tensor>[];
export type ArgumentsOf<Tensor> = { readonly [name: string]: OperationArgument<Tensor> };
export type OperationArguments = ArgumentsOf<SymbolicTensor>;
export type InferenceArguments = ArgumentsOf<TensorSpec>;

/** Tells tensors from plain values: only they have a list `shape` and a `dtype`. */
export function isTensor<Tensor extends TensorSpec>(
  value: OperationArgument<Tensor> | undefined,
): value is Tensor {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    'shape' in value &&
    Array.isArray(value.shape) &&
    'dtype' in value
  );
}

export function isArgumentList<Tensor>(
  value: OperationArgument<Tensor> | undefined,
): value is readonly OperationArgument<Tensor>[] {
  return Array.isArray(value);
}

/** All tensors among the arguments, in order. */
export function tensorsOf<Tensor extends TensorSpec>(args: ArgumentsOf<Tensor>): readonly Tensor[] {
  const found: Tensor[] = [];
  const visit = (value: OperationArgument<Tensor>): void => {
    if (isTensor(value)) {
      found.push(value);
    } else if (isArgumentList(value)) {
      value.forEach(visit);
    }
  };
  Object.values(args).forEach(visit);
  return found;
}

/** The OperationConfig: tensors become `{ tensor: n }`, counted in order. */
export function operationConfig(definition: OperationDefinition, args: OperationArguments): Config {
  let count = 0;
  const plain = (value: OperationArgument<SymbolicTensor>): Json => {
    if (isTensor(value)) {
      return { tensor: count++ };
    }
    return isArgumentList(value) ? value.map(plain) : value;
  };
  const named: Record<string, Json> = {};
  for (const [name, value] of Object.entries(args)) {
    named[name] = plain(value);
  }
  return { op: definition.op, args: named };
}

/** The arguments of an OperationConfig with tensors put back. */
export function withTensors<Tensor>(config: Config, tensors: readonly Tensor[]): ArgumentsOf<Tensor> {
  const restore = (value: Json): OperationArgument<Tensor> => {
    if (isList(value)) {
      return value.map(restore);
    }
    if (
      typeof value === 'object' &&
      value !== null &&
      'tensor' in value &&
      typeof value.tensor === 'number'
    ) {
      return tensors[value.tensor] ?? null;
    }
    return value;
  };
  const { args } = config;
  const restored: Record<string, OperationArgument<Tensor>> = {};
  if (typeof args === 'object' && args !== null && !isList(args)) {
    for (const [name, value] of Object.entries(args)) {
      restored[name] = restore(value);
    }
  }
  return restored;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Shape of an argument: of a tensor, of nested lists of numbers, or of a number. */
export function shapeOfArgument(value: OperationArgument<TensorSpec> | undefined): Shape {
  if (isTensor(value)) {
    return value.shape;
  }
  return isArgumentList(value) ? [value.length, ...shapeOfArgument(value[0])] : [];
}

export function dtypeOfArgument(value: OperationArgument<TensorSpec> | undefined): string | null {
  return isTensor(value) ? value.dtype : null;
}

export function numberArgument(args: InferenceArguments, name: string, fallback: number): number {
  const value = args[name];
  return typeof value === 'number' ? value : fallback;
}

/** An axis or several; null where none is given. */
export function axesArgument(args: InferenceArguments, name = 'axis'): readonly number[] | null {
  const value = args[name];
  if (typeof value === 'number') {
    return [value];
  }
  return isArgumentList(value) ? value.flatMap((each) => (typeof each === 'number' ? [each] : [])) : null;
}

/** A shape given as a list; -1 and null are unknown sizes. */
export function shapeArgument(args: InferenceArguments, name: string): Shape {
  const value = args[name];
  if (typeof value === 'number') {
    return [value];
  }
  return isArgumentList(value) ? value.map((each) => (typeof each === 'number' ? each : null)) : [];
}
