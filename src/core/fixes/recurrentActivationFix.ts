import { plural } from '../format';
import { activationOf, isSerialized } from '../model/graphQueries';
import type { CallSite } from '../model/site';
import type { LayerSpec } from '../model/spec';
import { argumentOf, setArgument } from './edits/argumentEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixMaker } from './fix';

const cells = new Set(['SimpleRNN', 'LSTM', 'GRU']);

/** tanh inside recurrent layers: its bound keeps a state that is passed on hundreds of times from growing. */
export const recurrentActivationFix: FixMaker = {
  name: 'recurrent-activation',
  answers: ['GD102', 'GD103', 'GD105', 'GD106', 'GD107', 'GD110', 'GD111', 'GD117', 'GD209'],
  source: 'Pascanu et al. 2013; Keras’ default',
  propose({ spec, source, writer }) {
    const layers = spec.layers.filter((layer) => {
      const cell = cellOf(layer);
      return cell && cells.has(cell.className) && activationOf(cell) !== 'tanh';
    });
    const edits = sitesOf(spec, layers)?.map(({ site, layers: [layer] }) => {
      const inner = layer?.className === 'Bidirectional' ? innerSite(site) : site;
      return (
        inner &&
        setArgument(
          source,
          inner,
          'activation',
          writer.string('tanh', argumentOf(inner, 'activation')?.valueText),
        )
      );
    });
    return edits?.every((edit) => edit !== null)
      ? [
          {
            id: 'tanh-recurrent',
            title: `Use tanh inside ${plural(layers.length, 'recurrent layer')}`,
            answers: recurrentActivationFix.answers,
            edits,
            priority: 1,
          },
        ]
      : [];
  },
};

/** The layer itself, or the one that a Bidirectional wraps. */
function cellOf(layer: LayerSpec): Pick<LayerSpec, 'className' | 'config'> | null {
  const wrapped = layer.config['layer'];
  return layer.className !== 'Bidirectional'
    ? layer
    : isSerialized(wrapped)
      ? { className: wrapped.class_name, config: wrapped.config }
      : null;
}

const innerSite = (site: CallSite): CallSite | null => argumentOf(site, 'layer')?.call ?? null;
