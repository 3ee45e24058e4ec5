import { type BackendWasm, setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import path from 'node:path';
import { referenceKernels } from '../kernels/reference';
import { bridgeMissingKernels } from './cpuBridge';
import type { Engine } from './engine';
import * as tf from './tf';

/** The engine shipped in the package: WebAssembly with SIMD, beside the bundle. */
export async function loadWasmEngine(folder = __dirname): Promise<Engine> {
  // tfjs' loader writes to console.* on trouble only; its files stand beside the bundle
  setWasmPaths(`${folder}${path.sep}`);
  if (!(await tf.setBackend('wasm'))) {
    throw new Error('TensorFlow.js could not start its WebAssembly backend.');
  }
  const backend = tf.backend() as BackendWasm;
  const view = (tensor: tf.TensorInfo) => backend.typedArrayFromHeap(tensor as tf.Tensor) as Float32Array;
  const make = (shape: readonly number[], dtype: tf.DataType) =>
    backend.makeOutput([...shape], dtype as 'float32');
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
    kernels: referenceKernels,
    view,
    produce: (shapes, fill) => {
      const infos = shapes.map((shape) => make(shape, 'float32'));
      // views only after every allocation: the heap may move when it grows
      const outputs = infos.map(view);
      for (const values of outputs) {
        values.fill(0);
      }
      fill(outputs);
      return infos.map((info) => tf.engine().makeTensorFromTensorInfo(info));
    },
    write: (tensor, values) => {
      // stock kernels keep packed copies of weights as long as their tensor lives: new values need a new tensor
      const made = tf.tensor(values, tensor.shape, 'float32');
      tensor.assign(made);
      made.dispose();
    },
  };
}
