import { optional, required } from '../catalogue/arguments';
import { activations } from '../catalogue/activations';
import type { ArgumentDefinition } from '../catalogue/classDefinition';
import { broadcast, positiveAxis, withAxis } from '../catalogue/shapes';
import type { TensorSpec } from '../spec';
import {
  dtypeOfArgument,
  isTensor,
  numberArgument,
  shapeOfArgument,
  type InferenceArguments,
  type OperationArgument,
  type OperationDefinition,
} from './operationDefinition';

/** 'floor_divide' is FloorDivide. */
export function classNameOf(op: string): string {
  return op.replace(/(?:^|_)([a-z0-9])/gu, (_, first: string) => first.toUpperCase());
}

/** The dtype of a result: a float wins over an integer, an integer over a bool. */
export function resultType(args: readonly (OperationArgument<TensorSpec> | undefined)[]): string {
  const types = args.map(dtypeOfArgument).filter((each) => each !== null);
  const literalFloat = args.some((each) => typeof each === 'number' && !Number.isInteger(each));
  const float = types.find((each) => each.includes('float'));
  return (
    float ?? (literalFloat ? 'float32' : (types.find((each) => each !== 'bool') ?? types[0] ?? 'float32'))
  );
}

function floating(dtype: string): string {
  return dtype.includes('float') ? dtype : 'float32';
}

function binary(
  op: string,
  aliases: readonly string[],
  type: (joint: string) => string,
): OperationDefinition {
  return {
    op,
    className: classNameOf(op),
    aliases: [op, ...aliases],
    arguments: [required('x1', 'x', 'a'), required('x2', 'y', 'b')],
    keywords: [optional('name', null)],
    infer: (args) => [
      {
        shape: broadcast(shapeOfArgument(args.x1), shapeOfArgument(args.x2)),
        dtype: type(resultType([args.x1, args.x2])),
      },
    ],
  };
}

function unary(
  op: string,
  aliases: readonly string[],
  type: (own: string) => string,
  className = classNameOf(op),
  parameters: readonly ArgumentDefinition[] = [],
): OperationDefinition {
  return {
    op,
    className,
    aliases: [op, ...aliases],
    arguments: [required('x', 'tensor', 'input', 'features', 'inputs', 'logits'), ...parameters],
    keywords: [optional('name', null)],
    infer: (args) => [{ shape: shapeOfArgument(args.x), dtype: type(resultType([args.x])) }],
  };
}

const same = (dtype: string): string => dtype;
const bool = (): string => 'bool';

const arithmetic = [
  binary('add', [], same),
  binary('subtract', ['sub'], same),
  binary('multiply', ['mul'], same),
  binary('divide', [], floating),
  binary('true_divide', ['truediv'], floating),
  binary('floor_divide', ['floordiv'], same),
  binary('mod', ['floormod'], same),
  binary('power', ['pow'], same),
  binary('maximum', [], same),
  binary('minimum', [], same),
  binary('squared_difference', [], same),
  binary('arctan2', ['atan2'], floating),
  binary('logaddexp', [], floating),
];

const comparisons = [
  binary('equal', [], bool),
  binary('not_equal', [], bool),
  binary('greater', [], bool),
  binary('greater_equal', [], bool),
  binary('less', [], bool),
  binary('less_equal', [], bool),
  binary('logical_and', [], bool),
  binary('logical_or', [], bool),
  binary('logical_xor', [], bool),
];

const functions = [
  unary('negative', ['neg'], same),
  unary('exp', ['exponential'], floating),
  unary('absolute', ['abs'], same),
  unary('sign', [], same),
  unary('square', [], same),
  unary('stop_gradient', [], same),
  unary('identity', [], same),
  unary('flip', [], same, 'Flip', [optional('axis', null)]),
  unary('roll', [], same, 'Roll', [required('shift'), optional('axis', null)]),
  unary('cumsum', [], same, 'Cumsum', [optional('axis', null)]),
  unary('cumprod', [], same, 'Cumprod', [optional('axis', null)]),
  unary('sort', [], same, 'Sort', [optional('axis', -1)]),
  unary('argsort', [], () => 'int32', 'Argsort', [optional('axis', -1)]),
  unary('triu', [], same, 'Triu', [optional('k', 0)]),
  unary('tril', [], same, 'Tril', [optional('k', 0)]),
  unary('nan_to_num', [], same, 'NanToNum'),
  unary('normalize', ['l2_normalize'], floating, 'Normalize', [
    optional('axis', -1),
    optional('order', 2),
    optional('epsilon', 1e-12),
  ]),
  unary('zeros_like', [], same, 'ZerosLike'),
  unary('ones_like', [], same, 'OnesLike'),
  unary('full_like', [], same, 'FullLike', [required('fill_value')]),
  unary('logical_not', [], bool),
  unary('isnan', [], bool),
  unary('isinf', [], bool),
  unary('isfinite', [], bool),
  ...['floor', 'ceil', 'round', 'rint'].map((op) => unary(op, [], same)),
  ...['expm1', 'log', 'log1p', 'log2', 'log10', 'sqrt', 'rsqrt', 'reciprocal', 'erf'].map((op) =>
    unary(op, [], floating),
  ),
  ...['sin', 'cos', 'tan', 'sinh', 'cosh', 'arcsin', 'arccos', 'arctan', 'arcsinh', 'arccosh', 'arctanh'].map(
    (op) => unary(op, [op.replace('arc', 'a')], floating),
  ),
];

