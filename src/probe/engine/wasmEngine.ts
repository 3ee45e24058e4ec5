import { type BackendWasm, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HumanError } from '../../core/humanError';
import { type Kernels, matrix } from '../kernels/kernels';
import { withSharedMemory } from '../kernels/sharedMemory';
import { Helper, Team } from '../kernels/team';
import { wasmConvolution } from '../kernels/wasmConvolution';
import { loadKernels, wasmKernels } from '../kernels/wasmKernels';
import { bridgeMissingKernels } from './cpuBridge';
import type { Engine } from './engine';
import * as tf from './tf';

interface EmscriptenModule {
  _malloc(bytes: number): number;
  _free(address: number): void;
}

/** Where a started backend keeps its memory for us: another copy of this module in the same process finds it there. */
const memoryKey = Symbol.for('gradient-doctor.wasm-memory');

/**
 * Starts the backend and keeps the memory of the WebAssembly module that it instantiates: the backend hides its own. Where there are cores for
 * a second thread, that memory is made a shared one.
 */
async function startBackend(): Promise<WebAssembly.Memory> {
  const original = WebAssembly.instantiate;
  let memory: WebAssembly.Memory | null = null;
  const instantiate = original as (
    ...args: unknown[]
  ) => Promise<WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource>;
  const watch = async (source: unknown, ...rest: unknown[]) => {
    const shared =
      os.availableParallelism() > 1 && (source instanceof Uint8Array || source instanceof ArrayBuffer)
        ? withSharedMemory(new Uint8Array(source))
        : null;
    // a shared memory claims addresses up to its maximum, which may be refused
    const result = await instantiate(shared ?? source, ...rest).catch((error: unknown) => {
      if (shared === null) {
        throw error;
      }
      return instantiate(source, ...rest);
    });
    const { exports } = 'instance' in result ? result.instance : result;
    memory =
      Object.values(exports).find(
        (value): value is WebAssembly.Memory => value instanceof WebAssembly.Memory,
      ) ?? memory;
    return result;
  };
  WebAssembly.instantiate = watch as typeof WebAssembly.instantiate;
  try {
    const started = await tf.setBackend('wasm');
    const backend = tf.backend() as { [memoryKey]?: WebAssembly.Memory | undefined };
    backend[memoryKey] ??= memory ?? undefined;
    const found = backend[memoryKey];
    if (!started || found === undefined) {
      throw new Error('TensorFlow.js could not start its WebAssembly backend.');
    }
    return found;
  } finally {
    WebAssembly.instantiate = original;
  }
}

/** The folder of the WebAssembly files: that of the bundle, or one above it (test bundles lie deeper). */
function assetFolder(): string {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'kernels.wasm'))) {
      return folder;
    }
    if (folder === path.dirname(folder)) {
      throw new HumanError('The WebAssembly files of the probe are missing. Install Gradient Doctor again.');
    }
  }
}

/** The engine shipped in the package: WebAssembly with SIMD, beside the bundle. */
export async function loadWasmEngine(): Promise<Engine> {
  const folder = assetFolder();
  setWasmPaths(`${folder}${path.sep}`);
  const memory = await startBackend();
  const backend = tf.backend() as BackendWasm;
  const view = (tensor: tf.TensorInfo) => backend.typedArrayFromHeap(tensor) as Float32Array;
  const make = (shape: readonly number[], dtype: tf.DataType) => backend.makeOutput([...shape], dtype);
  const module = backend.wasm as unknown as EmscriptenModule;
  const heap = {
    memory,
    allocate: (bytes: number) => module._malloc(bytes) >>> 0,
    free: (address: number) => module._free(address),
  };
  const { module: kernelModule, own } = loadKernels(folder, memory);
  const team = new Team(own, () => Helper.start(path.join(folder, 'kernelHelper.js'), kernelModule, memory));
  const kernels = wasmKernels(own, heap, team);
  registerMatMul(kernels, view, make);
  registerIdentity(backend);
  bridgeMissingKernels('wasm', {
    view,
    make: (shape, dtype, values) => {
      const info = make(shape, dtype);
      view(info).set(values);
      return info;
    },
  });
  return {
    name: 'wasm',
    version: version_wasm,
    get threads() {
      return team.threads;
    },
    allowThreads: (count) => team.allow(count),
    kernels,
    convolution: wasmConvolution(own, heap, team),
    inPlace: true,
    view,
    produce: (shapes, fill, start = 'zero') => {
      const infos = shapes.map((shape) => make(shape, 'float32'));
      // views only after every allocation: the heap may move when it grows
      const outputs = infos.map(view);
      if (start === 'zero') {
        for (const values of outputs) {
          values.fill(0);
        }
      }
      fill(outputs);
      return infos.map((info) => tf.engine().makeTensorFromTensorInfo(info));
    },
    write: (tensor, values) => view(tensor).set(values),
  };
}

