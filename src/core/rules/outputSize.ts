import { classNumberLosses } from '../model/catalogue/losses';
import { labelForm, targetOf } from './labelForm';
import { outputHeads } from './outputLoss';
import type { RuleFinding, SourceRule } from './rule';

/**
 * Units of the output against the classes of the labels, where both are known. More units than class numbers do no harm; fewer, one-hot rows of
 * another size, or one sigmoid for many classes do.
 */
export const outputSize: SourceRule = {
  kind: 'source',
  id: 'GD305',
  name: 'output-size-does-not-fit-classes',
  check(spec) {
    return outputHeads(spec).flatMap(
      ({ index, units, loss, kernelLayer, activationLayer }): RuleFinding[] => {
        const target = targetOf(spec, index);
        const output = spec.tensors[spec.outputs[index]?.tensor ?? -1]?.shape;
        const form = target && output ? labelForm(target, output) : null;
        const classes = form === 'one-hot' ? (target?.shape?.at(-1) ?? null) : (target?.classes ?? null);
        if (!form || classes === null || units === null) {
          return [];
        }
        const sparse = classNumberLosses.has(loss.className);
        const categorical = loss.className === 'CategoricalCrossentropy';
        const single = units === 1 && /^Binary/.test(loss.className);
        const wrong =
          (sparse && form === 'numbers' && units > 1 && units < classes) ||
          (categorical && form === 'one-hot' && units > 1 && units !== classes) ||
          (single && form === 'numbers' && classes > 2);
        if (!wrong) {
          return [];
        }
        const size = `${units} output unit${units === 1 ? '' : 's'}`;
        return [
          {
            level: 'fail',
            layers: [(kernelLayer ?? activationLayer).id],
            argument: 'units',
            title: `${size} for ${classes} classes`,
            message:
              `The labels have ${classes} classes, the output has ${size}. ` +
              (single
                ? 'One unit tells two classes apart, no more: use one unit for each class with a softmax.'
                : form === 'one-hot'
                  ? 'Keras stops because the shapes differ: give the layer one unit for each class.'
                  : 'A class number beyond the last unit gives an error or NaN: give the layer one unit for each class.'),
            headline: `This network cannot learn its labels: ${size} for ${classes} classes.`,
            evidence: [
              { name: 'output units', value: units, threshold: classes, unit: 'units' },
              { name: 'classes', value: classes, threshold: null, unit: '' },
            ],
          },
        ];
      },
    );
  },
};
