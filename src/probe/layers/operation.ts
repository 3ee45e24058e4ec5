import { isConfig, isList, isSerialized, stringOf } from '../../core/model/catalogue/configAccess';
import type { Config, Json } from '../../core/model/spec';
import { HumanError } from '../../core/humanError';
import { activationOf, softmax } from '../activations/activation';
import { erfc, scalarActivation } from '../activations/scalar';
import { untaped } from '../engine/customOperation';
import { elementwise } from '../engine/elementwise';
import type { Engine } from '../engine/engine';
import { oneHot } from '../engine/oneHot';
import * as tf from '../engine/tf';
import type { Forward, ForwardTable, LayerCall } from '../graph/layerCall';
import { lossOf, lossValues } from '../losses/losses';
import { normalizeAlong } from './merging';
import { reduceMax } from './pool';
import { repeat, tile, unstack } from './shape';

/** Arguments of a raw operation: tensors are put in for `{ tensor: n }`. */
type Value = tf.Tensor | Json | readonly Value[] | undefined;
interface Arguments {
  readonly engine: Engine;
  value(...names: string[]): Value;
  /** A tensor operand, or a number or list of numbers as a constant. */
  tensor(...names: string[]): tf.Tensor;
  tensors(...names: string[]): tf.Tensor[];
  /** What the sigmoid or softmax was given that made an operand. */
  logits(name: string): tf.Tensor | null;
  number(name: string, fallback: number): number;
  flag(name: string): boolean;
  /** Axes counted from the front; all where none is given. */
  axes(rank: number): number[];
}
type Operation = (a: Arguments) => tf.Tensor | tf.Tensor[];

function textOf(value: Value): string {
  return typeof value === 'string' ? value : '';
}

function isTensor(value: Value): value is tf.Tensor {
  return value instanceof tf.Tensor;
}

function asTensor(value: Value): tf.Tensor {
  if (isTensor(value)) {
    return value;
  }
  if (typeof value === 'number' || typeof value === 'boolean') {
    return tf.scalar(Number(value));
  }
  if (Array.isArray(value)) {
    return tf.tensor(value as number[], undefined, 'float32');
  }
  throw new HumanError('An operation of the model has an operand that the probe cannot read.');
}

/** A tensor operand that may be a list of integers, as plain numbers. */
function numbers(value: Value): number[] {
  return typeof value === 'number'
    ? [value]
    : isList(value as Json)
      ? (value as Json[]).map((each) => (typeof each === 'number' ? each : -1))
      : [];
}

