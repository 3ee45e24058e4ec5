import { targetOf } from './labelForm';
import { outputHeads } from './outputLoss';
import type { RuleFinding, SourceRule } from './rule';

/** Losses that measure a distance, not a probability. */
export const regressionLosses: ReadonlySet<string> = new Set([
  'MeanSquaredError',
  'MeanAbsoluteError',
  'MeanAbsolutePercentageError',
  'MeanSquaredLogarithmicError',
  'Huber',
  'LogCosh',
]);

/** Classes judged by a distance: it trains, only slowly where the network is surely wrong. A note. */
export const regressionLossForClasses: SourceRule = {
  kind: 'source',
  id: 'GD303',
  name: 'classification-by-regression-loss',
  check(spec) {
    return outputHeads(spec).flatMap(({ index, activation, units, loss }): RuleFinding[] => {
      const kind = targetOf(spec, index)?.kind;
      const areClasses = kind === 'classes' || kind === 'binary' || kind === 'one-hot';
      const isClassifier =
        (activation === 'softmax' && units !== 1) || (activation === 'sigmoid' && areClasses);
      // The loss of a training loop of its own is a guess.
      if (!spec.compile?.site || !isClassifier || !regressionLosses.has(loss.className)) {
        return [];
      }
      const better =
        activation === 'sigmoid'
          ? 'binary_crossentropy'
          : kind === 'classes'
            ? 'sparse_categorical_crossentropy'
            : 'categorical_crossentropy';
      const range = spec.compile?.site?.arguments.find((argument) => argument.name === 'loss')?.value;
      return [
        {
          level: 'note',
          layers: [],
          argument: 'loss',
          ...(range ? { range } : {}),
          title: `Classes learned by ${loss.className}`,
          message: `The output is a ${activation}, but the loss measures a distance. It trains, slowly where the network is surely wrong, because ${activation} is flat there; ${better} makes up for that.`,
          headline: 'Classes are learned with a regression loss.',
          evidence: [
            { name: 'output activation', value: activation, threshold: null, unit: '' },
            { name: 'loss', value: loss.className, threshold: better, unit: '' },
          ],
        },
      ];
    });
  },
};
