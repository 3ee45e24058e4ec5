import type { KernelExports } from './kernelExports';
import type { Outputs, RecurrentKernels, SequenceSize } from './kernels';
import type { Team } from './team';

/** Rows of a matrix that the kernels pack at a time (assembly/recurrent.ts). */
const blockRows = 32;

const round8 = (n: number): number => Math.ceil(n / 8) * 8;

/** Packed weights: inner rows of `columns` values, in panels of eight. */
const panelFloats = (inner: number, columns: number): number => inner * round8(columns);

/** Room of one thread, for packed rows and for products of the GRU. */
const rowFloats = ({ batch, units }: SequenceSize, gates: number): number =>
  gates * units * (blockRows + batch) + 16;

/** Sequences on the heap; batch rows, which do not meet before the weights' gradients, are shared out between threads. */
export function recurrentKernels(own: KernelExports, team: Team): RecurrentKernels {
  const at = (array: Float32Array | null) => array?.byteOffset ?? 0;
  const outputs = (y: Outputs | null) => [at(y?.values ?? null), y?.row ?? 0, y?.step ?? 0] as const;
  const rowsOf = ({ time, batch, units }: SequenceSize, gates: number) =>
    team.split(batch, 4, time * batch * gates * units * (units + 32));
  /** Packs U [units, gates · units], or its transpose, and says where each thread's room is. */
  const prepare = (
    weights: Float32Array,
    scratch: Float32Array,
    size: SequenceSize,
    gates: number,
    transposed: boolean,
  ) => {
    const { units } = size;
    const wide = gates * units;
    const panels = scratch.byteOffset;
    if (transposed) {
      own.pack(weights.byteOffset, 1, wide, wide, units, panels);
    } else {
      own.pack(weights.byteOffset, wide, 1, units, wide, panels);
    }
    const rooms = panels + 4 * Math.max(panelFloats(units, wide), panelFloats(wide, units));
    return { panels, room: (part: number) => rooms + 4 * part * rowFloats(size, gates) };
  };
  return {
    scratchOf: (size, gates) =>
      Math.max(panelFloats(size.units, gates * size.units), panelFloats(gates * size.units, size.units)) +
      2 * rowFloats(size, gates),
    swapAxes: (from, to, [a, b, width], reversed) =>
      own.swapAxes(
        from.byteOffset,
        to.byteOffset,
        a,
        b,
        width,
        reversed === 'first' ? 1 : 0,
        reversed === 'second' ? 1 : 0,
      ),
    lstmForward({ z, c, h, bent, weights, scratch }, y, size) {
      const { panels, room } = prepare(weights, scratch, size, 4, false);
      team.run('lstmForward', rowsOf(size, 4), ([start, end], part) => [
        at(z),
        at(c),
        at(h),
        at(bent),
        ...outputs(y),
        panels,
        size.time,
        size.batch,
        start,
        end - start,
        size.units,
        room(part),
      ]);
    },
    lstmBackward({ gates, c, bent, dh, dc, dz, weights, scratch }, dy, size) {
      const { panels, room } = prepare(weights, scratch, size, 4, true);
      team.run('lstmBackward', rowsOf(size, 4), ([start, end], part) => [
        at(gates),
        at(c),
        at(bent),
        ...outputs(dy),
        at(dh),
        at(dc),
        at(dz),
        panels,
        size.time,
        size.batch,
        start,
        end - start,
        size.units,
        room(part),
      ]);
    },
    gruForward({ z, h, inner, weights, scratch }, bias, y, size) {
      const { panels, room } = prepare(weights, scratch, size, 3, false);
      team.run('gruForward', rowsOf(size, 3), ([start, end], part) => [
        at(z),
        at(h),
        at(inner),
        ...outputs(y),
        panels,
        at(bias),
        size.time,
        size.batch,
        start,
        end - start,
        size.units,
        room(part),
      ]);
    },
    gruBackward({ gates, h, inner, dh, dz, dr, weights, scratch }, dy, size) {
      const { panels, room } = prepare(weights, scratch, size, 3, true);
      team.run('gruBackward', rowsOf(size, 3), ([start, end], part) => [
        at(gates),
        at(h),
        at(inner),
        ...outputs(dy),
        at(dh),
        at(dz),
        at(dr),
        panels,
        size.time,
        size.batch,
        start,
        end - start,
        size.units,
        room(part),
      ]);
    },
  };
}
