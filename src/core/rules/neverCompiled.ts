import type { SourceRule } from './rule';

/** `fit` on a model that nothing compiles: Keras stops. Silent where the reader cannot follow every compile and every use of the model. */
export const neverCompiled: SourceRule = {
  kind: 'source',
  id: 'GD402',
  name: 'never-compiled',
  check({ usage: { uncompiledFit } }) {
    return uncompiledFit
      ? [
          {
            level: 'fail',
            layers: [],
            range: uncompiledFit,
            title: 'fit without compile',
            message:
              'Keras stops here: this model was never compiled, so it has neither loss nor optimizer. Call model.compile(optimizer=…, loss=…) before.',
            headline: 'Keras cannot train this network: it was never compiled.',
            evidence: [{ name: 'calls of compile before fit', value: 0, threshold: 1, unit: '' }],
          },
        ]
      : [];
  },
};