/** Activations as operations: `keras.activations.relu(x)` and `tf.nn.relu(x)` are ReLU-like operations of keras.src.ops.nn. */
const activationClasses: Readonly<Record<string, string>> = {
  relu6: 'Relu6',
  log_sigmoid: 'LogSigmoid',
};
const activationOperations = activations
  .filter(({ className }) => !['linear', 'exponential', 'relu', 'glu'].includes(className))
  .map(({ className, aliases, arguments: [, ...parameters] }) =>
    unary(className, aliases, floating, activationClasses[className] ?? classNameOf(className), parameters),
  );

const [, ...reluParameters] = activations.find(({ className }) => className === 'relu')?.arguments ?? [];

const rectifiers: readonly OperationDefinition[] = [
  unary('relu', [], floating),
  // `keras.activations.relu` has parameters and a class of its own: it takes the name 're_lu'.
  { ...unary('relu', [], floating, 'ReLU', reluParameters), aliases: ['activations.relu'] },
];

/** A gated linear unit halves the axis. */
const glu: OperationDefinition = {
  ...unary('glu', [], floating, 'Glu', [optional('axis', -1)]),
  infer: (args) => {
    const shape = shapeOfArgument(args.x);
    const axis = positiveAxis(numberArgument(args, 'axis', -1), shape.length);
    const size = shape[axis] ?? null;
    return [
      {
        shape: withAxis(shape, axis, size === null ? null : size / 2),
        dtype: floating(resultType([args.x])),
      },
    ];
  },
};

function where(args: InferenceArguments): readonly TensorSpec[] {
  const values = broadcast(shapeOfArgument(args.x1), shapeOfArgument(args.x2));
  return [
    { shape: broadcast(shapeOfArgument(args.condition), values), dtype: resultType([args.x1, args.x2]) },
  ];
}

const others: readonly OperationDefinition[] = [
  {
    op: 'cast',
    className: 'Cast',
    aliases: ['cast', 'saturate_cast'],
    arguments: [required('x', 'tensor'), required('dtype')],
    infer: (args) => [
      { shape: shapeOfArgument(args.x), dtype: typeof args.dtype === 'string' ? args.dtype : 'float32' },
    ],
  },
  {
    op: 'clip',
    className: 'Clip',
    aliases: ['clip', 'clip_by_value'],
    arguments: [
      required('x', 'tensor'),
      required('x_min', 'clip_value_min', 'min_value'),
      required('x_max', 'clip_value_max', 'max_value'),
    ],
    infer: (args) => [{ shape: shapeOfArgument(args.x), dtype: resultType([args.x]) }],
  },
  {
    op: 'where',
    className: 'Where',
    aliases: ['where'],
    arguments: [required('condition'), optional('x1', null, 'x'), optional('x2', null, 'y')],
    infer: where,
  },
  {
    // An array that the program computes; `values` where they are known (flat), else null; `drawn`: rows of a layer's start table.
    op: 'constant',
    className: 'Constant',
    aliases: ['constant'],
    arguments: [
      required('shape'),
      optional('dtype', 'float32'),
      optional('values', null),
      optional('drawn', null),
    ],
    infer: (args) => [
      {
        shape: Array.isArray(args.shape)
          ? args.shape.map((size: unknown) => (typeof size === 'number' ? size : null))
          : [],
        dtype: typeof args.dtype === 'string' ? args.dtype : 'float32',
      },
    ],
  },
  {
    op: 'variable',
    className: 'Variable',
    aliases: ['variable'],
    arguments: [],
    infer: () => [],
  },
  {
    op: 'dropout',
    className: 'Dropout',
    aliases: ['dropout'],
    arguments: [required('x', 'inputs'), required('rate', 'level')],
    infer: (args) => (isTensor(args.x) ? [{ shape: args.x.shape, dtype: args.x.dtype }] : []),
  },
];

export const elementwise: readonly OperationDefinition[] = [
  ...arithmetic,
  ...comparisons,
  ...functions,
  ...activationOperations,
  ...rectifiers,
  glu,
  ...others,
];
