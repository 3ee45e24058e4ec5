import type { SymbolicTensor } from '../../../model/graph/symbolicTensor';
import type { Interpreter } from '../interpreter';
import { Native, type Value, builtin, int, none, str, tuple, unknown } from '../values';
import { applyOperation, getItem } from './operations';
import type { KerasSession } from './session';

const operators: Readonly<Record<string, string>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'true_divide',
  '//': 'floor_divide',
  '%': 'mod',
  '**': 'power',
  '@': 'matmul',
  '==': 'equal',
  '!=': 'not_equal',
  '<': 'less',
  '<=': 'less_equal',
  '>': 'greater',
  '>=': 'greater_equal',
  '&': 'logical_and',
  '|': 'logical_or',
};

const unaryOperators: Readonly<Record<string, string>> = { '-': 'negative', '~': 'logical_not' };

/** A symbolic tensor: what a layer gives when it is called on `keras.Input(…)`. */
export class TensorValue extends Native {
  readonly typeName = 'KerasTensor';

  constructor(
    readonly tensor: SymbolicTensor,
    readonly session: KerasSession,
  ) {
    super();
  }

  override attribute(name: string, _vm: Interpreter): Value | undefined {
    const { shape, dtype, producer } = this.tensor;
    switch (name) {
      case 'shape':
      case '_keras_shape':
        return this.shape();
      case 'get_shape':
        return builtin(name, () => this.shape());
      case 'ndim':
      case 'rank':
        return int(shape.length);
      case 'dtype':
        return str(dtype);
      case 'name':
        return str(producer?.callee.name ?? 'keras_tensor');
      case 'set_shape':
        return builtin(name, () => none);
      case 'astype':
        return builtin(name, (_vm2, args) =>
          applyOperation(this.session, 'cast', { x: this, dtype: args.required(0, 'dtype') }),
        );
      case 'op':
        return unknown('a TensorFlow operation');
      case 'numpy':
        return builtin(name, () => unknown('the value of a tensor'));
      case 'assign':
      case 'assign_add':
      case 'assign_sub':
        return builtin(name, () => none);
      case 'value':
      case 'read_value':
        return builtin(name, () => this);
      default:
        return undefined;
    }
  }

  private shape(): Value {
    return tuple(this.tensor.shape.map((size) => (size === null ? none : int(size))));
  }

  override item(index: Value): Value {
    return getItem(this, index);
  }

  override iterate(): readonly Value[] | undefined {
    const [first] = this.tensor.shape;
    return typeof first === 'number' && first <= 64
      ? Array.from({ length: first }, (_, i) => this.item(int(i)))
      : undefined;
  }

  override length(): Value | undefined {
    const [first] = this.tensor.shape;
    return typeof first === 'number' ? int(first) : unknown('the batch size', null, 'int');
  }

  override truth(): boolean | undefined {
    return undefined;
  }

  override binary(operator: string, other: Value, reflected: boolean): Value | undefined {
    const op = operators[operator];
    if (op === undefined || ((operator === '==' || operator === '!=') && other.kind === 'none')) {
      return undefined;
    }
    return applyOperation(this.session, op, reflected ? { x1: other, x2: this } : { x1: this, x2: other });
  }

  override unary(operator: string): Value | undefined {
    const op = unaryOperators[operator];
    return op === undefined ? this : applyOperation(this.session, op, { x: this });
  }

  override repr(): string {
    return `<KerasTensor shape=${JSON.stringify(this.tensor.shape)}>`;
  }
}

/** All symbolic tensors in a structure of lists and dictionaries, in order. */
export function tensorsIn(value: Value | undefined): SymbolicTensor[] {
  if (!value) {
    return [];
  }
  if (value instanceof TensorValue) {
    return [value.tensor];
  }
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return value.items.flatMap(tensorsIn);
    case 'dict':
      return [...value.entries.values()].flatMap(([, item]) => tensorsIn(item));
    default:
      return [];
  }
}

/** Wraps what a call gives: one tensor, or a list of them. */
export function resultOf(
  outputs: readonly SymbolicTensor[],
  multiple: boolean,
  session: KerasSession,
): Value {
  const values = outputs.map((tensor) => new TensorValue(tensor, session));
  const [first] = values;
  return multiple || !first ? { kind: 'list', items: values } : first;
}