const binary =
  (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Operation =>
  (a) =>
    f(a.tensor('x1', 'x', 'a'), a.tensor('x2', 'y', 'b'));
const comparison = (f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor): Operation =>
  binary((a, b) => untaped(() => tf.cast(f(a, b), 'float32')));
const unary =
  (f: (x: tf.Tensor) => tf.Tensor): Operation =>
  (a) =>
    f(a.tensor('x', 'inputs', 'tensor'));
const mapped =
  (f: (x: number) => number, slope: (x: number, y: number) => number): Operation =>
  (a) =>
    elementwise(a.engine, a.tensor('x'), { f, slope });
/** 1 where it holds, else 0; without a gradient. */
const test = (f: (x: number) => boolean): Operation =>
  mapped(
    (x) => (f(x) ? 1 : 0),
    () => 0,
  );
const triangle =
  (keeps: (row: number, column: number, k: number) => boolean): Operation =>
  (a) => {
    const x = a.tensor('x');
    const [rows = 1, columns = 1] = x.shape.slice(-2);
    const k = a.number('k', 0);
    const mask = Float32Array.from({ length: rows * columns }, (_, i) =>
      keeps(Math.floor(i / columns), i % columns, k) ? 1 : 0,
    );
    return tf.mul(x, tf.tensor2d(mask, [rows, columns]));
  };
/** The indices that sort each row of the last axis, smallest first; equal elements stay in order. */
function sortOrder(x: tf.Tensor): Int32Array {
  const width = x.shape.at(-1) ?? 1;
  const values = x.dataSync();
  const order = new Int32Array(x.size);
  for (let start = 0; start < x.size; start += width) {
    const row = Array.from({ length: width }, (_, i) => i).sort(
      (i, k) => (values[start + i] as number) - (values[start + k] as number) || i - k,
    );
    order.set(row, start);
  }
  return order;
}
/** Runs `f` with the wanted axis (the last by default) at the end; without an axis on the flattened tensor. */
function alongAxis(a: Arguments, fallback: number | null, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const given = a.tensor('x');
  const axis = a.value('axis') ?? fallback;
  if (axis === null) {
    return f(tf.reshape(given, [-1]));
  }
  const at = axisOf(axis, given.rank, -1);
  const last = given.rank - 1;
  const swap = given.shape.map((_, i) => (i === at ? last : i === last ? at : i));
  return tf.transpose(f(tf.transpose(given, swap)), swap);
}
/** Products of whole axes: as many last ones of a with as many first ones of b, or the axes of each. */
function tensorDot(a: tf.Tensor, b: tf.Tensor, axes: Value): tf.Tensor {
  const count = typeof axes === 'number' ? axes : 0;
  const lists = isList(axes as Json) ? (axes as Json[]).map((each) => numbers(each)) : [];
  const from = (t: tf.Tensor, list: readonly number[]) =>
    list.map((axis) => (axis < 0 ? axis + t.rank : axis));
  const left = from(a, lists[0] ?? Array.from({ length: count }, (_, i) => a.rank - count + i));
  const right = from(b, lists[1] ?? lists[0] ?? Array.from({ length: count }, (_, i) => i));
  const restOf = (t: tf.Tensor, gone: readonly number[]) =>
    t.shape.map((_, i) => i).filter((i) => !gone.includes(i));
  const [restA, restB] = [restOf(a, left), restOf(b, right)];
  const size = (t: tf.Tensor, list: readonly number[]) => list.reduce((n, i) => n * (t.shape[i] ?? 1), 1);
  const product = tf.matMul(
    tf.reshape<tf.Rank.R2>(tf.transpose(a, [...restA, ...left]), [size(a, restA), size(a, left)]),
    tf.reshape<tf.Rank.R2>(tf.transpose(b, [...right, ...restB]), [size(b, right), size(b, restB)]),
  );
  return tf.reshape(product, [...restA.map((i) => a.shape[i] ?? 1), ...restB.map((i) => b.shape[i] ?? 1)]);
}
const reduction =
  (f: (x: tf.Tensor, axes: number[], keep: boolean) => tf.Tensor): Operation =>
  (a) => {
    const x = a.tensor('x');
    return f(x, a.axes(x.rank), a.flag('keepdims') || a.flag('keep_dims'));
  };
const variance = (x: tf.Tensor, axes: number[], keep: boolean) =>
  tf.mean(tf.square(tf.sub(x, tf.mean(x, axes, true))), axes, keep);

/** x[key]: integers drop their axis, `{ slice: [start, stop, step] }` cuts, 'newaxis' adds one, 'ellipsis' skips. */
function getItem(x: tf.Tensor, key: Json): tf.Tensor {
  const keys = isList(key) ? key : [key];
  const sliceOf = (k: Json): readonly Json[] | null =>
    isConfig(k) && isList(k['slice']) ? k['slice'] : null;
  const used = keys.filter((k) => typeof k === 'number' || sliceOf(k) !== null).length;
  let y = x;
  let axis = 0;
  for (const k of keys) {
    const cut = sliceOf(k);
    if (k === 'ellipsis') {
      axis += x.rank - used;
    } else if (k === null || k === 'newaxis') {
      y = tf.expandDims(y, axis);
      axis++;
    } else if (typeof k === 'number') {
      const at = axis;
      const size = y.shape[at] ?? 1;
      const begin = y.shape.map((_, i) => (i === at ? (k < 0 ? k + size : k) : 0));
      y = tf.squeeze(
        tf.slice(
          y,
          begin,
          y.shape.map((s, i) => (i === at ? 1 : s)),
        ),
        [at],
      );
    } else if (cut !== null) {
      y = sliceAxis(y, axis, cut[0] ?? null, cut[1] ?? null, cut[2] ?? null);
      axis++;
    } else {
      throw new HumanError('An index into a tensor of the model is of a kind that the probe cannot read.');
    }
  }
  return y;
}

/** Python's slice along one axis, by a gather of rows so that steps and negative steps work. */
function sliceAxis(x: tf.Tensor, axis: number, start: Json, stop: Json, step: Json): tf.Tensor {
  const size = x.shape[axis] ?? 0;
  const by = typeof step === 'number' ? step : 1;
  const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const place = (value: Json, fallback: number) =>
    typeof value === 'number'
      ? clamp(value < 0 ? value + size : value, by > 0 ? 0 : -1, by > 0 ? size : size - 1)
      : fallback;
  const from = place(start, by > 0 ? 0 : size - 1);
  const to = place(stop, by > 0 ? size : -1);
  const count = Math.max(0, Math.ceil((to - from) / by));
  if (by === 1) {
    const begin = x.shape.map((_, i) => (i === axis ? from : 0));
    return tf.slice(
      x,
      begin,
      x.shape.map((s, i) => (i === axis ? count : s)),
    );
  }
  const picked = Int32Array.from({ length: count }, (_, i) => from + i * by);
  return tf.gather(x, tf.tensor1d(picked, 'int32'), axis);
}

function axisOf(value: Value, rank: number, fallback: number): number {
  const axis = typeof value === 'number' ? value : fallback;
  return axis < 0 ? axis + rank : axis;
}

const operations: Readonly<Record<string, Operation>> = {
  add: binary((a, b) => tf.add(a, b)),
  subtract: binary((a, b) => tf.sub(a, b)),
  multiply: binary((a, b) => tf.mul(a, b)),
  divide: binary((a, b) => tf.div(a, b)),
  true_divide: binary((a, b) => tf.div(a, b)),
  squared_difference: binary((a, b) => tf.squaredDifference(a, b)),
  logaddexp: binary((a, b) => tf.add(tf.maximum(a, b), tf.log1p(tf.exp(tf.neg(tf.abs(tf.sub(a, b))))))),
  einsum: (a) => tf.einsum(textOf(a.value('subscripts', 'equation')), ...a.tensors('operands')),
  broadcast_to: (a) => {
    const x = a.tensor('x');
    const wanted = numbers(a.value('shape'));
    const own = [...Array<number>(wanted.length - x.rank).fill(1), ...x.shape];
    return tf.broadcastTo(
      x,
      wanted.map((size, i) => (size === -1 ? (own[i] ?? 1) : size)),
    );
  },
  ravel: (a) => tf.reshape(a.tensor('x'), [-1]),
  flatten: (a) => {
    const x = a.tensor('x');
    return tf.reshape(x, [x.shape[0] ?? 1, -1]);
  },
  dropout: (a) => a.tensor('x', 'inputs'),
  power: (a) => {
    const exponent = a.value('x2', 'y');
    const x = a.tensor('x1', 'x');
    return typeof exponent === 'number'
      ? elementwise(a.engine, x, { f: (v) => v ** exponent, slope: (v) => exponent * v ** (exponent - 1) })
      : tf.pow(x, asTensor(exponent));
  },
  maximum: binary((a, b) => tf.maximum(a, b)),
  minimum: binary((a, b) => tf.minimum(a, b)),
  matmul: binary((a, b) => tf.matMul(a, b)),
  dot: binary((a, b) => tf.dot(a, b)),
  floor_divide: binary((a, b) => untaped(() => tf.floor(tf.div(a, b)))),
  mod: binary((a, b) => tf.mod(a, b)),
  equal: comparison((a, b) => tf.equal(a, b)),
  not_equal: comparison((a, b) => tf.notEqual(a, b)),
  greater: comparison((a, b) => tf.greater(a, b)),
  greater_equal: comparison((a, b) => tf.greaterEqual(a, b)),
  less: comparison((a, b) => tf.less(a, b)),
  less_equal: comparison((a, b) => tf.lessEqual(a, b)),
  logical_not: unary((x) => untaped(() => tf.sub(1, tf.cast(x, 'float32')))),
  logical_and: comparison((a, b) => tf.mul(tf.cast(a, 'float32'), tf.cast(b, 'float32'))),
  logical_or: comparison((a, b) => tf.maximum(tf.cast(a, 'float32'), tf.cast(b, 'float32'))),
  negative: unary((x) => tf.neg(x)),
  absolute: unary((x) => tf.abs(x)),
  abs: unary((x) => tf.abs(x)),
  square: unary((x) => tf.square(x)),
  sqrt: unary((x) => tf.sqrt(x)),
  rsqrt: unary((x) => tf.rsqrt(x)),
  exp: mapped(Math.exp, (_x, y) => y),
  expm1: mapped(Math.expm1, (_x, y) => y + 1),
  log: mapped(Math.log, (x) => 1 / x),
  log1p: mapped(Math.log1p, (x) => 1 / (1 + x)),
  log2: mapped(Math.log2, (x) => 1 / (x * Math.LN2)),
  log10: mapped(Math.log10, (x) => 1 / (x * Math.LN10)),
  arcsin: mapped(Math.asin, (x) => 1 / Math.sqrt(1 - x * x)),
  arccos: mapped(Math.acos, (x) => -1 / Math.sqrt(1 - x * x)),
  arccosh: mapped(Math.acosh, (x) => 1 / Math.sqrt(x * x - 1)),
  arctanh: mapped(Math.atanh, (x) => 1 / (1 - x * x)),
  isnan: test((x) => Number.isNaN(x)),
  isinf: test((x) => x === Infinity || x === -Infinity),
  isfinite: test((x) => Number.isFinite(x)),
  tan: mapped(Math.tan, (_x, y) => 1 + y * y),
  sinh: mapped(Math.sinh, Math.cosh),
  cosh: mapped(Math.cosh, Math.sinh),
  arctan: mapped(Math.atan, (x) => 1 / (1 + x * x)),
  arcsinh: mapped(Math.asinh, (x) => 1 / Math.sqrt(1 + x * x)),
  erf: mapped(
    (x) => 1 - erfc(x),
    (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x),
  ),
  ceil: mapped(Math.ceil, () => 0),
  rint: mapped(Math.round, () => 0),
  nan_to_num: mapped(
    (x) => (Number.isNaN(x) ? 0 : x),
    (x) => (Number.isNaN(x) ? 0 : 1),
  ),
  sin: mapped(Math.sin, Math.cos),
  cos: mapped(Math.cos, (x) => -Math.sin(x)),
  sign: mapped(Math.sign, () => 0),
  floor: mapped(Math.floor, () => 0),
  round: mapped(Math.round, () => 0),
  reciprocal: mapped(
    (x) => 1 / x,
    (_x, y) => -y * y,
  ),
  clip: (a) => {
    const low = a.number('x_min', a.number('min_value', -Infinity));
    const high = a.number('x_max', a.number('max_value', Infinity));
    return elementwise(a.engine, a.tensor('x'), {
      f: (x) => Math.min(Math.max(x, low), high),
      slope: (x) => (x >= low && x <= high ? 1 : 0),
    });
  },
  where: (a) => {
    const condition = a.tensor('condition');
    return tf.where(
      untaped(() => tf.cast(condition, 'bool')),
      a.tensor('x1', 'x'),
      a.tensor('x2', 'y'),
    );
  },
  mean: reduction((x, axes, keep) => tf.mean(x, axes, keep)),
  sum: reduction((x, axes, keep) => tf.sum(x, axes, keep)),
  max: reduction((x, axes, keep) => reduceMax(x, axes, keep)),
  min: reduction((x, axes, keep) => tf.neg(reduceMax(tf.neg(x), axes, keep))),
  var: reduction(variance),
  std: reduction((x, axes, keep) => tf.sqrt(variance(x, axes, keep))),
  logsumexp: reduction((x, axes, keep) => tf.logSumExp(x, axes, keep)),
  norm: reduction((x, axes, keep) => tf.sqrt(tf.sum(tf.square(x), axes, keep))),
  prod: reduction((x, axes, keep) => tf.prod(x, axes, keep)),
  argmin: (a) => untaped(() => tf.argMin(a.tensor('x'), a.number('axis', -1))),
  argmax: (a) => untaped(() => tf.argMax(a.tensor('x'), a.number('axis', -1))),
  softmax: (a) => {
    const x = a.tensor('x');
    return softmax(x, [axisOf(a.value('axis'), x.rank, -1)]);
  },
  normalize: (a) => {
    const x = a.tensor('x');
    return normalizeAlong(x, axisOf(a.value('axis'), x.rank, -1));
  },
  l2_normalize: (a) => {
    const x = a.tensor('x');
    return normalizeAlong(x, axisOf(a.value('axis'), x.rank, -1));
  },
  reshape: (a) => {
    const x = a.tensor('x');
    const shape = numbers(a.value('newshape', 'target_shape', 'shape'));
    // a model is built for a variable batch: a first size of 1 or −1 stands for it where the rest fits
    const [first = -1, ...rest] = shape;
    return tf.reshape(
      x,
      rest.includes(-1) ? [first === -1 ? (x.shape[0] ?? 1) : first, ...rest] : [-1, ...rest],
    );
  },
  transpose: (a) => {
    const axes = numbers(a.value('axes', 'perm'));
    return axes.length === 0 ? tf.transpose(a.tensor('x')) : tf.transpose(a.tensor('x'), axes);
  },
  swapaxes: (a) => {
    const x = a.tensor('x');
    const one = axisOf(a.value('axis1'), x.rank, 0);
    const two = axisOf(a.value('axis2'), x.rank, 1);
    return tf.transpose(
      x,
      x.shape.map((_, i) => (i === one ? two : i === two ? one : i)),
    );
  },
  expand_dims: (a) => {
    const x = a.tensor('x');
    return tf.expandDims(x, axisOf(a.value('axis'), x.rank + 1, -1));
  },
  squeeze: (a) => {
    const x = a.tensor('x');
    const axes = numbers(a.value('axis'));
    return axes.length === 0
      ? tf.squeeze(x)
      : tf.squeeze(
          x,
          axes.map((axis) => (axis < 0 ? axis + x.rank : axis)),
        );
  },
  flip: (a) => tf.reverse(a.tensor('x'), numbers(a.value('axis'))),
  concatenate: (a) => {
    const xs = a.tensors('xs', 'values', 'tensors', 'x');
    return tf.concat(xs, axisOf(a.value('axis'), xs[0]?.rank ?? 1, 0));
  },
  stack: (a) => {
    const xs = a.tensors('x', 'values', 'tensors', 'xs');
    return tf.stack(xs, axisOf(a.value('axis'), (xs[0]?.rank ?? 1) + 1, 0));
  },
  unstack: (a) => unstack(a.tensor('x'), a.number('axis', 0)),
  split: (a) => {
    const x = a.tensor('x');
    const axis = axisOf(a.value('axis'), x.rank, 0);
    const at = a.value('indices_or_sections', 'num_or_size_splits');
    if (typeof at === 'number') {
      return at === 1 ? [x] : tf.split(x, at, axis);
    }
    const ends = [...numbers(at), x.shape[axis] ?? 0];
    return tf.split(
      x,
      ends.map((end, i) => end - (ends[i - 1] ?? 0)),
      axis,
    );
  },
  tile: (a) => {
    const x = a.tensor('x');
    const times = numbers(a.value('repeats', 'multiples'));
    const rank = Math.max(x.rank, times.length);
    const ones = (count: number) => Array<number>(count).fill(1);
    return tile(tf.reshape(x, [...ones(rank - x.rank), ...x.shape]), [
      ...ones(rank - times.length),
      ...times,
    ]);
  },
  repeat: (a) => {
    const x = a.tensor('x');
    return repeat(x, a.number('repeats', 1), axisOf(a.value('axis'), x.rank, 0));
  },
  pad: (a) => tf.pad(a.tensor('x'), a.value('pad_width', 'paddings') as unknown as [number, number][]),
  getitem: (a) => getItem(a.tensor('x', 'tensor'), a.value('key', 'index') as Json),
  get_item: (a) => getItem(a.tensor('x', 'tensor'), a.value('key', 'index') as Json),
  cast: (a) => {
    const x = a.tensor('x');
    const dtype = a.value('dtype');
    return typeof dtype === 'string' && dtype.startsWith('int') ? tf.cast(x, 'int32') : tf.cast(x, 'float32');
  },
  zeros_like: unary((x) => tf.zerosLike(x)),
  ones_like: unary((x) => tf.onesLike(x)),
  stop_gradient: (a) => untaped(() => tf.clone(a.tensor('variable', 'x'))),
  identity: unary((x) => x),
  loss_value: (a) => {
    const config = a.value('config') as Json;
    const loss = {
      className: textOf(a.value('class_name')),
      config: isConfig(config) ? config : {},
      weight: 1,
    };
    const compared = {
      engine: a.engine,
      target: a.tensor('y_true'),
      prediction: a.tensor('y_pred'),
      logits: a.logits('y_pred'),
      mask: null,
    };
    return a.flag('reduce') ? lossOf(loss, compared) : lossValues(loss, compared);
  },
  one_hot: (a) => oneHot(tf.cast(a.tensor('x'), 'int32'), a.number('num_classes', a.number('depth', 1))),
  take: (a) => tf.gather(a.tensor('x'), tf.cast(a.tensor('indices'), 'int32'), a.number('axis', 0)),
  cumsum: (a) => alongAxis(a, null, (x) => tf.cumsum(x, x.rank - 1)),
  cumprod: (a) =>
    alongAxis(a, null, (x) => {
      const parts = Array.from({ length: x.shape.at(-1) ?? 0 }, (_, i) =>
        tf.slice(
          x,
          x.shape.map((_s, k) => (k === x.rank - 1 ? i : 0)),
          x.shape.map((s, k) => (k === x.rank - 1 ? 1 : s)),
        ),
      );
      const products: tf.Tensor[] = [];
      for (const part of parts) {
        const before = products.at(-1);
        products.push(before === undefined ? part : tf.mul(before, part));
      }
      return tf.concat(products, x.rank - 1);
    }),
  sort: (a) =>
    alongAxis(a, -1, (x) => {
      const width = x.shape.at(-1) ?? 1;
      const places = sortOrder(x).map((i, k) => Math.floor(k / width) * width + i);
      return tf.reshape(tf.gather(tf.reshape(x, [-1]), tf.tensor1d(places, 'int32')), x.shape);
    }),
  argsort: (a) => untaped(() => alongAxis(a, -1, (x) => tf.tensor(sortOrder(x), x.shape, 'int32'))),
  roll: (a) => {
    const x = a.tensor('x');
    const axes = numbers(a.value('axis'));
    const shifts = numbers(a.value('shift'));
    const turn = (y: tf.Tensor, by: number, axis: number): tf.Tensor => {
      const size = y.shape[axis] ?? 1;
      const start = (((-by % size) + size) % size) % size;
      return start === 0
        ? y
        : tf.concat([sliceAxis(y, axis, start, null, null), sliceAxis(y, axis, 0, start, null)], axis);
    };
    return axes.length === 0
      ? tf.reshape(turn(tf.reshape(x, [-1]), shifts[0] ?? 0, 0), x.shape)
      : axes.reduce((y, axis, i) => turn(y, shifts[i] ?? shifts[0] ?? 0, axisOf(axis, x.rank, 0)), x);
  },
  triu: triangle((row, column, k) => column - row >= k),
  tril: triangle((row, column, k) => column - row <= k),
  full_like: (a) => {
    const x = a.tensor('x');
    return tf.add(tf.zerosLike(x), a.tensor('fill_value'));
  },
  any: reduction((x, axes, keep) => untaped(() => tf.cast(tf.any(tf.notEqual(x, 0), axes, keep), 'float32'))),
  all: reduction((x, axes, keep) => untaped(() => tf.cast(tf.all(tf.notEqual(x, 0), axes, keep), 'float32'))),
  count_nonzero: reduction((x, axes, keep) =>
    untaped(() => tf.sum(tf.cast(tf.notEqual(x, 0), 'float32'), axes, keep)),
  ),
  arctan2: binary((a, b) => tf.atan2(a, b)),
  logical_xor: comparison((a, b) => tf.abs(tf.sub(tf.cast(a, 'float32'), tf.cast(b, 'float32')))),
  tensordot: (a) => tensorDot(a.tensor('x1', 'a'), a.tensor('x2', 'b'), a.value('axes') ?? 2),
  outer: binary((a, b) => tf.mul(tf.reshape(a, [-1, 1]), tf.reshape(b, [1, -1]))),
};

const overAxis = ['softmax', 'log_softmax', 'glu', 'sparsemax'];

/** Whether the probe computes an operation of keras.ops. */
export function computesOperation(op: string): boolean {
  return (
    op in operations || ['variable', 'constant', ...overAxis].includes(op) || scalarActivation(op) !== null
  );
}

/** A raw tensor operation of the model: `x + y`, `keras.ops.mean(x, axis=1)`, an activation used as a function. */
/** Rows of the start table of a layer that the program calls outside of the model. */
function drawnRows(call: LayerCall, drawn: Value): Float32Array | null {
  if (!isConfig(drawn as Json)) {
    return null;
  }
  const { layer, table, initializer, rows } = drawn as Config;
  if (typeof layer !== 'string' || !isSerialized(initializer)) {
    return null;
  }
  const shape = numbers(table);
  const [count = 1, width = 1] = shape;
  const values = call.drawn(layer, {
    name: 'embeddings',
    shape,
    dtype: 'float32',
    trainable: false,
    initializer,
    regularizer: null,
    constraint: null,
  });
  const ids = numbers(rows).map((id) => Math.min(Math.max(id, 0), count - 1));
  const taken = new Float32Array(ids.length * width);
  ids.forEach((id, i) => taken.set(values.subarray(id * width, (id + 1) * width), i * width));
  return taken;
}

const operation: Forward = (call) => {
  const name = stringOf(call.config, 'op', call.className.toLowerCase()).replace(/^(keras\.)?ops\./, '');
  const given = isConfig(call.config['args']) ? call.config['args'] : {};
  const list = call.inputs['inputs'] ?? Object.values(call.inputs).flat();
  const resolve = (value: Json): Value => {
    if (isConfig(value) && typeof value['tensor'] === 'number') {
      return list[value['tensor']];
    }
    return isList(value) ? value.map(resolve) : value;
  };
  const value = (...names: string[]): Value => {
    const found = names.find((each) => each in given);
    return found === undefined ? undefined : resolve(given[found] as Json);
  };
  const args: Arguments = {
    engine: call.engine,
    value,
    tensor: (...names) => {
      const found = value(...names);
      return found === undefined ? asTensor(list[0]) : asTensor(found);
    },
    tensors: (...names) => {
      const found = value(...names);
      return Array.isArray(found) ? found.map((each: Value) => asTensor(each)) : [...list];
    },
    logits: (key) => {
      const operand = given[key];
      return isConfig(operand) && typeof operand['tensor'] === 'number'
        ? call.logits(operand['tensor'])
        : null;
    },
    number: (key, fallback) => {
      const found = value(key);
      return typeof found === 'number' ? found : fallback;
    },
    flag: (key) => value(key) === true,
    axes: (rank) => {
      const found = numbers(value('axis'));
      return found.length === 0
        ? Array.from({ length: rank }, (_, i) => i)
        : found.map((axis) => (axis < 0 ? axis + rank : axis));
    },
  };
  if (name === 'variable') {
    const [own] = call.weights;
    if (own !== undefined) {
      return own.tensor;
    }
  }
  if (name === 'constant') {
    const values = given['values'];
    if (isList(values)) {
      return tf.tensor(
        values.map(Number),
        numbers(given['shape'] as Value).map((size) => (size === -1 ? (list[0]?.shape[0] ?? 1) : size)),
        'float32',
      );
    }
    const rows = drawnRows(call, given['drawn']);
    if (rows !== null) {
      return tf.tensor(rows, numbers(given['shape'] as Value), 'float32');
    }
    throw new HumanError(
      'The model uses an array that the program computes and whose values cannot be told from the source. Write the array down, or compute it with operations on tensors, to have the model measured.',
    );
  }
  const run = operations[name];
  if (run !== undefined) {
    const made = run(args);
    return Array.isArray(made) ? { outputs: made, masks: made.map(() => null) } : made;
  }
  const settings = Object.fromEntries(
    Object.entries(given).filter(([, each]) => !(isConfig(each) && 'tensor' in each)),
  );
  if (scalarActivation(name) !== null || overAxis.includes(name)) {
    // the operation's own default, unlike that of keras.activations
    const defaults = name === 'gelu' ? { approximate: true } : {};
    return call.activate(
      args.tensor('x'),
      activationOf({ class_name: name, config: { ...defaults, ...settings } }),
    );
  }
  throw new HumanError(`The operation "${name}" of the model is not known to the probe.`);
};

export const operationLayers: ForwardTable = { Operation: operation };
