import type { Range } from '../../src/core/text/range';
import type { Condition } from '../../src/core/report/condition';
import type { Change } from '../model/fixes';
import { el, type Child } from './dom';
import type { Host } from './host';
import { l10n } from '../model/l10n';

export const num = (text: string, className = ''): HTMLElement =>
  el('span', { class: `num ${className}`.trim() }, text);

/** '4e-13 → 0.054', read aloud as 'from … to …'. */
export function change({ from, to, unit }: Pick<Change, 'from' | 'to' | 'unit'>): Child {
  return [
    el('span', { class: 'sr' }, l10n.t('from') + ' '),
    num(from, 'was'),
    el('span', { class: 'arrow', 'aria-hidden': 'true' }, '→'),
    el('span', { class: 'sr' }, ` ${l10n.t('to')} `),
    num(to, 'now'),
    unit !== '' && el('span', { class: 'unit' }, ` ${unit}`),
  ];
}

/** ▼ and its like; the word is said beside it. */
export function mark({ glyph, level }: Condition): Child {
  return (
    glyph !== '' &&
    el(
      'span',
      { class: `glyph ${level === 'sick' ? 'is-error' : 'is-warning'}`, 'aria-hidden': 'true' },
      glyph,
    )
  );
}

/** 'line 10', in notebooks 'cell 3, line 2'. */
export function placeText({ startLine, cell }: Range): string {
  return cell === undefined
    ? l10n.t('line {0}', startLine)
    : l10n.t('cell {0}, line {1}', cell + 1, startLine);
}

/** Opens the place in the editor. `what` tells links with the same words apart for those who do not see the page. */
export function placeLink(host: Host, range: Range, what: string): HTMLElement {
  return el(
    'button',
    {
      class: 'link',
      type: 'button',
      'data-focus': `go ${what} ${range.startLine}`,
      'aria-label': l10n.t('Go to {0}: {1}', placeText(range), what),
      on: { click: () => host.send('goTo', range) },
    },
    placeText(range),
  );
}
