import type { RandomStream } from '../initializers/random';

/** [...places, channels] with at least two axes of places. */
export function isImage(shape: readonly number[]): boolean {
  return shape.length >= 3 && shape.slice(0, -1).every((size) => size > 1);
}

/** Class centres: smooth fields over images, otherwise an offset a feature and a coarse pattern over the other axes. */
export function centres(shape: readonly number[], classes: number, random: RandomStream): Float32Array[] {
  return Array.from({ length: classes }, () =>
    isImage(shape) ? smoothField(shape, random) : patternAndOffset(shape, random),
  );
}

/** Points to an axis between which a smooth field is interpolated. */
const fieldPoints = 4;

/**
 * A random field of the shape [...places, channels], interpolated linearly between a few points to an axis, with mean 0 and variance 1 over the places
 * of each channel: like in pictures, it is shapes that tell the classes, not how bright they are.
 */
export function smoothField(shape: readonly number[], random: RandomStream): Float32Array {
  const channels = shape.at(-1) ?? 1;
  const axes = shape.slice(0, -1);
  const points = axes.map((size) => Math.min(size, fieldPoints));
  const places = axes.reduce((a, b) => a * b, 1);
  const field = new Float32Array(places * channels);
  for (let c = 0; c < channels; c++) {
    let values: Float32Array = Float32Array.from({ length: points.reduce((a, b) => a * b, 1) }, () =>
      random.normal(),
    );
    // one axis after the other is stretched to its size
    axes.forEach((size, axis) => {
      const before = axes.slice(0, axis).reduce((a, b) => a * b, 1);
      const after = points.slice(axis + 1).reduce((a, b) => a * b, 1);
      values = stretched(values, { before, from: points[axis] ?? 1, to: size, after });
    });
    const mean = values.reduce((a, b) => a + b, 0) / places;
    const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / places);
    values.forEach((value, i) => {
      field[i * channels + c] = (value - mean) / (deviation || 1);
    });
  }
  return field;
}

interface Stretch {
  readonly before: number;
  readonly from: number;
  readonly to: number;
  readonly after: number;
}

/** Linear interpolation along the middle axis of [before, from, after]. */
function stretched(values: Float32Array, { before, from, to, after }: Stretch): Float32Array {
  const result = new Float32Array(before * to * after);
  for (let b = 0; b < before; b++) {
    for (let i = 0; i < to; i++) {
      const at = to === 1 ? 0 : (i * (from - 1)) / (to - 1);
      const low = Math.floor(at);
      const high = Math.min(from - 1, low + 1);
      for (let a = 0; a < after; a++) {
        const left = values[(b * from + low) * after + a] as number;
        const right = values[(b * from + high) * after + a] as number;
        result[(b * to + i) * after + a] = left + (at - low) * (right - left);
      }
    }
  }
  return result;
}

function patternAndOffset(shape: readonly number[], random: RandomStream): Float32Array {
  const features = shape.at(-1) ?? 1;
  const places = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  const cells = Math.min(places, 8);
  const offset = Float32Array.from({ length: features }, () => random.normal());
  const pattern = Float32Array.from({ length: cells * features }, () => random.normal());
  const centre = new Float32Array(places * features);
  for (let p = 0; p < places; p++) {
    const cell = Math.floor((p * cells) / places);
    for (let f = 0; f < features; f++) {
      centre[p * features + f] =
        places === 1
          ? (offset[f] as number)
          : Math.SQRT1_2 * ((offset[f] as number) + (pattern[cell * features + f] as number));
    }
  }
  return centre;
}
