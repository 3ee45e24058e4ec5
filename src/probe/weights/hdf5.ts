import { HumanError } from '../../core/humanError';

/**
 * Reads the HDF5 files that Keras writes through h5py's defaults: superblock 0 to 3, version 1 object headers, symbol tables, contiguous or compact data.
 * Format: HDF5 File Format Specification 3.0, sections II to IV.
 */
export interface Hdf5Dataset {
  readonly path: string;
  readonly shape: readonly number[];
  /** Floats of 2, 4 or 8 bytes and integers as float32. */
  read(): Float32Array;
}

const messageTypes = { dataspace: 1, datatype: 3, layout: 8, continuation: 16, symbolTable: 17 } as const;

function refuse(what: string): HumanError {
  return new HumanError(
    `The weights file is not HDF5 as Keras writes it (${what}). Save the model again as a .keras file.`,
  );
}

interface Message {
  readonly type: number;
  readonly at: number;
}

class Hdf5Reader {
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  datasets(): Hdf5Dataset[] {
    if (String.fromCharCode(...this.bytes.subarray(1, 4)) !== 'HDF') {
      throw refuse('no HDF5 signature');
    }
    const version = this.byte(8);
    if (version > 1 || this.byte(13) !== 8 || this.byte(14) !== 8) {
      throw refuse(`superblock version ${version}`);
    }
    const rootEntry = version === 0 ? 56 : 60;
    const found: Hdf5Dataset[] = [];
    this.visit(this.offset(rootEntry + 8), '', found);
    return found;
  }

  private visit(header: number, path: string, found: Hdf5Dataset[]): void {
    const messages = this.messages(header);
    const table = messages.find(({ type }) => type === messageTypes.symbolTable);
    if (table !== undefined) {
      const heap = this.offset(this.offset(table.at + 8) + 24);
      for (const [name, child] of this.entries(this.offset(table.at), heap)) {
        this.visit(child, path === '' ? name : `${path}/${name}`, found);
      }
      return;
    }
    const [space, type, layout] = [messageTypes.dataspace, messageTypes.datatype, messageTypes.layout].map(
      (wanted) => messages.find((message) => message.type === wanted),
    );
    if (space !== undefined && type !== undefined && layout !== undefined) {
      const shape = this.shape(space.at);
      found.push({ path, shape, read: () => this.values(shape, type.at, layout.at) });
    }
  }

  private messages(header: number): Message[] {
    if (this.byte(header) !== 1) {
      throw refuse('object headers of a newer version');
    }
    const list: Message[] = [];
    const blocks: [number, number][] = [[header + 16, this.view.getUint32(header + 8, true)]];
    for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
      const [start, length] = block;
      for (let at = start; at + 8 <= start + length;) {
        const type = this.view.getUint16(at, true);
        const size = this.view.getUint16(at + 2, true);
        if (type === messageTypes.continuation) {
          blocks.push([this.offset(at + 8), this.offset(at + 16)]);
        }
        list.push({ type, at: at + 8 });
        at += 8 + size;
      }
    }
    return list;
  }

  /** Names and object headers below a version 1 B-tree of a group. */
  private *entries(node: number, heap: number): Generator<[string, number]> {
    if (this.signature(node) === 'TREE') {
      const count = this.view.getUint16(node + 6, true);
      for (let i = 0; i < count; i++) {
        yield* this.entries(this.offset(node + 32 + i * 16), heap);
      }
      return;
    }
    if (this.signature(node) !== 'SNOD') {
      throw refuse('an unknown kind of group');
    }
    const count = this.view.getUint16(node + 6, true);
    for (let i = 0; i < count; i++) {
      const entry = node + 8 + i * 40;
      yield [this.text(heap + this.offset(entry)), this.offset(entry + 8)];
    }
  }

  private shape(at: number): number[] {
    const version = this.byte(at);
    const rank = this.byte(at + 1);
    const first = at + (version === 1 ? 8 : 4);
    return Array.from({ length: rank }, (_, i) => this.offset(first + 8 * i));
  }

  private values(shape: readonly number[], type: number, layout: number): Float32Array {
    const kind = this.byte(type) & 15;
    const size = this.view.getUint32(type + 4, true);
    const signed = (this.byte(type + 1) & 8) !== 0;
    const version = this.byte(layout);
    const placement = this.byte(layout + 1);
    if (version !== 3 || placement > 1) {
      throw refuse('chunked or compressed data');
    }
    const start = placement === 0 ? layout + 4 : this.offset(layout + 2);
    const read = this.numbers(kind, size, signed);
    return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => read(start + i * size));
  }

  private numbers(kind: number, size: number, signed: boolean): (at: number) => number {
    const { view } = this;
    const readers: Readonly<Record<string, (at: number) => number>> = {
      '1:2': (at) => half(view.getUint16(at, true)),
      '1:4': (at) => view.getFloat32(at, true),
      '1:8': (at) => view.getFloat64(at, true),
      '0:1': (at) => (signed ? view.getInt8(at) : view.getUint8(at)),
      '0:2': (at) => (signed ? view.getInt16(at, true) : view.getUint16(at, true)),
      '0:4': (at) => (signed ? view.getInt32(at, true) : view.getUint32(at, true)),
      '0:8': (at) => Number(signed ? view.getBigInt64(at, true) : view.getBigUint64(at, true)),
    };
    const reader = readers[`${kind}:${size}`];
    if (reader === undefined) {
      throw refuse('values that are no numbers');
    }
    return reader;
  }

  private byte(at: number): number {
    return this.view.getUint8(at);
  }

  private offset(at: number): number {
    return Number(this.view.getBigUint64(at, true));
  }

  private signature(at: number): string {
    return String.fromCharCode(...this.bytes.subarray(at, at + 4));
  }

  private text(at: number): string {
    return new TextDecoder().decode(this.bytes.subarray(at, this.bytes.indexOf(0, at)));
  }
}

/** A 16-bit float. */
export function half(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) {
    return sign * fraction * 2 ** -24;
  }
  return exponent === 31
    ? fraction === 0
      ? sign * Infinity
      : NaN
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Every data set of the file, groups walked in the order of their names. */
export function readHdf5(bytes: Uint8Array): Hdf5Dataset[] {
  try {
    return new Hdf5Reader(bytes).datasets();
  } catch (error) {
    if (error instanceof RangeError) {
      throw refuse('it ends too early');
    }
    throw error;
  }
}
