import { stringOf } from '../../core/model/catalogue/configAccess';
import type { LossSpec, ModelSpec, OptimizerSpec } from '../../core/model/spec';
import type { Note } from '../../core/report/report';
import { knowsLoss } from '../losses/losses';

/** What the model is trained with: as compiled, or assumed where the code does not say. */
export interface TrainingPlan {
  readonly losses: readonly LossSpec[];
  readonly optimizer: OptimizerSpec;
  readonly notes: readonly Note[];
}

/** The name of the activation that an output comes from. */
function outputActivation(spec: ModelSpec, tensor: number): string {
  const call = spec.calls.find(({ outputs }) => outputs.includes(tensor));
  const layer = spec.layers.find(({ id }) => id === call?.layer);
  return layer?.className === 'Softmax' ? 'softmax' : stringOf(layer?.config ?? {}, 'activation', 'linear');
}

function standardLoss(spec: ModelSpec, index: number): LossSpec {
  const tensor = spec.outputs[index]?.tensor ?? 0;
  const width = spec.tensors[tensor]?.shape.at(-1) ?? 1;
  const kind = spec.data.targets[index]?.kind;
  const activation = outputActivation(spec, tensor);
  const className =
    kind === 'classes' || (activation === 'softmax' && kind !== 'one-hot' && width > 1)
      ? 'SparseCategoricalCrossentropy'
      : activation === 'softmax' || kind === 'one-hot'
        ? 'CategoricalCrossentropy'
        : activation === 'sigmoid' || kind === 'binary'
          ? 'BinaryCrossentropy'
          : 'MeanSquaredError';
  return { className, config: {}, weight: 1 };
}

const standardOptimizer: OptimizerSpec = {
  className: 'Adam',
  config: { learning_rate: 0.001 },
  site: null,
  form: 'default',
};

export function trainingPlan(spec: ModelSpec): TrainingPlan {
  const notes: Note[] = [];
  const compiled = spec.compile;
  const losses = spec.outputs.map((output, i): LossSpec => {
    const given = compiled?.losses[i];
    if (given !== undefined && knowsLoss(given.className)) {
      return given;
    }
    const assumed = standardLoss(spec, i);
    const which = spec.outputs.length > 1 ? ` of the output "${output.name}"` : '';
    notes.push({
      id: 'loss',
      text:
        given === undefined
          ? `The code names no loss${which}; ${assumed.className} was assumed.`
          : `The loss ${given.className}${which} is not known to the probe; ${assumed.className} was used in its place.`,
    });
    const { classWeight } = given ?? {};
    return {
      ...assumed,
      weight: given?.weight ?? 1,
      ...(classWeight === undefined ? {} : { classWeight }),
    };
  });
  if (compiled === null) {
    notes.push({
      id: 'optimizer',
      text: 'The code compiles the model with no optimizer; Adam with a learning rate of 0.001 was assumed.',
    });
  }
  return { losses, optimizer: compiled?.optimizer ?? standardOptimizer, notes };
}
