import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import { fusedActivations, type FusedActivation, type Kernels, type Matrix } from './kernels';
import type { KernelExports } from './kernelExports';
import { referenceKernels } from './reference';
import { withSharedMemory } from './sharedMemory';
import type { Team } from './team';
import { recurrentKernels } from './wasmRecurrent';

/** The heap that kernels and backend share. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  free(address: number): void;
}

/** Bytes of the packed blocks of `gemm` (assembly/gemm.ts), or of a column of doubles. */
const scratchBytes = 4 * 384 * (512 + 4);

/** What one element of a plain loop costs, in multiply-adds of a matrix product. */
const elementWork = 8;

/** A module of kernels, and an instance of it. */
export interface LoadedKernels {
  readonly module: WebAssembly.Module;
  readonly own: KernelExports;
}

/** The fused build where the machine has it, else plain SIMD; on shared memory, where the memory is. */
export function loadKernels(folder: string, memory: WebAssembly.Memory): LoadedKernels {
  // on by default since V8 11.4, behind a flag in the V8 of Node 20; unknown flags are ignored
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  const read = (name: string) => new Uint8Array(fs.readFileSync(path.join(folder, name)));
  const relaxed = read('kernels-relaxed.wasm');
  const bytes = WebAssembly.validate(relaxed) ? relaxed : read('kernels.wasm');
  const shared = memory.buffer instanceof SharedArrayBuffer ? withSharedMemory(bytes) : null;
  const module = new WebAssembly.Module(shared ?? bytes);
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  return { module, own: instance.exports as unknown as KernelExports };
}

