import assert from 'node:assert/strict';
import type { Engine } from '../../../src/probe/engine/engine';
import { loadEngine } from '../../../src/probe/engine/loadEngine';
import { scope } from '../../../src/probe/engine/scope';
import { RandomStream } from '../../../src/probe/initializers/random';
import type { ConvolutionKernels } from '../../../src/probe/kernels/wasmConvolution';
import { eachPair, type Geometry, slide, volume } from '../../../src/probe/layers/geometry';

interface Case {
  readonly batch: number;
  readonly size: readonly [number, number];
  readonly window: readonly [number, number];
  readonly stride?: number;
  readonly dilation?: number;
  readonly channels: number;
  readonly outputs: number;
  readonly groups?: number;
  readonly padding: 'same' | 'valid';
}

/** Odd images, batch 1, channels that are no multiples of four or eight, and 3×3 windows that go by Winograd's algorithm. */
const cases: readonly Case[] = [
  { batch: 2, size: [13, 11], window: [3, 3], channels: 8, outputs: 12, padding: 'same' },
  { batch: 3, size: [12, 14], window: [3, 3], channels: 16, outputs: 16, padding: 'valid' },
  { batch: 1, size: [15, 16], window: [3, 3], channels: 20, outputs: 8, padding: 'same' },
  { batch: 2, size: [16, 16], window: [3, 3], channels: 68, outputs: 76, padding: 'same' },
  { batch: 2, size: [15, 15], window: [3, 3], channels: 24, outputs: 16, groups: 2, padding: 'same' },
  { batch: 2, size: [9, 9], window: [3, 3], channels: 3, outputs: 5, padding: 'same' },
  { batch: 2, size: [13, 12], window: [3, 3], stride: 2, channels: 8, outputs: 8, padding: 'same' },
  { batch: 2, size: [13, 12], window: [3, 3], dilation: 2, channels: 8, outputs: 8, padding: 'same' },
  { batch: 1, size: [9, 8], window: [5, 2], channels: 6, outputs: 9, padding: 'valid' },
  { batch: 40, size: [2, 2], window: [3, 3], channels: 8, outputs: 8, padding: 'same' },
];

function agree(actual: Float32Array, expected: Float64Array, what: string): void {
  const largest = expected.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-9);
  expected.forEach((value, i) => {
    const error = Math.abs(actual[i]! - value) / largest;
    assert.ok(error < 3e-6, `${what}[${i}]: ${actual[i]} instead of ${value}`);
  });
}

function geometry({ batch, size, window, stride = 1, dilation = 1, padding }: Case): Geometry {
  return slide(batch, size, window, [stride, stride], [dilation, dilation], padding);
}

/** Visits (index into x, into the filters, into y) of every product. */
function products(one: Case, visit: (x: number, w: number, y: number) => void): void {
  const g = geometry(one);
  const { channels, outputs, groups = 1 } = one;
  const [inner, outer] = [channels / groups, outputs / groups];
  eachPair(g, (pixel, out, tap) => {
    for (let n = 0; n < g.batch; n++) {
      for (let c = 0; c < inner; c++) {
        for (let o = 0; o < outputs; o++) {
          visit(
            (n * volume(g.size) + pixel) * channels + Math.floor(o / outer) * inner + c,
            (tap * inner + c) * outputs + o,
            (n * volume(g.out) + out) * outputs + o,
          );
        }
      }
    }
  });
}

describe('convolution kernels', () => {
  let engine: Engine;
  let own: ConvolutionKernels;
  before(async () => {
    engine = await loadEngine('wasm');
    own = engine.convolution!;
  });
  const stream = new RandomStream('convolution kernels');
  const random = (size: number): Float32Array => Float32Array.from({ length: size }, () => stream.normal());
  /** An array where the kernels compute. */
  const arrays = (...values: Float32Array[]): (() => Float32Array)[] =>
    engine
      .produce(
        values.map(({ length }) => [length]),
        (made) => made.forEach((to, i) => to.set(values[i]!)),
      )
      .map((tensor) => () => engine.view(tensor) as Float32Array);

  for (const one of cases) {
    it(`agrees with the definition: ${JSON.stringify(one)}`, () =>
      scope(() => {
        const g = geometry(one);
        const { channels, outputs, groups = 1 } = one;
        const [x, w, dy, bias] = [
          random(g.batch * volume(g.size) * channels),
          random((volume(g.window) * channels * outputs) / groups),
          random(g.batch * volume(g.out) * outputs),
          random(outputs),
        ];
        const expected = {
          y: new Float64Array(dy.length),
          dx: new Float64Array(x.length),
          dw: new Float64Array(w.length),
        };
        expected.y.forEach((_, i) => (expected.y[i] = bias[i % outputs]!));
        products(one, (ix, iw, iy) => {
          expected.y[iy]! += x[ix]! * w[iw]!;
          expected.dx[ix]! += dy[iy]! * w[iw]!;
          expected.dw[iw]! += dy[iy]! * x[ix]!;
        });
        own.reserve(g, channels, outputs);
        const empty = [dy, x, w].map(({ length }) => new Float32Array(length));
        const [hx, hw, hdy, hb, y, dx, dw] = arrays(x, w, dy, bias, ...empty);
        own.forward(g, hx!(), hw!(), groups, hb!(), 'relu', y!());
        own.inputGradient(g, hdy!(), hw!(), groups, dx!());
        own.filterGradient(g, hx!(), hdy!(), groups, dw!());
        agree(
          y!(),
          expected.y.map((value) => Math.max(0, value)),
          'y',
        );
        agree(dx!(), expected.dx, 'dx');
        agree(dw!(), expected.dw, 'dw');
      }));
  }

  it('pools as the definition says, the first largest wins, NaN too', () =>
    scope(() => {
      for (const [size, window, stride, padding, channels] of [
        [[7, 6], 3, 2, 'same', 5],
        [[6, 6], 2, 2, 'valid', 8],
        [[5, 7], 2, 1, 'same', 3],
      ] as const) {
        const g = slide(2, size, [window, window], [stride, stride], [], padding);
        const x = random(g.batch * volume(g.size) * channels).map((value) => Math.round(2 * value));
        x[4] = NaN;
        const outs = g.batch * volume(g.out) * channels;
        const [hx, y, winners, dx] = arrays(
          x,
          new Float32Array(outs),
          new Float32Array(outs),
          x.map(() => 0),
        );
        own.maxPool(g, hx!(), y!(), winners!());
        own.maxPoolGradient(y!(), winners!(), dx!());
        const best = new Float32Array(outs);
        const places = new Int32Array(outs).fill(-1);
        eachPair(g, (pixel, out) => {
          for (let n = 0; n < g.batch; n++) {
            for (let c = 0; c < channels; c++) {
              const [from, to] = [
                (n * volume(g.size) + pixel) * channels + c,
                (n * volume(g.out) + out) * channels + c,
              ];
              const wins = x[from]! > best[to]! || (Number.isNaN(x[from]) && !Number.isNaN(best[to]));
              if (places[to] === -1 || wins) {
                best[to] = x[from]!;
                places[to] = from;
              }
            }
          }
        });
        const back = new Float32Array(x.length);
        places.forEach((place, i) => (back[place]! += best[i]!));
        assert.deepEqual([...y!()], [...best]);
        assert.deepEqual([...new Int32Array(winners!().buffer, winners!().byteOffset, outs)], [...places]);
        assert.deepEqual([...dx!()], [...back]);
      }
    }));
});
