import { formatNumber } from '../../src/core/format';
import type { LayerGroup } from '../model/groups';
import { layerTitle } from '../../src/core/report/layerRows';
import type { Shown } from '../model/shown';
import { el, flat } from '../shared/dom';
import { mark } from '../shared/text';
import { denseFrom } from './pane';
import { l10n } from '../model/l10n';

const numberWidth = 22;
const narrowestBracket = 48;

/** The x axis: every layer's number and mark. One slider, so that 200 layers are one tab stop. */
export class LayerStrip {
  private readonly cells = el('div', { class: 'cells', 'aria-hidden': 'true' });
  private readonly brackets = el('div', { class: 'groups', 'aria-hidden': 'true' });
  private readonly help = el(
    'p',
    { class: 'sr', id: 'strip-help' },
    l10n.t('Arrow keys choose a layer, Enter opens its line. The table below has the same numbers.'),
  );
  readonly slider: HTMLElement;
  readonly elements: readonly HTMLElement[];

  constructor(actions: { readonly select: (layer: number) => void; readonly open: () => void }) {
    this.slider = el(
      'div',
      {
        class: 'strip',
        role: 'slider',
        tabindex: 0,
        'aria-label': l10n.t('Layer'),
        'aria-describedby': 'strip-help',
        on: {
          keydown: (event) => {
            const to = this.target(event.key);
            if (to !== undefined) {
              event.preventDefault();
              actions.select(Math.max(0, Math.min(this.count - 1, to)));
            } else if (event.key === 'Enter') {
              actions.open();
            }
          },
        },
      },
      this.cells,
    );
    this.elements = [this.slider, this.brackets, this.help];
  }

  private count = 1;
  private layer = 0;

  draw(shown: Shown, groups: readonly LayerGroup[]): void {
    const { rows, conditions, layer, step } = shown;
    this.count = rows.length;
    this.layer = layer;
    const dense = rows.length > denseFrom;
    const every = dense
      ? 20
      : Math.ceil((numberWidth * rows.length) / Math.max(100, this.slider.clientWidth || 600));
    this.cells.replaceChildren(
      ...rows.map((row, i) => {
        const condition = conditions[i];
        const on = i === layer;
        const text = dense
          ? denseNumber(row.number, every)
          : i % every === 0 || on
            ? (row.number ?? '·')
            : '\u00a0';
        const classes = ['cell', dense && 'dense', on && 'on', condition?.level !== 'ok' && 'sick'];
        return el(
          'span',
          { class: classes.filter(Boolean).join(' ') },
          el('b', {}, el('span', {}, String(text))),
          condition &&
            (dense
              ? condition.glyph !== '' && el('span', { class: `bar ${condition.level}` })
              : mark(condition)),
        );
      }),
    );
    const chosen = rows[layer];
    this.slider.setAttribute('aria-valuemin', '1');
    this.slider.setAttribute('aria-valuemax', String(rows.length));
    this.slider.setAttribute('aria-valuenow', String(layer + 1));
    if (chosen) {
      this.slider.setAttribute(
        'aria-valuetext',
        l10n.t(
          '{0}, gradient {1}, {2}',
          layerTitle(chosen),
          formatNumber(chosen.gradient[step] ?? null),
          conditions[layer]?.word ?? '',
        ),
      );
    }
    const width = this.slider.clientWidth || 600;
    const legible = groups.filter(
      ({ from, to }) => ((to - from + 1) / rows.length) * width >= narrowestBracket,
    );
    this.brackets.hidden = legible.length === 0;
    this.brackets.replaceChildren(...flat(legible.map((group) => bracket(group, rows.length))));
  }

  /** Which layer lies under this place of the window. */
  layerAt(clientX: number): number {
    const { left, width } = this.slider.getBoundingClientRect();
    return Math.max(0, Math.min(this.count - 1, Math.floor(((clientX - left) / width) * this.count)));
  }

  private target(key: string): number | undefined {
    return {
      ArrowRight: this.layer + 1,
      ArrowUp: this.layer + 1,
      ArrowLeft: this.layer - 1,
      ArrowDown: this.layer - 1,
      PageUp: this.layer + 10,
      PageDown: this.layer - 10,
      Home: 0,
      End: this.count - 1,
    }[key];
  }
}

/** In dense nets there is no room for every number. */
function denseNumber(number: number | null, every: number): string {
  return number === 1 || (number ?? 1) % every === 0 ? String(number) : '';
}

function bracket({ from, to, text }: LayerGroup, count: number): HTMLElement {
  const node = el('span', { title: text }, el('span', {}, text));
  node.style.left = `${(from / count) * 100}%`;
  node.style.width = `calc(${((to - from + 1) / count) * 100}% - 2px)`;
  return node;
}
