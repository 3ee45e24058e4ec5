import { plural } from '../format';
import { removeArgument } from './edits/argumentEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixMaker } from './fix';

/** An LSTM in place of a SimpleRNN: its cell carries the gradient over many time steps (Hochreiter and Schmidhuber 1997). */
export const gatedCellFix: FixMaker = {
  name: 'gated-cell',
  answers: ['GD112', 'GD101', 'GD102', 'GD103', 'GD111', 'GD117'],
  source: 'Hochreiter and Schmidhuber 1997',
  propose({ spec, source, writer }) {
    const layers = spec.layers.filter((layer) => layer.className === 'SimpleRNN');
    const groups = sitesOf(spec, layers);
    const written = groups?.[0] && writer.name('keras.layers.LSTM', groups[0].site);
    if (!groups || !written) {
      return [];
    }
    const edits = groups.flatMap(({ site }) => {
      // A ReLU in the recurrence is what explodes; the LSTM keeps its tanh.
      const activation = site.arguments.find(
        (argument) => argument.name === 'activation' && /relu/.test(argument.valueText),
      );
      return [
        { range: site.callee, newText: written.text },
        activation ? removeArgument(source, site, activation) : undefined,
      ];
    });
    if (edits.some((edit) => edit === null)) {
      return [];
    }
    return [
      {
        id: 'lstm',
        title: `Use LSTM in place of SimpleRNN in ${plural(layers.length, 'layer')}`,
        answers: gatedCellFix.answers,
        edits: [...written.edits, ...edits.filter((edit) => edit !== null && edit !== undefined)],
        priority: 4,
      },
    ];
  },
};
