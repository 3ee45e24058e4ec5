import { optional, required } from '../catalogue/arguments';
import { broadcast, type Size } from '../catalogue/shapes';
import { ShapeError } from '../catalogue/layerClass';
import type { Shape } from '../../report/report';
import { resultType } from './elementwise';
import { isArgumentList, shapeOfArgument, type OperationDefinition } from './operationDefinition';

function matrixProduct(a: Shape, b: Shape): Shape {
  if (b.length === 1) {
    return a.slice(0, -1);
  }
  if (a.length === 1) {
    return [...b.slice(0, -2), b.at(-1) ?? null];
  }
  return [...broadcast(a.slice(0, -2), b.slice(0, -2)), a.at(-2) ?? null, b.at(-1) ?? null];
}

/** Output shape of an einsum: sizes by letter; '...' stands for axes that broadcast. */
export function einsumShape(equation: string, shapes: readonly Shape[]): Shape {
  const [left = '', right] = equation.replaceAll(' ', '').split('->');
  const sizes = new Map</* letter */ string, Size>();
  let dots: Shape = [];
  left.split(',').forEach((term, index) => {
    const shape = shapes[index] ?? [];
    const [before = '', after] = term.split('...');
    [...before].forEach((letter, at) => sizes.set(letter, sizes.get(letter) ?? shape[at] ?? null));
    if (after !== undefined) {
      dots = broadcast(dots, shape.slice(before.length, shape.length - after.length));
      [...after].forEach((letter, at) =>
        sizes.set(letter, sizes.get(letter) ?? shape[shape.length - after.length + at] ?? null),
      );
    } else if (before.length !== shape.length) {
      throw new ShapeError(`einsum term "${term}" does not fit an operand with ${shape.length} axes`);
    }
  });
  const output = right ?? [...new Set(left.replaceAll(',', ''))].sort().join('');
  const [before = '', after] = output.split('...');
  const letters = (text: string): Shape => [...text].map((letter) => sizes.get(letter) ?? null);
  return after === undefined ? letters(before) : [...letters(before), ...dots, ...letters(after)];
}

export const linear: readonly OperationDefinition[] = [
  {
    op: 'matmul',
    className: 'Matmul',
    aliases: ['matmul'],
    arguments: [
      required('x1', 'a'),
      required('x2', 'b'),
      optional('transpose_a', false),
      optional('transpose_b', false),
    ],
    infer: (args) => {
      const turned = (shape: Shape, turn: boolean): Shape =>
        turn && shape.length > 1
          ? [...shape.slice(0, -2), shape.at(-1) ?? null, shape.at(-2) ?? null]
          : shape;
      const a = turned(shapeOfArgument(args.x1), args.transpose_a === true);
      const b = turned(shapeOfArgument(args.x2), args.transpose_b === true);
      return [{ shape: matrixProduct(a, b), dtype: resultType([args.x1, args.x2]) }];
    },
  },
  {
    op: 'dot',
    className: 'Dot',
    aliases: ['dot'],
    arguments: [required('x1', 'a', 'x'), required('x2', 'b', 'y')],
    infer: (args) => {
      const a = shapeOfArgument(args.x1);
      const b = shapeOfArgument(args.x2);
      const rest = b.length > 1 ? [...b.slice(0, -2), b.at(-1) ?? null] : [];
      return [{ shape: [...a.slice(0, -1), ...rest], dtype: resultType([args.x1, args.x2]) }];
    },
  },
  {
    op: 'tensordot',
    className: 'Tensordot',
    aliases: ['tensordot'],
    arguments: [required('x1', 'a'), required('x2', 'b'), optional('axes', 2)],
    infer: (args) => {
      const a = shapeOfArgument(args.x1);
      const b = shapeOfArgument(args.x2);
      // A number: so many last axes of the first with so many first axes of the second; else the axes of each.
      const pairs = isArgumentList(args.axes)
        ? args.axes.map((each) => (isArgumentList(each) ? each : [each]).map(Number))
        : null;
      const count = typeof args.axes === 'number' ? args.axes : 0;
      const left = pairs?.[0] ?? Array.from({ length: count }, (_, i) => a.length - count + i);
      const right = pairs?.[1] ?? Array.from({ length: count }, (_, i) => i);
      const rest = (shape: Shape, gone: readonly number[]): Shape =>
        shape.filter((_, i) => !gone.includes(i) && !gone.includes(i - shape.length));
      return [{ shape: [...rest(a, left), ...rest(b, right)], dtype: resultType([args.x1, args.x2]) }];
    },
  },
  {
    op: 'einsum',
    className: 'Einsum',
    aliases: ['einsum'],
    arguments: [required('subscripts', 'equation'), required('operands')],
    infer: (args) => {
      const operands = isArgumentList(args.operands) ? args.operands : [args.operands];
      const equation = typeof args.subscripts === 'string' ? args.subscripts : '';
      return [{ shape: einsumShape(equation, operands.map(shapeOfArgument)), dtype: resultType(operands) }];
    },
  },
];