/** Our own kernels, for arrays on the heap; other arrays go the plain way. */
export function wasmKernels(own: KernelExports, heap: Heap, team: Team): Kernels {
  // one for each thread
  const scratch = heap.allocate(2 * scratchBytes);
  const kindOf = (kind: FusedActivation) => fusedActivations.indexOf(kind);
  const onHeap = (...arrays: readonly (Float32Array | null | undefined)[]) =>
    arrays.every((array) => array === null || array === undefined || array.buffer === heap.memory.buffer);
  const address = (array: Float32Array | null | undefined) => array?.byteOffset ?? 0;
  const place = ({ values, offset }: Matrix) => values.byteOffset + 4 * offset;
  /** Copies of the doubles at the start of the scratch. */
  const doubles = (count: number, arrays: number): Float64Array[] =>
    Array.from({ length: arrays }, (_, i) =>
      new Float64Array(heap.memory.buffer, scratch + 8 * count * i, count).slice(),
    );
  /** Puts vectors behind each other into the scratch; their addresses. */
  const put = (...vectors: readonly ArrayLike<number>[]): [number, number, number, number] => {
    const places = vectors.map((vector, i) => {
      const place = scratch + 4 * vector.length * i;
      new Float32Array(heap.memory.buffer, place, vector.length).set(vector);
      return place;
    });
    return places as [number, number, number, number];
  };
  const elements = (count: number, cost: number) => team.split(count, 16, elementWork * cost * count);
  const rowsOf = (count: number, columns: number) =>
    team.split(count / columns, Math.max(1, Math.floor(64 / columns)), elementWork * count);
  const columnsOf = (columns: number, rows: number) => team.split(columns, 4, elementWork * columns * rows);
  return {
    gemm(a, b, c, size, options = {}) {
      const { transposeA, transposeB, accumulate, bias, activation = 'linear' } = options;
      if (!onHeap(a.values, b.values, c.values, bias)) {
        referenceKernels.gemm(a, b, c, size, options);
        return;
      }
      const [aRow, aStep] = transposeA === true ? [1, a.stride] : [a.stride, 1];
      const [bRow, bStep] = transposeB === true ? [1, b.stride] : [b.stride, 1];
      const { rows, inner, columns } = size;
      const work = rows * inner * columns;
      const byRows = rows >= columns;
      team.run(
        'gemm',
        byRows ? team.split(rows, 4, work) : team.split(columns, 8, work),
        ([start, end], part) => [
          place(a) + (byRows ? 4 * start * aRow : 0),
          aRow,
          aStep,
          place(b) + (byRows ? 0 : 4 * start * bStep),
          bRow,
          bStep,
          place(c) + 4 * start * (byRows ? c.stride : 1),
          c.stride,
          byRows ? end - start : rows,
          inner,
          byRows ? columns : end - start,
          accumulate === true ? 1 : 0,
          bias === null || bias === undefined ? 0 : bias.byteOffset + (byRows ? 0 : 4 * start),
          kindOf(activation),
          scratch + part * scratchBytes,
        ],
      );
    },
    activation(x, out, kind) {
      if (kind === 'linear' || !onHeap(x, out)) {
        referenceKernels.activation(x, out, kind);
      } else {
        team.run('activation', elements(out.length, kind === 'relu' ? 1 : 4), ([start, end]) => [
          x.byteOffset + 4 * start,
          out.byteOffset + 4 * start,
          end - start,
          kindOf(kind),
        ]);
      }
    },
    activationGradient(d, y, out, kind) {
      if (kind === 'linear' || !onHeap(d, y, out)) {
        referenceKernels.activationGradient(d, y, out, kind);
      } else {
        team.run('activationGradient', elements(out.length, 1), ([start, end]) => [
          d.byteOffset + 4 * start,
          y.byteOffset + 4 * start,
          out.byteOffset + 4 * start,
          end - start,
          kindOf(kind),
        ]);
      }
    },
    columnSums(x, rows, columns, out) {
      if (!onHeap(x, out) || 8 * columns > scratchBytes) {
        referenceKernels.columnSums(x, rows, columns, out);
      } else {
        team.run('columnSums', columnsOf(columns, rows), ([start, end]) => [
          x.byteOffset + 4 * start,
          rows,
          end - start,
          columns,
          out.byteOffset + 4 * start,
          scratch + 8 * start,
        ]);
      }
    },
    scaleRows(x, columns, scale, shift, out) {
      if (!onHeap(x, scale, shift, out)) {
        referenceKernels.scaleRows(x, columns, scale, shift, out);
      } else {
        team.run('scaleRows', rowsOf(out.length, columns), ([start, end]) => [
          x.byteOffset + 4 * start * columns,
          end - start,
          columns,
          address(scale),
          address(shift),
          out.byteOffset + 4 * start * columns,
        ]);
      }
    },
    adam(w, m, v, g, step, squares = null) {
      if (!onHeap(w, m, v, g, squares)) {
        referenceKernels.adam(w, m, v, g, step, squares);
        return;
      }
      const { alpha, beta1, beta2, epsilon } = step;
      team.run('adam', elements(w.length, 2), ([start, end]) => [
        w.byteOffset + 4 * start,
        m.byteOffset + 4 * start,
        v.byteOffset + 4 * start,
        g.byteOffset + 4 * start,
        squares === null ? 0 : squares.byteOffset + 4 * start,
        end - start,
        alpha,
        1 - beta1,
        1 - beta2,
        epsilon,
      ]);
    },
    addScaled(w, g, factor) {
      if (onHeap(w, g)) {
        team.run('addScaled', elements(w.length, 1), ([start, end]) => [
          w.byteOffset + 4 * start,
          g.byteOffset + 4 * start,
          end - start,
          factor,
        ]);
      } else {
        referenceKernels.addScaled(w, g, factor);
      }
    },
    dotDifference: (g, a, b) =>
      onHeap(g, a, b)
        ? own.dotDifference(g.byteOffset, a.byteOffset, b.byteOffset, g.length)
        : referenceKernels.dotDifference(g, a, b),
    squaredDistance: (a, b) =>
      onHeap(a, b)
        ? own.squaredDistance(a.byteOffset, b.byteOffset, a.length)
        : referenceKernels.squaredDistance(a, b),
    countNonFinite: (x) =>
      onHeap(x) ? own.countNonFinite(x.byteOffset, x.length) : referenceKernels.countNonFinite(x),
    columnMoments(x, columns) {
      if (!onHeap(x) || 16 * columns > scratchBytes) {
        return referenceKernels.columnMoments(x, columns);
      }
      const rows = x.length / columns;
      team.run('columnMoments', columnsOf(columns, 2 * rows), ([start, end]) => [
        x.byteOffset + 4 * start,
        rows,
        end - start,
        columns,
        scratch + 8 * start,
        scratch + 8 * (columns + start),
      ]);
      const [mean, variance] = doubles(columns, 2);
      return { mean: mean as Float64Array, variance: variance as Float64Array };
    },
    centerAndScale(x, columns, out) {
      const count = columns.center.length;
      if (!onHeap(x, out) || 12 * count > scratchBytes) {
        referenceKernels.centerAndScale(x, columns, out);
        return;
      }
      const [center, scale, shift] = put(columns.center, columns.scale, columns.shift);
      team.run('centerAndScale', rowsOf(out.length, count), ([start, end]) => [
        x.byteOffset + 4 * start * count,
        end - start,
        count,
        center,
        scale,
        shift,
        out.byteOffset + 4 * start * count,
      ]);
    },
    columnProducts(d, x, columns) {
      const count = columns.center.length;
      if (!onHeap(d, x) || 24 * count > scratchBytes) {
        return referenceKernels.columnProducts(d, x, columns);
      }
      const center = scratch + 16 * count;
      new Float32Array(heap.memory.buffer, center, count).set(columns.center);
      const rows = d.length / count;
      team.run('columnProducts', columnsOf(count, 2 * rows), ([start, end]) => [
        d.byteOffset + 4 * start,
        x.byteOffset + 4 * start,
        rows,
        end - start,
        count,
        center + 4 * start,
        scratch + 8 * start,
        scratch + 8 * (count + start),
      ]);
      const [sums, products] = doubles(count, 2);
      return { sums: sums as Float64Array, products: products as Float64Array };
    },
    combineColumns(d, x, columns, out) {
      const count = columns.center.length;
      if (!onHeap(d, x, out) || 16 * count > scratchBytes) {
        referenceKernels.combineColumns(d, x, columns, out);
        return;
      }
      const [center, a, b, c] = put(columns.center, columns.a, columns.b, columns.c);
      team.run('combineColumns', rowsOf(out.length, count), ([start, end]) => [
        d.byteOffset + 4 * start * count,
        x.byteOffset + 4 * start * count,
        end - start,
        count,
        center,
        a,
        b,
        c,
        out.byteOffset + 4 * start * count,
      ]);
    },
    outputSums(x, batch) {
      const features = x.length / batch;
      if (x instanceof Int32Array || !onHeap(x) || 8 * (features + 8) > scratchBytes) {
        return referenceKernels.outputSums(x, batch);
      }
      own.outputSums(x.byteOffset, batch, features, scratch + 64, scratch);
      const [sum = 0, squares = 0, zeros = 0, nonFinite = 0, meanSquare = 0] = new Float64Array(
        heap.memory.buffer,
        scratch,
        5,
      );
      return { sum, squares, zeros, nonFinite, meanSquare };
    },
    squares: (x) => (onHeap(x) ? own.squares(x.byteOffset, x.length) : referenceKernels.squares(x)),
    countBeyond: (x, limit) =>
      onHeap(x) ? own.countBeyond(x.byteOffset, x.length, limit) : referenceKernels.countBeyond(x, limit),
    columnPeaks(x, columns) {
      if (!onHeap(x) || 4 * columns > scratchBytes) {
        return referenceKernels.columnPeaks(x, columns);
      }
      own.columnPeaks(x.byteOffset, x.length / columns, columns, scratch);
      return new Float32Array(heap.memory.buffer, scratch, columns).slice();
    },
    recurrent: recurrentKernels(own, team),
  };
}
