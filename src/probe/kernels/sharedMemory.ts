/** Bits of a memory's limits in a WebAssembly binary: it has a maximum, it is shared. */
const hasMaximum = 1;
const isShared = 2;
const importSection = 2;
const memorySection = 5;
const headerBytes = 8;
const functionKind = 0;
const memoryKind = 2;

/**
 * The same WebAssembly module with its memory, its own or imported, declared as shared between threads: one bit (WebAssembly core
 * specification, threads, "limits"). Null where the module declares no memory with a maximum, which a shared one must have.
 */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const bytes = Uint8Array.from(module);
  let at = headerBytes;
  const integer = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        return value >>> 0;
      }
    }
  };
  const share = (): Uint8Array<ArrayBuffer> | null => {
    const limits = bytes[at] ?? 0;
    if ((limits & hasMaximum) === 0) {
      return null;
    }
    bytes[at] = limits | isShared;
    return bytes;
  };
  while (at < bytes.length) {
    const section = integer();
    const size = integer();
    const end = at + size;
    if (section === memorySection && integer() > 0) {
      return share();
    }
    if (section === importSection) {
      for (let count = integer(); count > 0 && at < end; count--) {
        for (const _ of ['module', 'name']) {
          const length = integer();
          at += length;
        }
        const kind = integer();
        if (kind === memoryKind) {
          return share();
        }
        if (kind !== functionKind) {
          break;
        }
        integer();
      }
    }
    at = end;
  }
  return null;
}
