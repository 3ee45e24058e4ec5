import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import util from 'node:util';
import { referenceKernels } from '../kernels/reference';
import type { Engine } from './engine';
import { tensorEngine } from './tensorEngine';
import * as tf from './tf';

/** What `npm run engine:tensorflow` makes: a folder with node_modules, beside the bundles' folder or above it. */
function builtEngine(): string | null {
  for (let folder = __dirname; ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, '.engine');
    if (fs.existsSync(path.join(candidate, 'node_modules'))) {
      return candidate;
    }
    if (folder === path.dirname(folder)) {
      return null;
    }
  }
}

/**
 * TensorFlow's own library through tfjs-node: from the folder that is given (one with node_modules), from one that was built, or installed. It
 * is optional: throws, with a reason in one sentence, where it cannot be loaded.
 */
export async function loadNativeEngine(nativePath: string | null = null): Promise<Engine> {
  // tfjs-node still calls two functions that Node 23 removed
  const shim = util as unknown as Record<string, unknown>;
  shim['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  shim['isArray'] ??= Array.isArray;
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  const folder = nativePath ?? builtEngine();
  const load = createRequire(folder === null ? __filename : path.join(folder, 'package.json'));
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
