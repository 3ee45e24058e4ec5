import type { ModelReport, Severity } from '../../src/core/report/report';
import type { LayerRow } from '../../src/core/report/layerRows';
import { el, icon, type Child } from '../shared/dom';
import { placeLink } from '../shared/text';
import type { Actions } from './actions';
import { l10n } from '../model/l10n';

const severityIcons: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  information: 'info',
  hint: 'lightbulb',
};

/** What was found, each with its line, its layer and how many seeds agree. */
export function findingList(model: ModelReport, rows: readonly LayerRow[], actions: Actions): Child {
  if (model.findings.length === 0) {
    return null;
  }
  return el(
    'section',
    { 'aria-labelledby': 'h-findings' },
    el('div', { class: 'head' }, el('h2', { id: 'h-findings' }, l10n.t('Findings'))),
    el(
      'ul',
      { class: 'rows' },
      model.findings.map(({ id, rule, severity, layers, range, title, message, confidence }) => {
        const layer = rows.findIndex((row) => row.id === layers[0]);
        const first = rows[layer];
        const firstName = first && (first.number === null ? first.name : l10n.t('layer {0}', first.number));
        return el(
          'li',
          {},
          icon(severityIcons[severity], `is-${severity}`),
          el(
            'div',
            {},
            el('h3', {}, el('span', { class: 'sr' }, `${severity}: `), title),
            el('p', {}, message),
            el(
              'div',
              { class: 'meta' },
              placeLink(actions.host, range, title),
              first &&
                el(
                  'button',
                  {
                    class: 'link',
                    type: 'button',
                    'aria-label': l10n.t('Select {0}, {1}: {2}', firstName ?? '', first.id, title),
                    'data-focus': `layer ${id} ${first.id}`,
                    on: { click: () => actions.selectLayer(layer) },
                  },
                  firstName,
                ),
              el('span', {}, `${id} ${rule}`),
              confidence.seeds > 1 &&
                el('span', {}, l10n.t('{0} of {1} seeds', confidence.agreeing, confidence.seeds)),
            ),
          ),
        );
      }),
    ),
  );
}
