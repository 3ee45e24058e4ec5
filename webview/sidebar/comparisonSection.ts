import type { PageState, PastAnalysis } from '../../src/shared/pageProtocol';
import { compare, entryText, usualPair } from '../model/comparison';
import { el, type Child } from '../shared/dom';
import { Slot } from '../shared/slot';
import { change } from '../shared/text';
import { l10n } from '../model/l10n';

/** Two analyses of the history against each other; hidden until there are two. */
export function comparisonSection(): {
  readonly element: HTMLElement;
  readonly update: (history: readonly PastAnalysis[], wish: PageState['compared']) => void;
} {
  const result = new Slot(el('div', { class: 'compare', 'aria-live': 'polite' }));
  const select = (id: string): HTMLSelectElement => el('select', { id, on: { change: () => show() } });
  const [earlier, later] = [select('earlier'), select('later')];
  const element = el(
    'details',
    { hidden: true },
    el('summary', {}, l10n.t('Compare two analyses')),
    el(
      'div',
      { class: 'compare' },
      el('label', { class: 'small quiet', for: 'earlier' }, l10n.t('Earlier')),
      earlier,
      el('label', { class: 'small quiet', for: 'later' }, l10n.t('Later')),
      later,
      result.element,
    ),
  );
  let history: readonly PastAnalysis[] = [];
  let keys = '';
  let granted = 0;
  const show = (): void => {
    const [from, to] = [earlier, later].map(({ value }) => history.find(({ key }) => key === value));
    result.update([from?.key, to?.key], () => from && to && outcome(from, to));
  };
  const update = (entries: readonly PastAnalysis[], wish: PageState['compared']): void => {
    history = entries;
    const usual = usualPair(history);
    element.hidden = usual === null;
    const now = JSON.stringify(history.map(({ key }) => key));
    if (usual && now !== keys) {
      // Another analysis has ended: what was chosen by hand gives way to the newest pair.
      keys = now;
      [earlier, later].forEach((list, i) => {
        list.replaceChildren(
          ...history.map((entry) => el('option', { value: entry.key }, entryText(entry, Date.now()))),
        );
        list.value = usual[i]?.key ?? '';
      });
      show();
    }
    if (wish && wish.at !== granted) {
      granted = wish.at;
      [earlier.value, later.value] = [wish.earlier, wish.later];
      element.open = true;
      show();
      element.scrollIntoView();
    }
  };
  return { element, update };
}

function outcome(from: PastAnalysis, to: PastAnalysis): Child {
  const { changes, gone, added } = compare(from, to);
  return [
    changes.map((each) => el('p', { class: 'small effect' }, `${each.name}: `, change(each))),
    found(l10n.t('Gone'), gone),
    found(l10n.t('New'), added),
    gone?.length === 0 &&
      added?.length === 0 &&
      el('p', { class: 'small quiet' }, l10n.t('The same findings in both.')),
  ];
}

function found(title: string, titles: readonly string[] | null): Child {
  return (
    titles !== null &&
    titles.length > 0 && [
      el('h3', { class: 'small' }, title),
      el(
        'ul',
        { class: 'small' },
        titles.map((text) => el('li', {}, text)),
      ),
    ]
  );
}
