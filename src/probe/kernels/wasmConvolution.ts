import type { Geometry } from '../layers/geometry';
import type { FusedActivation } from './kernels';
import { fusedActivations } from './kernels';
import type { KernelExports } from './kernelExports';
import type { Range, Team } from './team';
import type { Heap } from './wasmKernels';

/** Convolution on images (no third spatial axis), all arrays on the heap. Filters are [tap][channels / groups][outputs]. */
export interface ConvolutionKernels {
  /** Whether these kernels can do it. */
  fits(g: Geometry): boolean;
  /** Makes room; must be called before any array is looked at, since the heap may move. */
  reserve(g: Geometry, channels: number, outputs: number): void;
  forward(
    g: Geometry,
    x: Float32Array,
    filters: Float32Array,
    groups: number,
    bias: Float32Array | null,
    activation: FusedActivation,
    y: Float32Array,
  ): void;
  /** dx must be zero. */
  inputGradient(g: Geometry, dy: Float32Array, filters: Float32Array, groups: number, dx: Float32Array): void;
  /** dw must be zero. */
  filterGradient(g: Geometry, x: Float32Array, dy: Float32Array, groups: number, dw: Float32Array): void;
  /** Largest of each window; `winners` holds indices into x as integers, in an array of floats. */
  maxPool(g: Geometry, x: Float32Array, y: Float32Array, winners: Float32Array): void;
  /** dx must be zero. */
  maxPoolGradient(dy: Float32Array, winners: Float32Array, dx: Float32Array): void;
}

/** Winograd's algorithm pays where enough tiles share a filter's transform, and its sums fit the cache. */
const fewestTiles = 48;
const fewestChannels = 8;
const mostFilters = 1 << 18;

function suitsWinograd(g: Geometry, inner: number, outer: number): boolean {
  return (
    g.window[1] === 3 &&
    g.window[2] === 3 &&
    [g.stride, g.dilation].every(([, a, b]) => a === 1 && b === 1) &&
    inner % 4 === 0 &&
    outer % 4 === 0 &&
    Math.min(inner, outer) >= fewestChannels &&
    inner * outer <= mostFilters &&
    g.batch * Math.ceil(g.out[1] / 2) * Math.ceil(g.out[2] / 2) >= fewestTiles
  );
}

interface Tap {
  readonly id: number;
  /** Offset of the pixel that it sees from the result's own place. */
  readonly row: number;
  readonly column: number;
}

const blockPixels = 256;
/** What one value of a pool costs, in multiply-adds. */
const elementWork = 8;
const gatheredFloats = 1 << 15;

