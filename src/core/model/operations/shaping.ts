import { optional, required } from '../catalogue/arguments';
import { isConfig, isList } from '../catalogue/configAccess';
import { ShapeError } from '../catalogue/layerClass';
import { added, positiveAxis, product, shapeText, withAxis, type Size } from '../catalogue/shapes';
import type { Shape } from '../../report/report';
import type { TensorSpec } from '../spec';
import { resultType } from './elementwise';
import {
  axesArgument,
  isArgumentList,
  isTensor,
  numberArgument,
  shapeArgument,
  shapeOfArgument,
  type InferenceArguments,
  type OperationArgument,
  type OperationDefinition,
} from './operationDefinition';

/** Shape after a reshape in which one size may be -1. */
export function reshaped(from: Shape, target: Shape): Shape {
  const open = target.findIndex((size) => size === -1 || size === null);
  if (open < 0) {
    return target;
  }
  const total = product(from);
  const rest = product(target.filter((_, index) => index !== open));
  if (total === null || rest === null || rest === 0) {
    return target.map((size, index) => (index === open || size === -1 ? null : size));
  }
  if (total % rest !== 0) {
    throw new ShapeError(
      `Cannot reshape a tensor of shape ${shapeText(from)} into shape ${shapeText(target)}.`,
    );
  }
  return target.map((size, index) => (index === open ? total / rest : size));
}

/** Reshape of whole tensors where the batch is variable: sizes behind it decide. */
function reshapedBatch(from: Shape, target: Shape): Shape {
  const [batch, ...rest] = from;
  const [first, ...others] = target;
  if (batch === null && (first === -1 || first === null)) {
    return [null, ...(others.includes(-1) || others.includes(null) ? reshaped(rest, others) : others)];
  }
  return reshaped(from, target);
}

function concatenated(tensors: readonly TensorSpec[], axis: number): Shape {
  const [first] = tensors;
  if (!first) {
    throw new ShapeError('nothing to concatenate');
  }
  const at = positiveAxis(axis, first.shape.length);
  const total = tensors.reduce<Size>((sum, { shape }) => {
    const size = shape[at] ?? null;
    return sum === null || size === null ? null : sum + size;
  }, 0);
  return withAxis(first.shape, at, total);
}

function tensorList(value: OperationArgument<TensorSpec> | undefined): readonly TensorSpec[] {
  return isArgumentList(value)
    ? value.flatMap((each) => (isTensor(each) ? [each] : []))
    : isTensor(value)
      ? [value]
      : [];
}

function spec(args: InferenceArguments, shape: Shape): readonly TensorSpec[] {
  return [{ shape, dtype: resultType([args.x]) }];
}

/** One element of an index: a number drops the axis, `{ slice: [start, stop, step] }` keeps it, 'newaxis' adds one, 'ellipsis' skips. */
function indexed(shape: Shape, key: OperationArgument<TensorSpec> | undefined): Shape {
  const items = isArgumentList(key) ? key : [key];
  const consuming = items.filter((item) => item !== 'newaxis' && item !== null && item !== 'ellipsis').length;
  const result: Size[] = [];
  let axis = 0;
  for (const item of items) {
    if (item === 'newaxis' || item === null) {
      result.push(1);
    } else if (item === 'ellipsis') {
      const skipped = shape.length - consuming;
      result.push(...shape.slice(axis, axis + skipped));
      axis += skipped;
    } else if (isTensor(item)) {
      result.push(...item.shape);
      axis++;
    } else if (typeof item === 'number') {
      axis++;
    } else {
      result.push(sliced(shape[axis] ?? null, item));
      axis++;
    }
  }
  return [...result, ...shape.slice(axis)];
}

/** Start, stop and step of a slice; nothing for anything else. */
function sliceBounds(item: OperationArgument<TensorSpec> | undefined): readonly (number | null)[] {
  const slice = isTensor(item) || isArgumentList(item) || !isConfig(item) ? null : item.slice;
  return isList(slice) ? slice.map((each) => (typeof each === 'number' ? each : null)) : [];
}

function sliced(size: Size, item: OperationArgument<TensorSpec> | undefined): Size {
  const [start, stop, step] = sliceBounds(item);
  const by = step ?? 1;
  if (size === null) {
    const lengthKnown = by === 1 && typeof stop === 'number' && typeof start === 'number' && start * stop > 0;
    return lengthKnown && start < 0 ? stop - start : null;
  }
  const clamp = (value: number): number => Math.min(Math.max(value < 0 ? value + size : value, 0), size);
  const from = by > 0 ? clamp(start ?? 0) : typeof start === 'number' ? clamp(start) : size;
  const to = by > 0 ? clamp(stop ?? size) : typeof stop === 'number' ? clamp(stop) : 0;
  return Math.max(0, Math.ceil(Math.abs(to - from) / Math.abs(by)) * (by > 0 && to < from ? 0 : 1));
}

