import type { ModelReport } from '../../src/core/report/report';
import type { Told } from '../../src/shared/pageProtocol';
import { assumed, withAnswers, type ShownNote } from '../model/notes';
import { el, icon, type Child } from '../shared/dom';
import type { Host } from '../shared/host';
import { placeLink } from '../shared/text';
import { l10n } from '../model/l10n';

function tellWord(what: Told): string {
  return {
    shape: l10n.t('Tell the input shape'),
    data: l10n.t('Use my data'),
    weights: l10n.t('Use my weights'),
  }[what];
}

/** What could not be read or measured, and what was assumed, each with its place and what settles it. */
export function noteList(model: ModelReport, host: Host): Child {
  const section = (id: string, title: string, iconName: string, notes: readonly ShownNote[]): Child =>
    notes.length > 0 &&
    el(
      'section',
      { 'aria-labelledby': `h-${id}` },
      el('div', { class: 'head' }, el('h2', { id: `h-${id}` }, title)),
      el(
        'ul',
        { class: 'rows' },
        notes.map((note) =>
          el('li', {}, icon(iconName), el('div', {}, el('p', {}, note.text), meta(model.id, note, host))),
        ),
      ),
    );
  return [
    section('unknowns', l10n.t('Not known'), 'question', withAnswers(model.unknowns)),
    section('assumptions', l10n.t('Assumed'), 'info', assumed(model)),
  ];
}

function meta(modelId: string, { text, range, tell }: ShownNote, host: Host): Child {
  return (
    (range !== undefined || tell !== null) &&
    el(
      'div',
      { class: 'meta' },
      range && placeLink(host, range, text),
      tell &&
        el(
          'button',
          {
            class: 'link',
            type: 'button',
            'aria-label': `${tellWord(tell)}: ${text}`,
            'data-focus': `tell ${text}`,
            on: { click: () => host.send('tell', modelId, tell) },
          },
          tellWord(tell),
        ),
    )
  );
}
