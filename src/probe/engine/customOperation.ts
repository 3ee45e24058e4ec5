import * as tf from './tf';

type Inputs = { readonly [name: string]: tf.Tensor };
type Gradients<I extends Inputs> = { readonly [K in keyof I]?: () => tf.Tensor };

interface TapeEngine {
  runKernelFunc(kernel: {
    forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor | tf.Tensor[];
    backwardsFunc: (dy: tf.Tensor | tf.Tensor[], saved: tf.Tensor[]) => Record<string, () => tf.Tensor>;
    inputs: Record<string, tf.Tensor>;
  }): tf.Tensor | tf.Tensor[];
}

export interface CustomOperation<I extends Inputs> {
  readonly inputs: I;
  /** Computes the outputs; what the gradient needs is saved. Nothing in here is recorded on the tape. */
  forward(save: (...tensors: tf.Tensor[]) => void): tf.Tensor[];
  /** Gradients by input, made only where asked for; an input without one has a gradient of zero. */
  backward(dy: tf.Tensor[], saved: tf.Tensor[]): Gradients<I>;
}

/**
 * An operation with a gradient of its own. `tf.customGrad` has one output and computes the gradients of all inputs; the engine's own entry
 * point below it has several outputs and computes only those that are needed.
 */
export function customOperation<I extends Inputs>(operation: CustomOperation<I>): tf.Tensor[] {
  const engine = tf.engine() as unknown as TapeEngine;
  const inputs: Record<string, tf.Tensor> = { ...operation.inputs };
  const outputs = engine.runKernelFunc({
    forwardFunc: (_backend, save) => operation.forward((...tensors) => save(tensors)),
    backwardsFunc: (dy, saved) => {
      const gradients = operation.backward(Array.isArray(dy) ? dy : [dy], saved);
      return Object.fromEntries(
        Object.entries(inputs).map(([name, input]) => [
          name,
          gradients[name] ?? (() => tf.zeros(input.shape)),
        ]),
      );
    },
    inputs,
  });
  return Array.isArray(outputs) ? outputs : [outputs];
}

/** A tensor that no gradient flows through, computed off the tape: comparisons and the like have no gradient at all. */
export function untaped(compute: () => tf.Tensor): tf.Tensor {
  const [y] = customOperation({ inputs: {}, forward: () => [compute()], backward: () => ({}) });
  return y as tf.Tensor;
}
