import type { Config } from '../../core/model/spec';
import { numbersOf, stringOf } from '../../core/model/catalogue/configAccess';
import * as tf from '../engine/tf';

/**
 * How a window slides over an image, always with three spatial axes (missing ones have size 1): convolution and pooling of any rank are
 * the same loops.
 */
export interface Geometry {
  readonly batch: number;
  readonly size: Triple;
  readonly window: Triple;
  readonly stride: Triple;
  readonly dilation: Triple;
  /** Padding before the first element. */
  readonly before: Triple;
  readonly out: Triple;
}
export type Triple = readonly [number, number, number];

function triple(values: readonly number[], fill: number): Triple {
  const [a = fill, b = fill, c = fill] = [
    ...Array<number>(Math.max(0, 3 - values.length)).fill(fill),
    ...values,
  ].slice(-3);
  return [a, b, c];
}

export function volume([a, b, c]: Triple): number {
  return a * b * c;
}

/** TensorFlow's rules for `same` (the odd element of padding goes behind), `valid` and `causal`. */
export function slide(
  batch: number,
  size: readonly number[],
  window: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
  padding: string,
): Geometry {
  const before: number[] = [];
  const out: number[] = [];
  size.forEach((length, axis) => {
    const reach = ((window[axis] ?? 1) - 1) * (dilation[axis] ?? 1) + 1;
    const step = stride[axis] ?? 1;
    if (padding === 'valid') {
      before.push(0);
      out.push(Math.max(0, Math.ceil((length - reach + 1) / step)));
    } else if (padding === 'causal') {
      before.push(reach - 1);
      out.push(Math.ceil(length / step));
    } else {
      const count = Math.ceil(length / step);
      before.push(Math.floor(Math.max(0, (count - 1) * step + reach - length) / 2));
      out.push(count);
    }
  });
  return {
    batch,
    size: triple(size, 1),
    window: triple(window, 1),
    stride: triple(stride, 1),
    dilation: triple(dilation, 1),
    before: triple(before, 0),
    out: triple(out, 1),
  };
}

/** A number or list in the configuration as one number a spatial axis. */
export function perAxis(config: Config, name: string, rank: number, fallback: number): number[] {
  const values = numbersOf(config, name);
  return Array.from({ length: rank }, (_, axis) => values[axis] ?? values[0] ?? fallback);
}

export function isChannelsFirst(config: Config): boolean {
  return stringOf(config, 'data_format') === 'channels_first';
}

/** Moves the channels to the end, runs, and moves them back. */
export function channelsLast(x: tf.Tensor, config: Config, run: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  if (!isChannelsFirst(config)) {
    return run(x);
  }
  const axes = Array.from({ length: x.rank }, (_, i) => i);
  const last = run(tf.transpose(x, [0, ...axes.slice(2), 1]));
  return last.rank === x.rank ? tf.transpose(last, [0, x.rank - 1, ...axes.slice(1, -1)]) : last;
}

/** Calls `visit(input position, output position, tap)` for every pair that the window joins, batch left out; positions count pixels. */
export function eachPair(g: Geometry, visit: (from: number, to: number, tap: number) => void): void {
  const [d, h, w] = g.size;
  const [od, oh, ow] = g.out;
  const [kd, kh, kw] = g.window;
  for (let z = 0; z < od; z++) {
    for (let y = 0; y < oh; y++) {
      for (let x = 0; x < ow; x++) {
        const to = (z * oh + y) * ow + x;
        for (let i = 0; i < kd; i++) {
          const iz = z * g.stride[0] + i * g.dilation[0] - g.before[0];
          if (iz < 0 || iz >= d) {
            continue;
          }
          for (let j = 0; j < kh; j++) {
            const iy = y * g.stride[1] + j * g.dilation[1] - g.before[1];
            if (iy < 0 || iy >= h) {
              continue;
            }
            for (let k = 0; k < kw; k++) {
              const ix = x * g.stride[2] + k * g.dilation[2] - g.before[2];
              if (ix >= 0 && ix < w) {
                visit((iz * h + iy) * w + ix, to, (i * kh + j) * kw + k);
              }
            }
          }
        }
      }
    }
  }
}
