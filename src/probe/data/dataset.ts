import type { Probe } from '../../core/report/report';
import * as tf from '../engine/tf';
import type { Batch } from '../training/step';
import type { NumberArray } from './npy';

/** Rows of inputs and targets, one array for each of the model's inputs and outputs. */
export interface Dataset {
  readonly inputs: readonly NumberArray[];
  readonly targets: readonly NumberArray[];
  readonly rows: number;
  readonly about: Probe['data'];
}

/** Rows `batchSize` at a time in order, wrapping around; on the engine. `order` puts other rows' targets to the inputs. */
export function batchOf(
  dataset: Dataset,
  step: number,
  batchSize: number,
  order: Int32Array | null = null,
): Batch {
  const first = step * batchSize;
  const row = (i: number) => (first + i) % dataset.rows;
  const take = ({ shape, values }: NumberArray, at: (i: number) => number): tf.Tensor => {
    const width = values.length / (shape[0] ?? 1);
    const integer = values instanceof Int32Array;
    const out = integer ? new Int32Array(batchSize * width) : new Float32Array(batchSize * width);
    for (let i = 0; i < batchSize; i++) {
      out.set(values.subarray(at(i) * width, (at(i) + 1) * width), i * width);
    }
    return tf.tensor(out, [batchSize, ...shape.slice(1)], integer ? 'int32' : 'float32');
  };
  return {
    inputs: dataset.inputs.map((array) => take(array, row)),
    targets: dataset.targets.map((array) =>
      take(array, (i) => row(order === null ? i : (order[i] as number))),
    ),
  };
}

export function disposeBatch({ inputs, targets }: Batch): void {
  for (const tensor of [...inputs, ...targets]) {
    tensor.dispose();
  }
}
