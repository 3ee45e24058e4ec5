import type { ModelReport, Note } from '../../src/core/report/report';
import { el, icon, type Child } from '../shared/dom';
import type { Host } from '../shared/host';
import { placeLink } from '../shared/text';

/** What could not be read or measured, and what was assumed, each with its place. */
export function noteList({ unknowns, assumptions, probe }: ModelReport, host: Host): Child {
  const assumed = [...assumptions, ...(probe?.scaledDown ?? [])];
  return [
    section('unknowns', 'Not known', 'question', unknowns, host),
    section('assumptions', 'Assumed', 'info', assumed, host),
  ];
}

function section(id: string, title: string, iconName: string, notes: readonly Note[], host: Host): Child {
  return (
    notes.length > 0 &&
    el(
      'section',
      { 'aria-labelledby': `h-${id}` },
      el('div', { class: 'head' }, el('h2', { id: `h-${id}` }, title)),
      el(
        'ul',
        { class: 'rows' },
        notes.map(({ text, range }) =>
          el(
            'li',
            {},
            icon(iconName),
            el(
              'div',
              {},
              el('p', {}, text),
              range && el('div', { class: 'meta' }, placeLink(host, range, text)),
            ),
          ),
        ),
      ),
    )
  );
}
