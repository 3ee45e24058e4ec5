import { plural } from '../format';
import { isRecurrent, isSerialized } from '../model/graphQueries';
import { setArgument } from './edits/argumentEdits';
import { changeOptimizer } from './edits/optimizerEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixCandidate, FixMaker } from './fix';

/** Orthogonal recurrent kernels keep every direction's length (Saxe et al. 2014); with clipping for what still explodes (Pascanu et al. 2013). */
export const recurrentFix: FixMaker = {
  name: 'recurrent',
  answers: ['GD101', 'GD102', 'GD103', 'GD105', 'GD106', 'GD110', 'GD111', 'GD117', 'GD209'],
  source: 'Saxe et al. 2014; Pascanu et al. 2013',
  propose(context) {
    const { spec, source, writer } = context;
    const layers = spec.layers.filter(
      (layer) =>
        isRecurrent(layer) &&
        isSerialized(layer.config['recurrent_initializer']) &&
        !isPlainOrthogonal(layer.config['recurrent_initializer']),
    );
    const edits = sitesOf(spec, layers)?.map(({ site }) =>
      setArgument(source, site, 'recurrent_initializer', writer.string('orthogonal')),
    );
    if (!edits?.every((edit) => edit !== null)) {
      return [];
    }
    const alone: FixCandidate = {
      id: 'orthogonal',
      title: `Use orthogonal recurrent weights in ${plural(layers.length, 'layer')}`,
      answers: recurrentFix.answers,
      edits,
      priority: 1,
    };
    const clipping = changeOptimizer(context, {
      className: null,
      set: { clipnorm: '1.0' },
      remove: ['clipvalue', 'global_clipnorm'],
    });
    return clipping
      ? [
          alone,
          {
            ...alone,
            id: 'orthogonal-clipnorm',
            title: `${alone.title} and clip the gradient by its norm`,
            edits: [...edits, ...clipping],
            priority: 4,
            combination: true,
          },
        ]
      : [alone];
  },
};

function isPlainOrthogonal(initializer: {
  class_name: string;
  config: Readonly<Record<string, unknown>>;
}): boolean {
  return /^Orthogonal/.test(initializer.class_name) && (initializer.config['gain'] ?? 1) === 1;
}
