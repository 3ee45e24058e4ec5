// the package registers no gradients by itself
import '@tensorflow/tfjs-core/dist/register_all_gradients';

/** The one place that imports TensorFlow.js: everything else says `tf`. */
export * from '@tensorflow/tfjs-core';
