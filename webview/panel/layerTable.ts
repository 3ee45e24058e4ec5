import { formatCount, formatNumber } from '../../src/core/format';
import { log } from '../../src/core/report/condition';
import { sortRows, tableRows, toCsv, type Sort, type SortKey, type TableRow } from '../model/layerTable';
import { span } from '../../src/core/report/scale';
import type { Shown } from '../model/shown';
import { el, type Child } from '../shared/dom';
import { logBar, sparkline } from '../shared/pictures';
import { mark } from '../shared/text';
import type { Actions } from './actions';
import { l10n } from '../model/l10n';

interface Column {
  readonly key: SortKey | null;
  readonly title: string;
  /** `optN`: leaves when the page gets narrow, in this order: opt3, opt, opt2. */
  readonly className: string;
  readonly cell: (row: TableRow, actions: Actions) => Child;
}

const course = (series: readonly (number | null)[]): SVGSVGElement => {
  const values = series.map(log);
  return sparkline({ lines: [{ values, ink: 'now' }], range: span(values), className: 'spark' });
};

const columns: readonly Column[] = [
  { key: 'position', title: '#', className: 'r num', cell: ({ layer }) => String(layer.number ?? '·') },
  {
    key: 'name',
    title: l10n.t('Layer'),
    className: '',
    cell: ({ layer, position }, { selectLayer }) =>
      el(
        'button',
        {
          class: 'link',
          type: 'button',
          title: layer.id,
          'data-focus': `row ${layer.id}`,
          on: { click: () => selectLayer(position) },
        },
        layer.id === layer.name ? layer.name : `…/${layer.name}`,
      ),
  },
  {
    key: null,
    title: l10n.t('Class'),
    className: 'opt opt3',
    cell: ({ layer }) => [layer.className, layer.activation].filter(Boolean).join(' '),
  },
  { key: null, title: l10n.t('Output'), className: 'num opt', cell: ({ layer }) => layer.output },
  {
    key: 'params',
    title: l10n.t('Parameters'),
    className: 'r num opt',
    cell: ({ layer }) => formatCount(layer.params),
  },
  {
    key: 'gradient',
    title: l10n.t('Gradient'),
    className: 'num gradient',
    cell: ({ gradient, condition }) => [
      el('span', { class: 'cellnum' }, number(gradient, condition.kind === 'notFinite')),
      logBar(gradient, condition.level === 'sick'),
    ],
  },
  { key: null, title: l10n.t('Steps'), className: 'opt', cell: ({ layer }) => course(layer.gradient) },
  {
    key: 'variance',
    title: l10n.t('Variance'),
    className: 'r num opt2',
    cell: ({ variance, condition }) => number(variance, condition.kind === 'notFinite'),
  },
  {
    key: 'update',
    title: l10n.t('Update ratio'),
    className: 'r num opt',
    cell: ({ update, layer, condition }) =>
      layer.updateRatio ? number(update, condition.kind === 'notFinite') : '–',
  },
  {
    key: 'condition',
    title: l10n.t('State'),
    className: 'state',
    cell: ({ condition }) => [mark(condition), ' ', condition.word],
  },
];

/** The picture's twin: the same numbers to read, sort and copy. */
export function layerTable(shown: Shown, sort: Sort, actions: Actions): Child {
  const step = shown.probe.measuredSteps[shown.step] ?? 0;
  const rows = tableRows(shown.rows, shown.conditions, shown.step);
  const copy = (): void => {
    void navigator.clipboard.writeText(toCsv(rows, step)).then(
      () => actions.announce(l10n.t('{0} layers copied as CSV', rows.length)),
      () => actions.announce(l10n.t('The clipboard refused the text.')),
    );
  };
  return [
    el(
      'div',
      { class: 'head' },
      el('h2', { id: 'h-layers' }, l10n.t('Layers')),
      el('span', { class: 'quiet small' }, l10n.t('the same numbers, step {0}', step)),
      el('span', { class: 'grow' }),
      el(
        'button',
        { class: 'link small', type: 'button', 'data-focus': 'csv', on: { click: copy } },
        l10n.t('Copy as CSV'),
      ),
    ),
    el(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Layer table' },
      el(
        'table',
        {},
        el('caption', { class: 'sr' }, l10n.t('Layers at step {0}', step)),
        el(
          'thead',
          {},
          el(
            'tr',
            {},
            columns.map((column) => headCell(column, sort, actions)),
          ),
        ),
        el(
          'tbody',
          {},
          sortRows(rows, sort).map((row) =>
            el(
              'tr',
              { 'data-layer': row.position },
              columns.map(({ className, cell }) => el('td', { class: className }, cell(row, actions))),
            ),
          ),
        ),
      ),
    ),
  ];
}

/** Which row is selected changes far more often than the table. */
export function selectRow(table: HTMLElement, layer: number): void {
  for (const row of table.querySelectorAll<HTMLElement>('tbody tr')) {
    const selected = row.dataset['layer'] === String(layer);
    row.classList.toggle('on', selected);
    row.toggleAttribute('aria-current', selected);
  }
}

function headCell({ key, title, className }: Column, sort: Sort, { sortBy }: Actions): HTMLElement {
  const sorted = key !== null && key === sort.key;
  return el(
    'th',
    {
      scope: 'col',
      class: className.replace('num', ''),
      'aria-sort': sorted ? (sort.descending ? 'descending' : 'ascending') : undefined,
    },
    key === null
      ? title
      : el(
          'button',
          {
            type: 'button',
            'data-focus': `sort ${key}`,
            'aria-label': title === '#' ? l10n.t('Position') : undefined,
            on: { click: () => sortBy({ key, descending: sorted && !sort.descending }) },
          },
          title,
        ),
  );
}

/** A missing number is either not finite, which is a disease, or not defined, which is none. */
function number(value: number | null, broken: boolean): string {
  return value === null && !broken ? '–' : formatNumber(value);
}
