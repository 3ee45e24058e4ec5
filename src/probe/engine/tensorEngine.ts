import type { EngineName } from '../../core/report/report';
import type { Kernels } from '../kernels/kernels';
import type { Engine } from './engine';
import * as tf from './tf';

/** An engine without access to its memory: values are copied in and out through tfjs. */
export function tensorEngine(name: EngineName, version: string, kernels: Kernels): Engine {
  return {
    name,
    version,
    threads: 1,
    allowThreads: () => Promise.resolve(),
    kernels,
    convolution: null,
    inPlace: false,
    view: (tensor) => tf.engine().readSync(tensor.dataId) as Float32Array,
    produce: (shapes, fill) => {
      const outputs = shapes.map((shape) => new Float32Array(tf.util.sizeFromShape([...shape])));
      fill(outputs);
      return outputs.map((values, i) => tf.tensor(values, [...(shapes[i] ?? [])], 'float32'));
    },
    write: (tensor, values) => {
      const made = tf.tensor(values.slice(), tensor.shape, 'float32');
      tensor.assign(made);
      made.dispose();
    },
  };
}
