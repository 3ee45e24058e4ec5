import * as tf from './tf';

/** Frees every tensor that `work` made. Its result is plain data: tf.tidy itself would look for tensors in every array of it. */
export function scope<R>(work: () => R): R {
  let result: { readonly value: R } | null = null;
  tf.tidy(() => {
    result = { value: work() };
  });
  return (result as unknown as { readonly value: R }).value;
}
