import { plural } from '../format';
import { GraphIndex, hasKernel } from '../model/graphQueries';
import type { FixMaker } from './fix';
import { mergeEdits } from './edits/mergeEdits';
import { sitesOf } from './edits/siteGroups';
import { initializerEdits, misfittingLayers } from './initializerFix';

/** AlphaDropout in place of Dropout, with LeCun initialization where it is missing: SELU keeps mean 0 and variance 1 with both only. */
export const alphaDropoutFix: FixMaker = {
  name: 'alpha-dropout',
  answers: ['GD203', 'GD114'],
  source: 'Klambauer et al. 2017',
  propose(context) {
    const { spec, writer } = context;
    const graph = GraphIndex.of(spec);
    const selu = spec.layers.filter(
      (layer) => hasKernel(layer) && graph.effectiveActivation(layer) === 'selu',
    );
    const dropouts = spec.layers.filter((layer) => layer.className === 'Dropout');
    const groups = selu.length > 1 ? sitesOf(spec, dropouts) : null;
    const written = groups?.[0] && writer.name('keras.layers.AlphaDropout', groups[0].site);
    if (!groups || !written) {
      return [];
    }
    const initializers = initializerEdits(context, misfittingLayers(context)) ?? [];
    return [
      {
        id: 'alpha-dropout',
        title: `Use AlphaDropout in place of Dropout in ${plural(dropouts.length, 'layer')}`,
        answers: alphaDropoutFix.answers,
        edits: mergeEdits([
          ...written.edits,
          ...groups.map(({ site }) => ({ range: site.callee, newText: written.text })),
          ...initializers,
        ]),
        priority: 2,
      },
    ];
  },
};
