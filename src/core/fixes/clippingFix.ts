import { changeOptimizer } from './edits/optimizerEdits';
import type { FixMaker } from './fix';

/** `clipnorm=1.0` shortens a gradient that is too long and keeps its direction; `clipvalue` turns it (Pascanu et al. 2013). */
export const clippingFix: FixMaker = {
  name: 'clipping',
  answers: ['GD102', 'GD103', 'GD105', 'GD106', 'GD110'],
  propose(context) {
    const config = context.spec.compile?.optimizer.config ?? {};
    if (typeof config['clipnorm'] === 'number' || typeof config['global_clipnorm'] === 'number') {
      return [];
    }
    const edits = changeOptimizer(context, {
      className: null,
      set: { clipnorm: '1.0' },
      remove: ['clipvalue', 'global_clipnorm'],
    });
    return edits
      ? [
          {
            id: 'clipnorm',
            title: 'Clip the gradient by its norm (clipnorm=1.0)',
            answers: clippingFix.answers,
            edits,
            priority: 3,
          },
        ]
      : [];
  },
};
