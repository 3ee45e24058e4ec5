import { optional, required } from '../catalogue/arguments';
import type { ArgumentDefinition } from '../catalogue/classDefinition';
import { positiveAxis } from '../catalogue/shapes';
import type { Shape } from '../../report/report';
import { classNameOf, resultType } from './elementwise';
import { axesArgument, shapeOfArgument, type OperationDefinition } from './operationDefinition';

function reduced(shape: Shape, axes: readonly number[] | null, keepDims: boolean): Shape {
  const gone = new Set(axes?.map((axis) => positiveAxis(axis, shape.length)) ?? shape.keys());
  return keepDims
    ? shape.map((size, index) => (gone.has(index) ? 1 : size))
    : shape.filter((_, index) => !gone.has(index));
}

function reduction(
  op: string,
  aliases: readonly string[] = [],
  dtype?: string,
  parameters: readonly ArgumentDefinition[] = [],
): OperationDefinition {
  return {
    op,
    className: classNameOf(op),
    aliases: [op, `reduce_${op}`, ...aliases],
    arguments: [
      required('x', 'input_tensor', 'input', 'tensor'),
      optional('axis', null, 'dim'),
      ...parameters,
      optional('keepdims', false, 'keep_dims'),
    ],
    keywords: [optional('name', null), optional('dtype', null)],
    infer: (args) => [
      {
        shape: reduced(shapeOfArgument(args.x), axesArgument(args), args.keepdims === true),
        dtype: dtype ?? resultType([args.x]),
      },
    ],
  };
}

export const reductions: readonly OperationDefinition[] = [
  reduction('mean', [], 'float32'),
  reduction('sum'),
  reduction('max', ['amax']),
  reduction('min', ['amin']),
  reduction('prod'),
  reduction('std', ['reduce_std'], 'float32'),
  reduction('var', ['reduce_variance'], 'float32'),
  reduction('logsumexp', ['reduce_logsumexp'], 'float32'),
  reduction('any', [], 'bool'),
  reduction('all', [], 'bool'),
  reduction('argmax', ['arg_max'], 'int32'),
  reduction('argmin', ['arg_min'], 'int32'),
  reduction('count_nonzero', [], 'int32'),
  reduction('norm', [], 'float32', [optional('ord', null)]),
];
