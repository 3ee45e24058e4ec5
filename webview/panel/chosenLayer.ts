import { formatNumber, formatShare } from '../../src/core/format';
import type { Series } from '../../src/core/report/report';
import { log } from '../../src/core/report/condition';
import { layerTitle, type LayerRow } from '../../src/core/report/layerRows';
import { span } from '../../src/core/report/scale';
import type { Shown } from '../model/shown';
import { el, icon, type Child } from '../shared/dom';
import { sparkline } from '../shared/pictures';
import { mark, num, placeText } from '../shared/text';
import type { Actions } from './actions';
import { histograms } from './histograms';
import { l10n } from '../model/l10n';

/** The selected layer by name, line and numbers; its course over the steps on demand. */
export function chosenLayer(shown: Shown, open: boolean, { host, toggle }: Actions): Child {
  const layer = shown.rows[shown.layer];
  const condition = shown.conditions[shown.layer];
  if (!layer || !condition) {
    return null;
  }
  const { step } = shown;
  const facts = (
    [
      [l10n.t('gradient'), layer.gradient],
      [l10n.t('variance'), layer.variance],
      [l10n.t('update ratio'), layer.updateRatio],
    ] as const
  ).filter(([, series]) => series !== null);
  const { range } = layer;
  return [
    el(
      'div',
      { class: 'about' },
      el(
        'p',
        {},
        mark(condition),
        ' ',
        el('span', { class: 'name' }, layerTitle(layer)),
        ' ',
        el(
          'span',
          { class: 'quiet' },
          [layer.className, layer.activation, condition.word].filter(Boolean).join(', '),
        ),
      ),
      el(
        'p',
        { class: 'values small' },
        facts.map(([name, series]) =>
          el('span', {}, el('span', { class: 'quiet' }, `${name} `), num(value(series, step))),
        ),
        el('span', {}, el('span', { class: 'quiet' }, `${l10n.t('output')} `), num(layer.output)),
      ),
    ),
    el(
      'div',
      { class: 'actions' },
      range &&
        el(
          'button',
          {
            class: 'btn second compact',
            type: 'button',
            'data-focus': 'chosen line',
            on: { click: () => host.send('goTo', range) },
          },
          icon('go-to-file'),
          l10n.t('Go to {0}', placeText(range)),
        ),
      el(
        'button',
        {
          class: 'btn second compact',
          type: 'button',
          'data-focus': 'chosen open',
          'aria-expanded': String(open),
          on: { click: () => toggle('layer') },
        },
        icon(open ? 'chevron-down' : 'chevron-right'),
        l10n.t('More of this layer'),
      ),
    ),
    open && details(shown, layer),
  ];
}

/** Update ratios that neither stand still nor tear the weights apart, as the rules GD104 and GD105 say. */
const healthyUpdates = [-4, -2] as const;

function details(shown: Shown, layer: LayerRow): HTMLElement {
  const { measurement } = layer;
  const overTime = measurement?.gradientOverTime;
  const shares = (
    [
      [l10n.t('Signal fraction'), measurement?.signalFraction],
      [l10n.t('Zeros'), measurement?.zeroShare],
      [l10n.t('Saturated'), measurement?.saturatedShare],
      [l10n.t('Dead units'), measurement?.deadUnitShare],
    ] as const
  ).flatMap(([name, series]) => {
    const share = series?.[shown.step];
    return typeof share === 'number' ? [[name, formatShare(share)] as const] : [];
  });
  const mean = measurement?.mean[shown.step];
  return el(
    'div',
    { class: 'detail' },
    course(shown, l10n.t('Gradient'), layer.gradient),
    course(shown, l10n.t('Variance'), layer.variance),
    layer.updateRatio && course(shown, l10n.t('Update ratio'), layer.updateRatio, healthyUpdates),
    overTime && overTime.length > 1 && timeCourse(overTime),
    measurement?.histogram && histograms(measurement.histogram),
    el(
      'figure',
      {},
      el('figcaption', {}, el('b', {}, l10n.t('Also measured'))),
      el(
        'dl',
        { class: 'small' },
        [...shares, ...(typeof mean === 'number' ? [[l10n.t('Mean'), formatNumber(mean)] as const] : [])].map(
          ([name, text]) => el('div', {}, el('dt', { class: 'quiet' }, name), el('dd', {}, num(text))),
        ),
        measurement?.weights
          .filter(({ trainable }) => trainable)
          .map(({ name, rms }) =>
            el(
              'div',
              {},
              el('dt', { class: 'quiet' }, l10n.t('RMS of {0}', name)),
              el('dd', {}, num(value(rms, shown.step))),
            ),
          ),
      ),
    ),
  );
}

function course(
  { probe, step }: Shown,
  name: string,
  series: Series,
  band?: readonly [number, number],
): HTMLElement {
  const values = series.map(log);
  const first = value(series, 0);
  const now = value(series, step);
  return el(
    'figure',
    {},
    el('figcaption', {}, el('b', {}, name), num(first === now ? now : `${first} → ${now}`)),
    sparkline({
      lines: [{ values, ink: 'now' }],
      band: band ?? null,
      range: span(
        values.map((each) => (each === null ? null : Math.max(each, -20))),
        band,
      ),
      at: step / Math.max(1, probe.measuredSteps.length - 1),
    }),
    el(
      'p',
      { class: 'ends' },
      el('span', {}, l10n.t('step {0}', probe.measuredSteps[0] ?? 0)),
      band && el('span', {}, l10n.t('healthy: {0} to {1}', '1e-4', '0.01')),
      el('span', {}, l10n.t('step {0}', probe.measuredSteps.at(-1) ?? 0)),
    ),
  );
}

/** Recurrent layers: how far back in time the gradient reaches. */
function timeCourse(series: Series): HTMLElement {
  const values = series.map(log);
  return el(
    'figure',
    {},
    el(
      'figcaption',
      {},
      el('b', {}, l10n.t('Gradient over time')),
      num(`${value(series, 0)} → ${value(series, series.length - 1)}`),
    ),
    sparkline({ lines: [{ values, ink: 'now' }], range: span(values) }),
    el(
      'p',
      { class: 'ends' },
      el('span', {}, l10n.t('first time step')),
      el('span', {}, l10n.t('time step {0}', series.length)),
    ),
  );
}

function value(series: Series | null, step: number): string {
  return formatNumber(series?.[step] ?? null);
}
