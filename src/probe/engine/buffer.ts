import type { Engine } from './engine';
import * as tf from './tf';

/** Floats that stay where the engine computes, until they are disposed. Take `values` afresh after anything that may allocate. */
export class EngineBuffer {
  private readonly tensor: tf.Tensor;
  private readonly own: Float32Array | null;

  constructor(
    private readonly engine: Engine,
    size: number,
    start = 0,
  ) {
    this.own = engine.inPlace ? null : new Float32Array(size).fill(start);
    this.tensor = engine.inPlace ? tf.keep(tf.fill([size], start)) : tf.keep(tf.zeros([0]));
  }

  get values(): Float32Array {
    return this.own ?? (this.engine.view(this.tensor) as Float32Array);
  }

  dispose(): void {
    this.tensor.dispose();
  }
}
