import type { ModelReport } from '../../src/core/report/report';
import { el, icon, type Child } from '../shared/dom';
import type { Actions } from './actions';
import { l10n } from '../model/l10n';

/** A button that opens three others; Escape and a click elsewhere close it. */
export function exportMenu({ probe }: ModelReport, { host, exportPicture }: Actions): Child {
  const choices: readonly (readonly [text: string, choose: () => void])[] = [
    ...(probe ? [[l10n.t('Picture (PNG)'), exportPicture] as const] : []),
    [l10n.t('Report (HTML)'), () => host.send('exportReport', 'html')],
    [l10n.t('Numbers (JSON)'), () => host.send('exportReport', 'json')],
  ];
  const show = (open: boolean): void => {
    list.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
  };
  const list = el(
    'ul',
    { class: 'choices', hidden: true },
    choices.map(([text, choose]) =>
      el(
        'li',
        {},
        el(
          'button',
          {
            type: 'button',
            on: {
              click: () => {
                show(false);
                button.focus();
                choose();
              },
            },
          },
          text,
        ),
      ),
    ),
  );
  const button = el(
    'button',
    {
      class: 'icon-btn',
      type: 'button',
      title: l10n.t('Export'),
      'aria-label': l10n.t('Export'),
      'aria-expanded': 'false',
      'data-focus': 'export',
      on: { click: () => show(list.hidden !== false) },
    },
    icon('export'),
  );
  return el(
    'div',
    {
      class: 'menu',
      on: {
        keydown: (event) => {
          if (event.key === 'Escape' && list.hidden === false) {
            show(false);
            button.focus();
          }
        },
        focusout: ({ relatedTarget, currentTarget }) => {
          const inside = relatedTarget instanceof Node && (currentTarget as Node).contains(relatedTarget);
          if (!inside) {
            show(false);
          }
        },
      },
    },
    button,
    list,
  );
}
