import { createRequire } from 'node:module';
import util from 'node:util';
import { referenceKernels } from '../kernels/reference';
import type { Engine } from './engine';
import { tensorEngine } from './tensorEngine';
import * as tf from './tf';

/** TensorFlow's own library through tfjs-node. It is optional: throws, with a reason in one sentence, where it cannot be loaded. */
export async function loadNativeEngine(): Promise<Engine> {
  // tfjs-node still calls two functions that Node 23 removed
  const shim = util as unknown as Record<string, unknown>;
  shim['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  shim['isArray'] ??= Array.isArray;
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const load = createRequire(__filename);
  let version: string;
  try {
    version =
      (load('@tensorflow/tfjs-node') as { version: Record<string, string> }).version['tfjs-node'] ??
      'unknown';
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const reason = /Cannot find module '@tensorflow/.test(text)
      ? '@tensorflow/tfjs-node is not installed'
      : /native addon module|tfjs_binding/.test(text)
        ? 'the library of @tensorflow/tfjs-node was not downloaded when it was installed'
        : (text.split('\n')[0] ?? text).replace(/[\s.]+$/, '');
    throw new Error(`The native TensorFlow engine cannot be loaded here: ${reason}.`, { cause: error });
  }
  await tf.setBackend('tensorflow');
  return tensorEngine('tensorflow', version, referenceKernels);
}
