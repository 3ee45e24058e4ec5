import { formatNumber } from '../../src/core/format';
import type { Histogram, LayerHistogram } from '../../src/core/report/report';
import { spreadOf } from '../model/spread';
import { el, type Child } from '../shared/dom';
import { bars } from '../shared/pictures';
import { num } from '../shared/text';

/** How the layer's activations and gradients are spread; what the bars show is said in numbers as well. */
export function histograms({ step, activation, gradient }: LayerHistogram): Child {
  const zeros = gradient?.zeros ?? 0;
  return [
    activation && figure(`Activations at step ${step}`, activation, (value) => value),
    gradient &&
      figure(
        `Gradients at step ${step}`,
        gradient,
        (value) => 10 ** value,
        zeros > 0 ? `and ${zeros} of ${zeros + total(gradient)} are 0` : '',
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
    el('figcaption', {}, el('b', {}, title), spread && num(`median ${text(spread.median)}`)),
    bars(histogram.counts),
    spread && el('p', { class: 'ends' }, num(text(histogram.low)), num(text(histogram.high))),
    el(
      'p',
      { class: 'small quiet' },
      [spread && `90 % between ${text(spread.usual[0])} and ${text(spread.usual[1])}`, note]
        .filter(Boolean)
        .join(', '),
    ),
  );
}

const total = ({ counts }: Histogram): number => counts.reduce((sum, bar) => sum + bar, 0);
