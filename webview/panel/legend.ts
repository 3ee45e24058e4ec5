import type { Shown } from '../model/shown';
import { el, svg, type Child } from '../shared/dom';
import { mark } from '../shared/text';
import { l10n } from '../model/l10n';

/** An entry for everything that is drawn, and for nothing else. */
export function legend(shown: Shown): Child {
  const kinds = new Map(
    shown.conditions.filter(({ glyph }) => glyph !== '').map((condition) => [condition.word, condition]),
  );
  const seeds = shown.probe.seeds.length;
  return [
    entry(key('now'), shown.before ? l10n.t('now') : l10n.t('measured')),
    shown.rows.some(
      ({ measurement }) => typeof measurement?.overSeeds?.gradient.low[shown.step] === 'number',
    ) && entry(key('seeds'), seeds === 1 ? l10n.t('1 seed') : l10n.t('{0} seeds', seeds)),
    shown.band && entry(key('band'), l10n.t('healthy gradient')),
    [...kinds.values()].map((condition) => el('span', {}, mark(condition), condition.word)),
    shown.before && entry(key('before'), l10n.t('before the fix')),
    shown.overlay && entry(key('after'), l10n.t('with {0}, step {1}', shown.overlay.name, shown.probe.steps)),
  ];
}

const entry = (picture: SVGElement, text: string): HTMLElement => el('span', {}, picture, text);

const line = { x1: 0, x2: 22, y1: 6, y2: 6 };
const shapes: Readonly<Record<'now' | 'before' | 'after' | 'band' | 'seeds', () => readonly SVGElement[]>> = {
  now: () => [
    svg('line', { class: 'stroke-now', ...line }),
    svg('circle', { class: 'fill-now', cx: 11, cy: 6, r: 3.5 }),
  ],
  before: () => dashedKey('before'),
  after: () => dashedKey('after'),
  seeds: () => [svg('rect', { class: 'fill-seeds', x: 0, y: 1, width: 22, height: 10 })],
  band: () => [
    svg('rect', { class: 'fill-band', x: 0, y: 0, width: 22, height: 12 }),
    svg('rect', { class: 'stroke-after dotted', x: 0.5, y: 0.5, width: 21, height: 11 }),
  ],
};

function dashedKey(ink: 'before' | 'after'): readonly SVGElement[] {
  return [
    svg('line', { class: `stroke-${ink} dashed`, ...line }),
    svg('rect', {
      class: `stroke-${ink} on-back`,
      x: 8,
      y: 3,
      width: 6,
      height: 6,
      transform: 'rotate(45 11 6)',
    }),
  ];
}

function key(kind: keyof typeof shapes): SVGElement {
  return svg(
    'svg',
    { width: 22, height: 12, viewBox: '0 0 22 12', 'aria-hidden': 'true' },
    ...shapes[kind](),
  );
}
