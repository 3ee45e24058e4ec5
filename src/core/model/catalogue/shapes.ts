import type { Shape } from '../../report/report';
import { ShapeError } from './layerClass';

/** A size along one axis; null = unknown or variable. Arithmetic on null stays null. */
export type Size = number | null;

export function product(sizes: readonly Size[]): Size {
  return sizes.reduce<Size>((total, size) => (total === null || size === null ? null : total * size), 1);
}

export function scaled(size: Size, factor: number): Size {
  return size === null ? null : size * factor;
}

export function added(size: Size, amount: number): Size {
  return size === null ? null : size + amount;
}

/** Axes counted from the end are counted from the start. */
export function positiveAxis(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export function withAxis(shape: Shape, axis: number, size: Size): Shape {
  const at = positiveAxis(axis, shape.length);
  return shape.map((each, index) => (index === at ? size : each));
}

/** Throws in Keras' words where the input does not have so many axes. */
export function requireRank(shape: Shape, rank: number, className: string): void {
  if (shape.length !== rank) {
    throw new ShapeError(
      `Input 0 of layer "${className}" is incompatible with the layer: expected ndim=${rank}, found ndim=${shape.length}. Full shape received: ${shapeText(shape)}`,
    );
  }
}

/** As Python prints a shape: (None, 28, 28). */
export function shapeText(shape: Shape): string {
  return `(${shape.map((size) => size ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;
}

/** Output length of a convolution or pooling along one axis (TensorFlow's "valid" and "same" rules). */
export function windowed(size: Size, window: number, stride: number, padding: string, dilation = 1): Size {
  if (size === null) {
    return null;
  }
  const length = padding === 'same' || padding === 'causal' ? size : size - (window - 1) * dilation;
  const result = Math.ceil(length / stride);
  if (result <= 0) {
    throw new ShapeError(
      `Computed output size would be negative. Received: input size ${size}, window ${window}, stride ${stride}, dilation ${dilation}, padding "${padding}"`,
    );
  }
  return result;
}

/** Output length of a transposed convolution along one axis (keras 3.15, `compute_conv_transpose_output_shape`). */
export function transposed(
  size: Size,
  window: number,
  stride: number,
  padding: string,
  dilation: number,
  outputPadding: number | null,
): Size {
  if (size === null) {
    return null;
  }
  const kernel = (window - 1) * dilation + 1;
  if (outputPadding === null) {
    return padding === 'valid' ? size * stride + Math.max(kernel - stride, 0) : size * stride;
  }
  return (size - 1) * stride + kernel - (padding === 'same' ? 2 * Math.floor(kernel / 2) : 0) + outputPadding;
}

/** Shape of an elementwise operation, NumPy's rule; null meets 1 as null and a number as that number. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, index) => {
    const left = index < rank - a.length ? 1 : (a[index - rank + a.length] ?? null);
    const right = index < rank - b.length ? 1 : (b[index - rank + b.length] ?? null);
    if (left === 1 || left === right) {
      return right;
    }
    if (right === 1 || right === null) {
      return left;
    }
    if (left === null) {
      return right;
    }
    throw new ShapeError(
      `Operands could not be broadcast together with shapes ${shapeText(a)} and ${shapeText(b)}.`,
    );
  });
}

/** Where the channels of an input with `rank` axes stand. */
export function channelAxis(dataFormat: string, rank: number): number {
  return dataFormat === 'channels_first' ? 1 : rank - 1;
}

/** The spatial axes of an input with batch and channels. */
export function spatialAxes(dataFormat: string, rank: number): readonly number[] {
  const first = dataFormat === 'channels_first' ? 2 : 1;
  return Array.from({ length: rank - 2 }, (_, index) => index + first);
}