/** Replaces the backend's identity, which copies: tensors do not change, so another reference will do. */
function registerIdentity(backend: BackendWasm): void {
  const kernelName = 'Identity';
  tf.unregisterKernel(kernelName, 'wasm');
  const kernelFunc: tf.KernelFunc = ({ inputs }) => {
    const { dataId, shape, dtype } = inputs['x'] as tf.TensorInfo;
    backend.incRef(dataId);
    return { dataId, shape, dtype };
  };
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

/**
 * Replaces the backend's matrix product: the stock one is slow, and it keeps packed copies of its operands as long as their tensors live,
 * which weights that change in place must not have.
 */
function registerMatMul(
  kernels: Kernels,
  view: (tensor: tf.TensorInfo) => Float32Array,
  make: (shape: readonly number[], dtype: tf.DataType) => tf.TensorInfo,
): void {
  const kernelName = 'BatchMatMul';
  tf.unregisterKernel(kernelName, 'wasm');
  const kernelFunc = (({ inputs, attrs }) => {
    const { a, b } = inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const { transposeA, transposeB } = attrs as unknown as { transposeA: boolean; transposeB: boolean };
    const [aFirst = 1, aSecond = 1] = a.shape.slice(-2);
    const [bFirst = 1, bSecond = 1] = b.shape.slice(-2);
    const size = {
      rows: transposeA ? aSecond : aFirst,
      inner: transposeA ? aFirst : aSecond,
      columns: transposeB ? bFirst : bSecond,
    };
    const outer = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const batches = tf.util.sizeFromShape(outer);
    const out = make([...outer, size.rows, size.columns], 'float32');
    const place = batchPlaces(outer, a.shape.slice(0, -2), b.shape.slice(0, -2));
    const [av, bv, cv] = [view(a), view(b), view(out)];
    for (let n = 0; n < batches; n++) {
      const [an, bn] = place(n);
      kernels.gemm(
        matrix(av, aSecond, an * aFirst * aSecond),
        matrix(bv, bSecond, bn * bFirst * bSecond),
        matrix(cv, size.columns, n * size.rows * size.columns),
        size,
        { transposeA, transposeB },
      );
    }
    return out;
  }) as tf.KernelFunc;
  tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

/** Which matrices of two stacks meet in the n-th product, with NumPy's broadcasting. */
function batchPlaces(
  outer: readonly number[],
  a: readonly number[],
  b: readonly number[],
): (n: number) => [number, number] {
  const strides = (shape: readonly number[]) => {
    const padded = [...Array<number>(outer.length - shape.length).fill(1), ...shape];
    return padded.map((size, i) => (size === 1 ? 0 : padded.slice(i + 1).reduce((x, y) => x * y, 1)));
  };
  const [as, bs] = [strides(a), strides(b)];
  return (n) => {
    let rest = n;
    let [x, y] = [0, 0];
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      const size = outer[axis] ?? 1;
      x += (rest % size) * (as[axis] ?? 0);
      y += (rest % size) * (bs[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    return [x, y];
  };
}
