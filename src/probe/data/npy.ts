import { unzipSync } from 'fflate';
import { HumanError } from '../../core/humanError';
import { half } from '../weights/hdf5';

/** An array of numbers as NumPy saved it, in row-major order. */
export interface NumberArray {
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

type Read = (view: DataView, at: number) => number;

const readers: Readonly<
  Record<string, { readonly size: number; readonly integer: boolean; readonly read: Read }>
> = {
  f2: { size: 2, integer: false, read: (v, at) => half(v.getUint16(at, true)) },
  f4: { size: 4, integer: false, read: (v, at) => v.getFloat32(at, true) },
  f8: { size: 8, integer: false, read: (v, at) => v.getFloat64(at, true) },
  i1: { size: 1, integer: true, read: (v, at) => v.getInt8(at) },
  i2: { size: 2, integer: true, read: (v, at) => v.getInt16(at, true) },
  i4: { size: 4, integer: true, read: (v, at) => v.getInt32(at, true) },
  i8: { size: 8, integer: true, read: (v, at) => Number(v.getBigInt64(at, true)) },
  u1: { size: 1, integer: true, read: (v, at) => v.getUint8(at) },
  u2: { size: 2, integer: true, read: (v, at) => v.getUint16(at, true) },
  u4: { size: 4, integer: true, read: (v, at) => v.getUint32(at, true) },
  u8: { size: 8, integer: true, read: (v, at) => Number(v.getBigUint64(at, true)) },
  b1: { size: 1, integer: true, read: (v, at) => v.getUint8(at) },
};

/** NumPy's `.npy` format, versions 1 to 3 (numpy.lib.format). */
export function readNpy(bytes: Uint8Array, name: string): NumberArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || String.fromCharCode(...bytes.subarray(1, 6)) !== 'NUMPY') {
    throw new HumanError(`${name} is no array saved by NumPy.`);
  }
  const long = view.getUint8(6) > 1;
  const length = long ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = (long ? 12 : 10) + length;
  const header = new TextDecoder().decode(bytes.subarray(long ? 12 : 10, start));
  const type = /'descr':\s*'([<>|=]?)([a-z]\d+)'/.exec(header);
  const shapeText = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '';
  const reader = readers[type?.[2] ?? ''];
  if (reader === undefined || type?.[1] === '>') {
    throw new HumanError(
      `The array ${name} holds no numbers that can be read (${type?.[0] ?? 'unknown type'}). Save it as float32 or int32.`,
    );
  }
  const shape = shapeText
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(Number);
  const count = shape.reduce((a, b) => a * b, 1);
  const values = reader.integer ? new Int32Array(count) : new Float32Array(count);
  const columnMajor = /'fortran_order':\s*True/.test(header);
  for (let i = 0; i < count; i++) {
    values[columnMajor ? rowMajor(i, shape) : i] = reader.read(view, start + i * reader.size);
  }
  return { shape, values };
}

/** Where the i-th element in column-major order stands in row-major order. */
function rowMajor(index: number, shape: readonly number[]): number {
  let rest = index;
  let place = 0;
  let stride = shape.reduce((a, b) => a * b, 1);
  for (const size of shape) {
    stride /= size;
    place += (rest % size) * stride;
    rest = Math.floor(rest / size);
  }
  return place;
}

/** The arrays of an `.npz` by name, stored or deflated. */
export function readNpz(bytes: Uint8Array): Map<string, NumberArray> {
  return new Map(
    Object.entries(unzipSync(bytes)).map(([name, part]) => [name.replace(/\.npy$/, ''), readNpy(part, name)]),
  );
}
