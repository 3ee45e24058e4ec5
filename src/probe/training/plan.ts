import { stringOf } from '../../core/model/catalogue/configAccess';
import type { LossSpec, ModelSpec, OptimizerSpec } from '../../core/model/spec';
import type { Note } from '../../core/report/report';
import type { Engine } from '../engine/engine';
import { knowsLoss } from '../losses/losses';
import { canRun } from './ownLoss';

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

/** A loss of the program's own that compares with a row of classes cannot be given class numbers. */
function targetClass(assumed: string, { tensors, inputs }: ModelSpec): string {
  const [target, prediction] = inputs.map(({ tensor }) => tensors[tensor]?.shape.length);
  return assumed === 'SparseCategoricalCrossentropy' && target === prediction
    ? 'CategoricalCrossentropy'
    : assumed;
}

const standardOptimizer: OptimizerSpec = {
  className: 'Adam',
  config: { learning_rate: 0.001 },
  site: null,
  form: 'default',
};

export function trainingPlan(spec: ModelSpec, engine: Engine): TrainingPlan {
  const notes: Note[] = [];
  const compiled = spec.compile;
  const losses = spec.outputs.map((output, i): LossSpec => {
    const given = compiled?.losses[i];
    if (given !== undefined && knowsLoss(given.className)) {
      return given;
    }
    const assumed = standardLoss(spec, i);
    const shape = spec.tensors[output.tensor]?.shape ?? [];
    if (given?.program !== undefined && canRun(given.program, shape, engine)) {
      // the class says what the targets look like, the program what the loss is
      return { ...given, className: targetClass(assumed.className, given.program) };
    }
    const which = spec.outputs.length > 1 ? ` of the output "${output.name}"` : '';
    notes.push({
      id: 'loss',
      text:
        given === undefined
          ? `The code names no loss${which}; ${assumed.className} was assumed.`
          : given.className === 'Custom'
            ? `The loss that the program writes itself${which} could not be followed; ${assumed.className} was used in its place.`
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