function permuted(shape: Shape, axes: readonly number[]): Shape {
  return axes.map((axis) => shape[positiveAxis(axis, shape.length)] ?? null);
}

const x = required('x', 'tensor', 'input', 'a', 'value', 'inputs');

export const shaping: readonly OperationDefinition[] = [
  {
    op: 'reshape',
    className: 'Reshape',
    aliases: ['reshape'],
    arguments: [x, required('newshape', 'shape')],
    infer: (args) => spec(args, reshapedBatch(shapeOfArgument(args.x), shapeArgument(args, 'newshape'))),
  },
  {
    op: 'transpose',
    className: 'Transpose',
    aliases: ['transpose', 'permute_dimensions'],
    arguments: [x, optional('axes', null, 'perm', 'pattern')],
    infer: (args) => {
      const shape = shapeOfArgument(args.x);
      const axes = axesArgument(args, 'axes');
      return spec(args, axes ? permuted(shape, axes) : [...shape].reverse());
    },
  },
  {
    op: 'swapaxes',
    className: 'Swapaxes',
    aliases: ['swapaxes'],
    arguments: [x, required('axis1'), required('axis2')],
    infer: (args) => {
      const shape = shapeOfArgument(args.x);
      const order = [...shape.keys()];
      const a = positiveAxis(numberArgument(args, 'axis1', 0), shape.length);
      const b = positiveAxis(numberArgument(args, 'axis2', 0), shape.length);
      order[a] = b;
      order[b] = a;
      return spec(args, permuted(shape, order));
    },
  },
  {
    op: 'expand_dims',
    className: 'ExpandDims',
    aliases: ['expand_dims'],
    arguments: [x, optional('axis', -1)],
    infer: (args) => {
      const shape = [...shapeOfArgument(args.x)];
      for (const axis of axesArgument(args) ?? [-1]) {
        shape.splice(positiveAxis(axis, shape.length + 1), 0, 1);
      }
      return spec(args, shape);
    },
  },
  {
    op: 'squeeze',
    className: 'Squeeze',
    aliases: ['squeeze'],
    arguments: [x, optional('axis', null)],
    infer: (args) => {
      const shape = shapeOfArgument(args.x);
      const axes = axesArgument(args)?.map((axis) => positiveAxis(axis, shape.length));
      return spec(
        args,
        shape.filter((size, index) => (axes ? !axes.includes(index) : size !== 1)),
      );
    },
  },
  {
    op: 'concatenate',
    className: 'Concatenate',
    aliases: ['concatenate', 'concat'],
    arguments: [required('xs', 'values', 'tensors', 'arrays'), optional('axis', 0)],
    infer: (args) => {
      const tensors = tensorList(args.xs);
      return [{ shape: concatenated(tensors, numberArgument(args, 'axis', 0)), dtype: resultType(tensors) }];
    },
  },
  {
    op: 'stack',
    className: 'Stack',
    aliases: ['stack'],
    arguments: [required('x', 'xs', 'values', 'arrays'), optional('axis', 0)],
    infer: (args) => {
      const tensors = tensorList(args.x);
      const shape = [...(tensors[0]?.shape ?? [])];
      shape.splice(positiveAxis(numberArgument(args, 'axis', 0), shape.length + 1), 0, tensors.length);
      return [{ shape, dtype: resultType(tensors) }];
    },
  },
  {
    op: 'split',
    className: 'Split',
    aliases: ['split'],
    arguments: [
      required('x', 'value', 'ary'),
      required('indices_or_sections', 'num_or_size_splits'),
      optional('axis', 0),
    ],
    infer: (args) => {
      const shape = shapeOfArgument(args.x);
      const axis = positiveAxis(numberArgument(args, 'axis', 0), shape.length);
      const size = shape[axis] ?? null;
      const sections = args.indices_or_sections;
      if (typeof sections === 'number') {
        const part = size === null ? null : size / sections;
        return Array.from({ length: sections }, () => spec(args, withAxis(shape, axis, part))).flat();
      }
      const bounds = [0, ...(axesArgument(args, 'indices_or_sections') ?? []), size];
      return bounds.slice(1).flatMap((end, index) => {
        const start = bounds[index] ?? 0;
        return spec(args, withAxis(shape, axis, end === null ? null : end - start));
      });
    },
  },
  {
    op: 'unstack',
    className: 'Unstack',
    aliases: ['unstack'],
    arguments: [x, optional('num', null), optional('axis', 0)],
    infer: (args) => {
      const shape = shapeOfArgument(args.x);
      const axis = positiveAxis(numberArgument(args, 'axis', 0), shape.length);
      const rest = shape.filter((_, index) => index !== axis);
      return Array.from({ length: shape[axis] ?? 0 }, () => spec(args, rest)).flat();
    },
  },
  {
    op: 'tile',
    className: 'Tile',
    aliases: ['tile'],
    arguments: [x, required('repeats', 'multiples', 'n')],
    infer: (args) => {
      const shape = shapeOfArgument(args.x);
      const repeats = shapeArgument(args, 'repeats');
      const rank = Math.max(shape.length, repeats.length);
      const padded = [...Array<number>(rank - shape.length).fill(1), ...shape];
      return spec(
        args,
        padded.map((size, index) => {
          const times = repeats[index - rank + repeats.length];
          if (times === undefined || times === 1) {
            return size;
          }
          return size === null || times === null ? null : size * times;
        }),
      );
    },
  },
  {
    op: 'repeat',
    className: 'Repeat',
    aliases: ['repeat', 'repeat_elements'],
    arguments: [x, required('repeats', 'rep'), optional('axis', null)],
    infer: (args) => {
      const shape = shapeOfArgument(args.x);
      const repeats = numberArgument(args, 'repeats', 1);
      const axis = axesArgument(args)?.[0];
      if (axis === undefined) {
        const total = product(shape);
        return spec(args, [total === null ? null : total * repeats]);
      }
      const size = shape[positiveAxis(axis, shape.length)] ?? null;
      return spec(args, withAxis(shape, axis, size === null ? null : size * repeats));
    },
  },
  {
    op: 'pad',
    className: 'Pad',
    aliases: ['pad'],
    arguments: [
      x,
      required('pad_width', 'paddings'),
      optional('mode', 'constant'),
      optional('constant_values', null),
    ],
    infer: (args) => {
      const width = args.pad_width;
      const pairs = isArgumentList(width) ? width : [];
      const shape = shapeOfArgument(args.x).map((size, index) => {
        const pair = pairs[index];
        const [before, after] = isArgumentList(pair) ? pair : [pair, pair];
        return added(
          size,
          (typeof before === 'number' ? before : 0) + (typeof after === 'number' ? after : 0),
        );
      });
      return spec(args, shape);
    },
  },
  {
    op: 'getitem',
    className: 'GetItem',
    aliases: ['getitem', 'get_item'],
    arguments: [x, required('key')],
    infer: (args) => spec(args, indexed(shapeOfArgument(args.x), args.key)),
  },
  {
    op: 'take',
    className: 'Take',
    aliases: ['take', 'gather'],
    arguments: [required('x', 'params'), required('indices'), optional('axis', null)],
    infer: (args) => {
      const shape = shapeOfArgument(args.x);
      const axis = positiveAxis(numberArgument(args, 'axis', 0), shape.length);
      return spec(args, [
        ...shape.slice(0, axis),
        ...shapeOfArgument(args.indices),
        ...shape.slice(axis + 1),
      ]);
    },
  },
  {
    op: 'broadcast_to',
    className: 'BroadcastTo',
    aliases: ['broadcast_to'],
    arguments: [x, required('shape')],
    infer: (args) => spec(args, shapeArgument(args, 'shape')),
  },
  {
    op: 'ravel',
    className: 'Ravel',
    aliases: ['ravel'],
    arguments: [x],
    infer: (args) => spec(args, [product(shapeOfArgument(args.x))]),
  },
  {
    op: 'flatten',
    className: 'Flatten',
    aliases: ['flatten', 'batch_flatten'],
    arguments: [x],
    infer: (args) => {
      const [batch, ...rest] = shapeOfArgument(args.x);
      return spec(args, [batch ?? null, product(rest)]);
    },
  },
  {
    op: 'one_hot',
    className: 'OneHot',
    aliases: ['one_hot'],
    arguments: [
      required('x', 'indices'),
      required('num_classes', 'depth'),
      optional('axis', -1),
      optional('dtype', null),
    ],
    infer: (args) => {
      const shape = [...shapeOfArgument(args.x)];
      const classes = args.num_classes;
      shape.splice(
        positiveAxis(numberArgument(args, 'axis', -1), shape.length + 1),
        0,
        typeof classes === 'number' ? classes : null,
      );
      return [{ shape, dtype: 'float32' }];
    },
  },
];
