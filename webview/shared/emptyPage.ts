import { el, icon, type Child } from './dom';
import type { Host } from './host';
import { l10n } from '../model/l10n';

/** Nothing was analyzed yet: what this is, and one button. */
export function emptyPage(host: Host, hint: string): Child {
  return [
    icon('pulse'),
    el('h1', {}, l10n.t('No network measured yet')),
    el('p', { class: 'quiet' }, hint),
    el(
      'button',
      { class: 'btn', type: 'button', 'data-focus': 'primary', on: { click: () => host.send('analyze') } },
      icon('pulse'),
      l10n.t('Analyze gradients'),
    ),
    el(
      'button',
      {
        class: 'link',
        type: 'button',
        'data-focus': 'example',
        on: { click: () => host.send('openExample') },
      },
      l10n.t('Open an example with a sick network'),
    ),
  ];
}
