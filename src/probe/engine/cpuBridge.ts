import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu/dist/backend_cpu';
import * as tf from './tf';
import '@tensorflow/tfjs-backend-cpu/dist/register_all_kernels';

/** How the bridge reads and makes tensors of the backend that lacks kernels. */
export interface BridgedBackend {
  view(tensor: tf.TensorInfo): tf.TypedArray;
  make(shape: number[], dtype: tf.DataType, values: tf.TypedArray): tf.TensorInfo;
}

/**
 * Registers for a backend every kernel that only the cpu backend has, computed by the cpu backend on copies: always right, if slow.
 * Kernels that matter for speed are registered before and stay.
 */
export function bridgeMissingKernels(backendName: string, bridged: BridgedBackend): string[] {
  const cpu = new MathBackendCPU();
  const missing = tf
    .getKernelsForBackend('cpu')
    .filter(({ kernelName }) => tf.getKernel(kernelName, backendName) === undefined);
  for (const { kernelName, kernelFunc } of missing) {
    const run: tf.KernelFunc = ({ inputs, attrs }) => {
      const copies: tf.TensorInfo[] = [];
      const copy = (tensor: tf.TensorInfo): tf.TensorInfo => {
        const made = cpu.makeTensorInfo(tensor.shape, tensor.dtype, bridged.view(tensor).slice());
        copies.push(made);
        return made;
      };
      const arrive = (input: tf.TensorInfo | tf.TensorInfo[]) =>
        Array.isArray(input) ? input.map(copy) : copy(input);
      const local: tf.NamedTensorInfoMap = Object.fromEntries(
        Object.entries(inputs)
          .filter(([, input]) => input !== undefined && input !== null)
          .map(([name, input]) => [name, arrive(input as tf.TensorInfo) as tf.TensorInfo]),
      );
      const made = kernelFunc({ inputs: local, backend: cpu, ...(attrs === undefined ? {} : { attrs }) });
      const leave = (info: tf.TensorInfo): tf.TensorInfo => {
        const out = bridged.make(info.shape, info.dtype, cpu.readSync(info.dataId) as tf.TypedArray);
        cpu.disposeData(info.dataId, true);
        return out;
      };
      const out = Array.isArray(made) ? made.map(leave) : leave(made);
      for (const info of copies) {
        if (cpu.data.has(info.dataId)) {
          cpu.disposeData(info.dataId, true);
        }
      }
      return out;
    };
    tf.registerKernel({ kernelName, backendName, kernelFunc: run });
  }
  return missing.map(({ kernelName }) => kernelName);
}
