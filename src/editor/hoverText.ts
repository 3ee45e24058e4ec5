import { formatNumber, formatShare } from '../core/format';
import { healthyBand, levelsOf } from '../core/report/condition';
import { layerRows, layerTitle, type LayerRow } from '../core/report/layerRows';
import { openingStep } from '../core/report/probeSteps';
import type { ModelReport, Probe, Series } from '../core/report/report';
import type { Translator } from '../shared/l10n';
import { lineGroups, type LineGroup } from './inlineText';
import { expectations } from './theory';

/** Update ratios that neither stand still nor tear the weights apart, as the rules GD104 and GD105 say. */
const healthyUpdates = ['1e-4', '0.01'] as const;

/** The layers of one line over the measured steps, as Markdown without links; undefined where the line makes none that was measured. */
export function hoverText(
  model: ModelReport,
  line: number,
  cell: number | undefined,
  l10n: Translator,
): string | undefined {
  const group = lineGroups(model).find((g) => g.line === line && g.cell === cell);
  const { probe } = model;
  const first = group?.rows[0];
  if (!group || !first || !probe || first.measurement === null) {
    return undefined;
  }
  return [heading(group, l10n), theoryText(model, group, probe, l10n), table(model, group, probe, l10n)]
    .filter((part) => part !== '')
    .join('\n\n');
}

function heading({ rows, conditions }: LineGroup, l10n: Translator): string {
  const [first] = rows;
  const last = rows.at(-1);
  const sick =
    conditions.find(({ level }) => level === 'sick') ?? conditions.find(({ level }) => level === 'warn');
  const kind = [first?.className, first?.activation].filter(Boolean).join(' ');
  const name =
    rows.length === 1 && first
      ? layerTitle(first)
      : first?.number && last?.number
        ? l10n.t('Layers {0} to {1}', first.number, last.number)
        : l10n.t('{0} layers', rows.length);
  const state = sick ? `: ${sick.glyph} ${sick.word}` : '';
  return `**${escape(`${name}, ${kind}`)}${state}**`;
}

/** How the gradient changes a layer, before the first update, beside what theory expects; empty where theory does not speak. */
function theoryText(model: ModelReport, { rows }: LineGroup, probe: Probe, l10n: Translator): string {
  const expected = expectations(model);
  const kernels = layerRows(model).filter(({ number }) => number !== null);
  const factors = rows.flatMap((row) => {
    const next = kernels[kernels.findIndex(({ id }) => id === row.id) + 1];
    const [here, after] = [row.gradient[0] ?? null, next?.gradient[0] ?? null];
    const gain = expected.get(row.id)?.gain;
    return gain !== undefined && here !== null && after !== null && here > 0 && after > 0
      ? [{ measured: here / after, gain }]
      : [];
  });
  if (factors.length === 0 || probe.measuredSteps[0] !== 0) {
    return '';
  }
  const mean = (values: readonly number[]): number =>
    Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
  const measured = formatNumber(mean(factors.map((f) => f.measured)));
  const gain = formatNumber(mean(factors.map((f) => f.gain)));
  return rows.length === 1
    ? l10n.t(
        'At the start it multiplies the gradient by {0} on its way to the input; theory expects {1}.',
        measured,
        gain,
      )
    : l10n.t(
        'At the start each layer multiplies the gradient by {0} on its way to the input; theory expects {1}.',
        measured,
        gain,
      );
}

function table(model: ModelReport, { rows }: LineGroup, probe: Probe, l10n: Translator): string {
  const columns = shownSteps(probe);
  const ends = [...new Set([rows[0], rows.at(-1)])].filter((row) => row !== undefined);
  const band = healthyBand(layerRows(model), openingStep(probe), levelsOf(model.architecture));
  const healthy = band ? l10n.t('{0} to {1}', formatNumber(10 ** band[0]), formatNumber(10 ** band[1])) : '';
  const suffix = (row: LayerRow): string => (ends.length > 1 ? `, ${escape(shortName(row, l10n))}` : '');
  const series = (
    name: string,
    values: (row: LayerRow) => Series | null | undefined,
    format: Format,
    band = '',
  ) =>
    ends.flatMap((row, i) => {
      const numbers = values(row);
      return numbers?.some((value) => value !== null)
        ? [
            [
              `${name}${suffix(row)}`,
              ...columns.map((step) => `${space}${format(numbers[step] ?? null)}`),
              i === 0 ? band : '',
            ],
          ]
        : [];
    });
  const lines = [
    ...series(l10n.t('gradient'), (row) => row.gradient, number, healthy),
    ...series(l10n.t('variance'), (row) => row.variance, number),
    ...series(
      l10n.t('update ratio'),
      (row) => row.updateRatio,
      number,
      l10n.t('{0} to {1}', ...healthyUpdates),
    ),
    ...series(l10n.t('saturated'), (row) => row.measurement?.saturatedShare, formatShare),
    ...series(l10n.t('dead units'), (row) => row.measurement?.deadUnitShare, formatShare),
    ...series(l10n.t('signal fraction'), (row) => row.measurement?.signalFraction, formatShare),
  ];
  const head = [
    l10n.t('step'),
    ...columns.map((i) => `${space}${probe.measuredSteps[i]}`),
    `${space}${l10n.t('healthy')}`,
  ];
  const rule = ['---', ...columns.map(() => '--:'), '---'];
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The hover's table has no space between its columns. */
const space = '\u00a0\u00a0';

type Format = (value: number | null) => string;
const number: Format = (value) => formatNumber(value);

/** At most four of the steps that have numbers: the first, the last, and two between. */
function shownSteps(probe: Probe): readonly number[] {
  const last = Math.min(probe.measuredSteps.length, probe.loss.length) - 1;
  return [...new Set([0, Math.round(last / 3), Math.round((2 * last) / 3), last])].filter((i) => i >= 0);
}

function shortName(row: LayerRow, l10n: Translator): string {
  return row.number === null ? row.name : l10n.t('layer {0}', row.number);
}

/** Layers are named by the user: nothing of a name is markup. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>&~]/g, '\\$&');
}
