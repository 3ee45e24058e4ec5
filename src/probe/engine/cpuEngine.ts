import { version_cpu } from '@tensorflow/tfjs-backend-cpu';
import { referenceKernels } from '../kernels/reference';
import { tensorEngine } from './tensorEngine';
import type { Engine } from './engine';
import * as tf from './tf';

/** Plain JavaScript: slow, the reference in tests. */
export async function loadCpuEngine(): Promise<Engine> {
  await tf.setBackend('cpu');
  return tensorEngine('cpu', version_cpu, referenceKernels);
}
