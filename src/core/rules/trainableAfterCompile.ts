import type { SourceRule } from './rule';

/**
 * Flags set after compile. The training step is built at the first `fit` after a compile and then stays: later flags have no effect. Before that
 * first `fit` Keras 3 still reads them, but promises only those at compile.
 */
export const trainableAfterCompile: SourceRule = {
  kind: 'source',
  id: 'GD604',
  name: 'trainable-after-compile',
  check({ usage: { lateTrainable } }) {
    return lateTrainable
      ? [
          {
            level: lateTrainable.afterFit ? 'warn' : 'note',
            layers: [],
            range: lateTrainable.range,
            title: 'trainable changed after compile',
            message: lateTrainable.afterFit
              ? 'The model was trained already, and its training step keeps the flags of then: this change has no effect until compile is called again.'
              : 'Keras promises to respect trainable as it is when compile is called; call compile after this line.',
            headline: 'Layers were frozen or unfrozen without compiling again.',
            evidence: [
              {
                name: 'trained between compile and change',
                value: lateTrainable.afterFit ? 'yes' : 'no',
                threshold: null,
                unit: '',
              },
            ],
          },
        ]
      : [];
  },
};
