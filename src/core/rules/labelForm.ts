import type { Shape } from '../report/report';
import { classNumberLosses } from '../model/catalogue/losses';
import type { ModelSpec, TargetData } from '../model/spec';
import { outputHeads } from './outputLoss';
import type { RuleFinding, SourceRule } from './rule';

/** The form in which labels reach a loss that compares classes. */
export type LabelForm = 'one-hot' | 'numbers';

/** Class numbers or one-hot rows, by kind and shape of the labels and the shape of the output; null where it cannot be told. */
export function labelForm(target: TargetData, output: Shape): LabelForm | null {
  const { kind, shape, integer } = target;
  if (!shape) {
    return null;
  }
  const width = shape.length > 1 ? (shape.at(-1) ?? null) : 1;
  if (kind === 'one-hot' && shape.length === output.length && width !== null && width > 1) {
    return 'one-hot';
  }
  const isNumber = kind === 'classes' || kind === 'binary' || (kind !== 'one-hot' && integer);
  const oneEach = shape.length === output.length - 1 || (shape.length === output.length && width === 1);
  return isNumber && oneEach ? 'numbers' : null;
}

/** Labels that are known from the code, in a form that the loss refuses: Keras stops with a ValueError about shapes. */
export const labelsDoNotFitLoss: SourceRule = {
  kind: 'source',
  id: 'GD302',
  name: 'labels-do-not-fit-loss',
  check(spec) {
    return outputHeads(spec).flatMap(({ index, loss, units, activationLayer }): RuleFinding[] => {
      const target = targetOf(spec, index);
      const output = spec.tensors[spec.outputs[index]?.tensor ?? -1]?.shape;
      const form = target && output ? labelForm(target, output) : null;
      const wants =
        loss.className === 'CategoricalCrossentropy' || loss.className === 'CategoricalFocalCrossentropy'
          ? 'one-hot'
          : classNumberLosses.has(loss.className)
            ? 'numbers'
            : null;
      if (!form || !wants || form === wants || units === 1) {
        return [];
      }
      const range = spec.compile?.site?.arguments.find((argument) => argument.name === 'loss')?.value;
      return [
        {
          level: 'fail',
          layers: [activationLayer.id],
          argument: 'loss',
          ...(range ? { range } : {}),
          title:
            form === 'one-hot'
              ? 'One-hot labels with a sparse loss'
              : 'Class numbers with a categorical loss',
          message:
            form === 'one-hot'
              ? 'The labels are one-hot rows, but this loss wants one class number for each sample: Keras stops because the shapes differ. One-hot rows want categorical_crossentropy.'
              : 'The labels are class numbers, but this loss wants one-hot rows: Keras stops because the shapes differ. Class numbers want sparse_categorical_crossentropy, or to_categorical.',
          headline: 'Keras cannot train this network: labels and loss do not fit each other.',
          evidence: [
            {
              name: 'labels',
              value: form === 'one-hot' ? 'one-hot' : 'class numbers',
              threshold: null,
              unit: '',
            },
            { name: 'loss', value: loss.className, threshold: null, unit: '' },
          ],
        },
      ];
    });
  },
};

/** The labels that this loss receives: none where the model is compiled anew and not trained, where the loss is guessed from a loop, or where the targets are not one for each output. */
export function targetOf(spec: ModelSpec, index: number): TargetData | null {
  return spec.compile?.site && spec.usage.trained && spec.data.targets.length === spec.outputs.length
    ? (spec.data.targets[index] ?? null)
    : null;
}