export function wasmConvolution(own: KernelExports, heap: Heap, team: Team): ConvolutionKernels {
  let start = 0;
  let room = 0;
  const ensure = (bytes: number) => {
    if (bytes > room) {
      if (start !== 0) {
        heap.free(start);
      }
      room = Math.ceil(bytes * 1.25);
      start = heap.allocate(room);
    }
  };
  /** The reserved room: taps' places, a pixel of zeros, then the rest. */
  const layout = (taps: number, widest: number) => {
    const rows = start;
    const columns = rows + 4 * taps;
    const ids = columns + 4 * taps;
    const zeros = (ids + 4 * taps + 15) & ~15;
    const rest = zeros + 4 * (widest + 8);
    return { rows, columns, ids, zeros, rest: (rest + 15) & ~15 };
  };
  const write = (place: number, values: readonly number[]) =>
    new Int32Array(heap.memory.buffer, place, values.length).set(values);
  const round8 = (n: number) => Math.ceil(n / 8) * 8;

  const taps = (g: Geometry): Tap[] => {
    const [, kh, kw] = g.window;
    return Array.from({ length: kh * kw }, (_, id) => ({
      id,
      row: Math.floor(id / kw) * g.dilation[1] - g.before[1],
      column: (id % kw) * g.dilation[2] - g.before[2],
    }));
  };

  /** Bytes for the packed filters, and for the blocks that each thread gathers. */
  const rooms = (count: number, channels: number, outputs: number) => {
    const widest = Math.max(channels, outputs);
    const packed = Math.max(channels * round8(outputs), outputs * round8(channels));
    const gathered = Math.max(gatheredFloats + 64, 4 * count * widest + 64) + 4096;
    const gradient = blockPixels * (4 + round8(outputs) + count);
    const winograd =
      count === 9
        ? 16 * packed +
          16 * own.winogradTiles(8) * (widest + 8 + round8(outputs)) +
          16 * 8 * (widest + round8(outputs))
        : 0;
    return {
      filters: 4 * (count === 9 ? 16 : count) * packed,
      scratch: 4 * (Math.max(gathered, gradient, winograd) + 64),
    };
  };
  const imagesOf = (g: Geometry, work: number) => team.split(g.batch, 1, work);

  return {
    fits: (g) => g.size[0] === 1 && g.window[0] === 1 && g.out[0] === 1,
    reserve(g, channels, outputs) {
      const count = g.window[1] * g.window[2];
      const { filters, scratch } = rooms(count, channels, outputs);
      ensure(4 * (3 * count + Math.max(channels, outputs) + 64) + filters + 2 * scratch);
    },
    forward(g, x, filters, groups, bias, activation, y) {
      const all = taps(g);
      const [, height, width] = g.size;
      const [, rows, columns] = g.out;
      const channels = x.length / (g.batch * height * width);
      const outputs = y.length / (g.batch * rows * columns);
      const [inner, outer] = [channels / groups, outputs / groups];
      const work = g.batch * rows * columns * all.length * inner * outer;
      const at = layout(all.length, Math.max(channels, outputs));
      write(
        at.rows,
        all.map(({ row }) => row),
      );
      write(
        at.columns,
        all.map(({ column }) => column),
      );
      new Float32Array(heap.memory.buffer, at.zeros, channels + 4).fill(0);
      const panels = at.rest;
      const size = rooms(all.length, channels, outputs);
      const scratch = (part: number) => panels + size.filters + part * size.scratch;
      if (suitsWinograd(g, inner, outer)) {
        for (let group = 0; group < groups; group++) {
          own.winogradFilters(
            filters.byteOffset + 4 * group * outer,
            inner * outputs,
            inner,
            outer,
            outputs,
            1,
            0,
            panels,
          );
          team.run('winograd', imagesOf(g, work), ([start, end], part) => [
            x.byteOffset + 4 * (start * height * width * channels + group * inner),
            end - start,
            height,
            width,
            inner,
            channels,
            y.byteOffset + 4 * (start * rows * columns * outputs + group * outer),
            rows * columns * outputs,
            columns * outputs,
            outputs,
            rows,
            columns,
            g.before[1],
            g.before[2],
            panels,
            outer,
            bias === null ? 0 : bias.byteOffset + 4 * group * outer,
            fusedActivations.indexOf(activation),
            at.zeros,
            scratch(part),
          ]);
        }
        return;
      }
      for (let group = 0; group < groups; group++) {
        own.pack(filters.byteOffset + 4 * group * outer, outputs, 1, all.length * inner, outer, panels);
        team.run('convolve', imagesOf(g, work), ([start, end], part) => [
          x.byteOffset + 4 * (start * height * width * channels + group * inner),
          end - start,
          height,
          width,
          inner,
          channels,
          y.byteOffset + 4 * (start * rows * columns * outputs + group * outer),
          rows * columns * outputs,
          columns * outputs,
          outputs,
          rows,
          columns,
          g.stride[1],
          g.stride[2],
          at.rows,
          at.columns,
          all.length,
          panels,
          outer,
          bias === null ? 0 : bias.byteOffset + 4 * group * outer,
          fusedActivations.indexOf(activation),
          at.zeros,
          scratch(part),
        ]);
      }
    },
    inputGradient(g, dy, filters, groups, dx) {
      const all = taps(g);
      const [, height, width] = g.size;
      const [, rows, columns] = g.out;
      const channels = dx.length / (g.batch * height * width);
      const outputs = dy.length / (g.batch * rows * columns);
      const [inner, outer] = [channels / groups, outputs / groups];
      const work = g.batch * rows * columns * all.length * inner * outer;
      const at = layout(all.length, Math.max(channels, outputs));
      new Float32Array(heap.memory.buffer, at.zeros, outputs + 4).fill(0);
      const panels = at.rest;
      const size = rooms(all.length, channels, outputs);
      const scratch = (part: number) => panels + size.filters + part * size.scratch;
      if (suitsWinograd(g, outer, inner)) {
        for (let group = 0; group < groups; group++) {
          own.winogradFilters(
            filters.byteOffset + 4 * group * outer,
            inner * outputs,
            outer,
            inner,
            1,
            outputs,
            1,
            panels,
          );
          team.run('winograd', imagesOf(g, work), ([start, end], part) => [
            dy.byteOffset + 4 * (start * rows * columns * outputs + group * outer),
            end - start,
            rows,
            columns,
            outer,
            outputs,
            dx.byteOffset + 4 * (start * height * width * channels + group * inner),
            height * width * channels,
            width * channels,
            channels,
            height,
            width,
            2 - g.before[1],
            2 - g.before[2],
            panels,
            inner,
            0,
            0,
            at.zeros,
            scratch(part),
          ]);
        }
        return;
      }
      const [, sa, sb] = g.stride;
      // pixels whose rows and columns leave the same rest see the same taps: a convolution of dy each
      for (let a = 0; a < Math.min(sa, height); a++) {
        for (let b = 0; b < Math.min(sb, width); b++) {
          const seen = all.filter(({ row, column }) => mod(a - row, sa) === 0 && mod(b - column, sb) === 0);
          if (seen.length === 0) {
            continue;
          }
          write(
            at.rows,
            seen.map(({ row }) => (a - row) / sa),
          );
          write(
            at.columns,
            seen.map(({ column }) => (b - column) / sb),
          );
          write(
            at.ids,
            seen.map(({ id }) => id),
          );
          for (let group = 0; group < groups; group++) {
            own.packTaps(
              filters.byteOffset + 4 * group * outer,
              at.ids,
              seen.length,
              inner * outputs,
              outer,
              inner,
              1,
              outputs,
              panels,
            );
            const images = imagesOf(g, (work * seen.length) / all.length / (sa * sb));
            team.run('convolve', images, ([start, end], thread) => [
              dy.byteOffset + 4 * (start * rows * columns * outputs + group * outer),
              end - start,
              rows,
              columns,
              outer,
              outputs,
              dx.byteOffset + 4 * (((start * height + a) * width + b) * channels + group * inner),
              height * width * channels,
              sa * width * channels,
              sb * channels,
              Math.ceil((height - a) / sa),
              Math.ceil((width - b) / sb),
              1,
              1,
              at.rows,
              at.columns,
              seen.length,
              panels,
              inner,
              0,
              0,
              at.zeros,
              scratch(thread),
            ]);
          }
        }
      }
    },
    filterGradient(g, x, dy, groups, dw) {
      const all = taps(g);
      const [, height, width] = g.size;
      const [, rows, columns] = g.out;
      const channels = x.length / (g.batch * height * width);
      const outputs = dy.length / (g.batch * rows * columns);
      const [inner, outer] = [channels / groups, outputs / groups];
      const work = g.batch * rows * columns * all.length * inner * outer;
      const at = layout(all.length, Math.max(channels, outputs));
      write(
        at.rows,
        all.map(({ row }) => row),
      );
      write(
        at.columns,
        all.map(({ column }) => column),
      );
      new Float32Array(heap.memory.buffer, at.zeros, Math.max(channels, outputs) + 4).fill(0);
      const size = rooms(all.length, channels, outputs);
      const scratch = (part: number) => at.rest + size.filters + part * size.scratch;
      // the longer side of dW is shared out; a thread transforms or gathers all of what stands on the other side
      const byOutputs = outer >= inner || !suitsWinograd(g, inner, outer);
      const parts = byOutputs ? team.split(outer, 8, work) : team.split(inner, 8, work);
      const outputsOf = (range: Range): Range => (byOutputs ? range : [0, outer]);
      const channelsOf = (range: Range): Range => (byOutputs ? [0, inner] : range);
      if (suitsWinograd(g, inner, outer)) {
        for (let group = 0; group < groups; group++) {
          team.run('winogradFilterGradient', parts, (range, part) => {
            const [firstOutput, lastOutput] = outputsOf(range);
            const [firstChannel, lastChannel] = channelsOf(range);
            return [
              x.byteOffset + 4 * (group * inner + firstChannel),
              g.batch,
              height,
              width,
              lastChannel - firstChannel,
              channels,
              dy.byteOffset + 4 * (group * outer + firstOutput),
              outputs,
              rows,
              columns,
              g.before[1],
              g.before[2],
              lastOutput - firstOutput,
              dw.byteOffset + 4 * (firstChannel * outputs + group * outer + firstOutput),
              outputs,
              inner * outputs,
              at.zeros,
              scratch(part),
            ];
          });
        }
        return;
      }
      for (let group = 0; group < groups; group++) {
        team.run('convolveFilter', parts, ([start, end], part) => [
          x.byteOffset + 4 * group * inner,
          g.batch,
          height,
          width,
          inner,
          channels,
          dy.byteOffset + 4 * (group * outer + start),
          outputs,
          rows,
          columns,
          g.stride[1],
          g.stride[2],
          at.rows,
          at.columns,
          all.length,
          end - start,
          dw.byteOffset + 4 * (group * outer + start),
          outputs,
          at.zeros,
          scratch(part),
        ]);
      }
    },
    maxPool(g, x, y, winners) {
      const [, height, width] = g.size;
      const [, rows, columns] = g.out;
      const channels = x.length / (g.batch * height * width);
      const work = elementWork * y.length * g.window[1] * g.window[2];
      team.run('maxPool', imagesOf(g, work), ([start, end]) => [
        x.byteOffset,
        start,
        end,
        height,
        width,
        channels,
        y.byteOffset,
        winners.byteOffset,
        rows,
        columns,
        g.window[1],
        g.window[2],
        g.stride[1],
        g.stride[2],
        g.dilation[1],
        g.dilation[2],
        g.before[1],
        g.before[2],
      ]);
    },
    maxPoolGradient: (dy, winners, dx) =>
      own.maxPoolGradient(dy.byteOffset, winners.byteOffset, dy.length, dx.byteOffset),
  };
}

function mod(a: number, n: number): number {
  return ((a % n) + n) % n;
}
