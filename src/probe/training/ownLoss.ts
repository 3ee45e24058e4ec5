import type { ModelSpec } from '../../core/model/spec';
import type { Shape } from '../../core/report/report';
import type { Engine } from '../engine/engine';
import { scope } from '../engine/scope';
import * as tf from '../engine/tf';
import { forward } from '../graph/execute';
import { ModelWeights } from '../graph/weights';
import type { LossValues } from '../losses/losses';

/** A loss that the program wrote itself: its graph run on target and prediction, whose logits Keras' own losses inside still find (keras 3.15). */
export function ownLoss(program: ModelSpec): LossValues {
  return ({ engine, target, prediction, logits }) => {
    const [result] = forward(program, [target, prediction], {
      engine,
      weights: new ModelWeights(program, engine, 0, null),
      anchor: tf.scalar(0),
      recorder: null,
      commits: false,
      trains: true,
      ...(logits === null ? {} : { inputLogits: new Map([[1, logits]]) }),
    }).outputs;
    if (result === undefined) {
      throw new Error('The loss of the program has no value.');
    }
    return tf.cast(result.prediction, 'float32');
  };
}

/** Whether the graph runs on an output of this shape: it was written for one size, and may use what the probe does not have. */
export function canRun(program: ModelSpec, shape: Shape, engine: Engine): boolean {
  const shapes = program.inputs.map(({ tensor }) => program.tensors[tensor]?.shape ?? []);
  const [target = [], prediction = []] = shapes;
  const alike = JSON.stringify(target) === JSON.stringify(prediction);
  const filled = (sizes: Shape) =>
    tf.fill(
      sizes.map((size) => size ?? 2),
      0.5,
    );
  try {
    scope(() => {
      const y = filled(alike ? shape : target);
      const p = filled(shape);
      const run = () =>
        tf.sum(ownLoss(program)({ engine, target: y, prediction: p, logits: null, mask: null }, {}));
      tf.engine()
        .gradients(() => run() as tf.Scalar, [p], undefined, true)
        .value.dataSync();
    });
    return true;
  } catch {
    return false;
  }
}
