import { formatNumber } from '../../src/core/format';
import type { Histogram, LayerHistogram } from '../../src/core/report/report';
import { spreadOf } from '../model/spread';
import { el, type Child } from '../shared/dom';
import { bars } from '../shared/pictures';
import { num } from '../shared/text';
import { l10n } from '../model/l10n';

/** How the layer's activations and gradients are spread; what the bars show is said in numbers as well. */
export function histograms({ step, activation, gradient }: LayerHistogram): Child {
  const zeros = gradient?.zeros ?? 0;
  return [
    activation && figure(l10n.t('Activations at step {0}', step), activation, (value) => value),
    gradient &&
      figure(
        l10n.t('Gradients at step {0}', step),
        gradient,
        (value) => 10 ** value,
        zeros > 0 ? l10n.t('and {0} of {1} are 0', zeros, zeros + total(gradient)) : '',
      ),
  ];
}

/** `value` turns a place on the axis into the number that is written. */
function figure(title: string, histogram: Histogram, value: (place: number) => number, note = ''): Child {
  const spread = spreadOf(histogram);
  const text = (place: number): string => formatNumber(value(place));
  return el(
    'figure',
    {},
    el('figcaption', {}, el('b', {}, title), spread && num(l10n.t('median {0}', text(spread.median)))),
    bars(histogram.counts),
    spread && el('p', { class: 'ends' }, num(text(histogram.low)), num(text(histogram.high))),
    el(
      'p',
      { class: 'small quiet' },
      [spread && l10n.t('90 % between {0} and {1}', text(spread.usual[0]), text(spread.usual[1])), note]
        .filter(Boolean)
        .join(', '),
    ),
  );
}

const total = ({ counts }: Histogram): number => counts.reduce((sum, bar) => sum + bar, 0);
