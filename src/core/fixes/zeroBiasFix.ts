import { plural } from '../format';
import { isSerialized } from '../model/graphQueries';
import { argumentOf, setArgument } from './edits/argumentEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixMaker } from './fix';

/** Biases that start at zero: a negative one keeps a ReLU shut from the first step on. */
export const zeroBiasFix: FixMaker = {
  name: 'zero-bias',
  answers: ['GD107', 'GD109', 'GD111', 'GD117', 'GD202'],
  source: 'He et al. 2015; Lu et al. 2019, “Dying ReLU and initialization”',
  propose({ spec, source, writer, hidden }) {
    const layers = hidden.filter((layer) => {
      const initializer = layer.config['bias_initializer'];
      return (
        isSerialized(initializer) && initializer.class_name !== 'Zeros' && layer.config['use_bias'] === true
      );
    });
    const edits = sitesOf(spec, layers)?.map(({ site }) =>
      setArgument(
        source,
        site,
        'bias_initializer',
        writer.string('zeros', argumentOf(site, 'bias_initializer')?.valueText),
      ),
    );
    return edits?.every((edit) => edit !== null)
      ? [
          {
            id: 'zero-bias',
            title: `Start the bias of ${plural(layers.length, 'layer')} at zero`,
            answers: zeroBiasFix.answers,
            edits,
            priority: 1,
          },
        ]
      : [];
  },
};
