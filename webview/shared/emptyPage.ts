import { el, icon, type Child } from './dom';
import type { Host } from './host';

/** Nothing was analyzed yet: what this is, and one button. */
export function emptyPage(host: Host, hint: string): Child {
  return [
    icon('pulse'),
    el('h1', {}, 'No network measured yet'),
    el('p', { class: 'quiet' }, hint),
    el(
      'button',
      { class: 'btn', type: 'button', 'data-focus': 'primary', on: { click: () => host.send('analyze') } },
      icon('pulse'),
      'Analyze gradients',
    ),
    el(
      'button',
      {
        class: 'link',
        type: 'button',
        'data-focus': 'example',
        on: { click: () => host.send('openExample') },
      },
      'Open an example with a sick network',
    ),
  ];
}
