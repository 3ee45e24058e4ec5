import fs from 'node:fs';
import path from 'node:path';
import v8 from 'node:v8';
import { fusedActivations, type FusedActivation, type Kernels, type Matrix } from './kernels';
import type { KernelExports } from './kernelExports';
import { referenceKernels } from './reference';

/** The heap that kernels and backend share. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  free(address: number): void;
}

/** Bytes of the packed blocks of `gemm` (assembly/gemm.ts), or of a column of doubles. */
const scratchBytes = 4 * 384 * (512 + 4);

/** The fused build where the machine has it, else plain SIMD. */
export function loadKernels(folder: string, memory: WebAssembly.Memory): KernelExports {
  // on by default since V8 11.4, behind a flag in the V8 of Node 20; unknown flags are ignored
  v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  const read = (name: string) => new Uint8Array(fs.readFileSync(path.join(folder, name)));
  const relaxed = read('kernels-relaxed.wasm');
  const bytes = WebAssembly.validate(relaxed) ? relaxed : read('kernels.wasm');
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
  return instance.exports as unknown as KernelExports;
}

/** Our own kernels, for arrays on the heap; other arrays go the plain way. */
export function wasmKernels(own: KernelExports, heap: Heap): Kernels {
  const scratch = heap.allocate(scratchBytes);
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
  return {
    gemm(a, b, c, size, options = {}) {
      const { transposeA, transposeB, accumulate, bias, activation = 'linear' } = options;
      if (!onHeap(a.values, b.values, c.values, bias)) {
        referenceKernels.gemm(a, b, c, size, options);
        return;
      }
      own.gemm(
        place(a),
        transposeA === true ? 1 : a.stride,
        transposeA === true ? a.stride : 1,
        place(b),
        transposeB === true ? 1 : b.stride,
        transposeB === true ? b.stride : 1,
        place(c),
        c.stride,
        size.rows,
        size.inner,
        size.columns,
        accumulate === true ? 1 : 0,
        address(bias),
        kindOf(activation),
        scratch,
      );
    },
    activation(x, out, kind) {
      if (kind === 'linear' || !onHeap(x, out)) {
        referenceKernels.activation(x, out, kind);
      } else {
        own.activation(x.byteOffset, out.byteOffset, out.length, kindOf(kind));
      }
    },
    activationGradient(d, y, out, kind) {
      if (kind === 'linear' || !onHeap(d, y, out)) {
        referenceKernels.activationGradient(d, y, out, kind);
      } else {
        own.activationGradient(d.byteOffset, y.byteOffset, out.byteOffset, out.length, kindOf(kind));
      }
    },
    columnSums(x, rows, columns, out) {
      if (!onHeap(x, out) || 8 * columns > scratchBytes) {
        referenceKernels.columnSums(x, rows, columns, out);
      } else {
        own.columnSums(x.byteOffset, rows, columns, out.byteOffset, scratch);
      }
    },
    scaleRows(x, columns, scale, shift, out) {
      if (!onHeap(x, scale, shift, out)) {
        referenceKernels.scaleRows(x, columns, scale, shift, out);
      } else {
        own.scaleRows(
          x.byteOffset,
          out.length / columns,
          columns,
          address(scale),
          address(shift),
          out.byteOffset,
        );
      }
    },
    adam(w, m, v, g, step, squares = null) {
      if (!onHeap(w, m, v, g, squares)) {
        referenceKernels.adam(w, m, v, g, step, squares);
        return;
      }
      const { alpha, beta1, beta2, epsilon } = step;
      own.adam(
        w.byteOffset,
        m.byteOffset,
        v.byteOffset,
        g.byteOffset,
        address(squares),
        w.length,
        alpha,
        1 - beta1,
        1 - beta2,
        epsilon,
      );
    },
    addScaled(w, g, factor) {
      if (onHeap(w, g)) {
        own.addScaled(w.byteOffset, g.byteOffset, w.length, factor);
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
      own.columnMoments(x.byteOffset, x.length / columns, columns, scratch, scratch + 8 * columns);
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
      own.centerAndScale(x.byteOffset, out.length / count, count, center, scale, shift, out.byteOffset);
    },
    columnProducts(d, x, columns) {
      const count = columns.center.length;
      if (!onHeap(d, x) || 24 * count > scratchBytes) {
        return referenceKernels.columnProducts(d, x, columns);
      }
      const center = scratch + 16 * count;
      new Float32Array(heap.memory.buffer, center, count).set(columns.center);
      own.columnProducts(
        d.byteOffset,
        x.byteOffset,
        d.length / count,
        count,
        center,
        scratch,
        scratch + 8 * count,
      );
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
      own.combineColumns(
        d.byteOffset,
        x.byteOffset,
        out.length / count,
        count,
        center,
        a,
        b,
        c,
        out.byteOffset,
      );
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
    lstm: {
      forward: (z, a, c, h, batch, units) =>
        own.lstmForward(z.byteOffset, a.byteOffset, c.byteOffset, h.byteOffset, batch, units),
      backward: (a, c, dh, dOut, dc, dz, batch, units) =>
        own.lstmBackward(
          a.byteOffset,
          c.byteOffset,
          dh.byteOffset,
          address(dOut),
          dc.byteOffset,
          dz.byteOffset,
          batch,
          units,
        ),
    },
  };
}
