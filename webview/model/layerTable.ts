import type { Condition } from '../../src/core/report/condition';
import type { LayerRow } from '../../src/core/report/layerRows';

export type SortKey = 'position' | 'name' | 'params' | 'gradient' | 'variance' | 'update' | 'condition';

export interface Sort {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** The values of one layer at one step, as the table shows, sorts and copies them. */
export interface TableRow {
  readonly position: number;
  readonly layer: LayerRow;
  readonly condition: Condition;
  readonly gradient: number | null;
  readonly variance: number | null;
  readonly update: number | null;
}

export function tableRows(
  rows: readonly LayerRow[],
  conditions: readonly Condition[],
  step: number,
): readonly TableRow[] {
  return rows.flatMap((layer, position) => {
    const condition = conditions[position];
    const at = (series: LayerRow['updateRatio']): number | null => series?.[step] ?? null;
    return condition
      ? [
          {
            position,
            layer,
            condition,
            gradient: at(layer.gradient),
            variance: at(layer.variance),
            update: at(layer.updateRatio),
          },
        ]
      : [];
  });
}

const keys: Readonly<Record<SortKey, (row: TableRow) => number | string | null>> = {
  position: (row) => row.position,
  name: (row) => row.layer.name,
  params: (row) => row.layer.params,
  gradient: (row) => row.gradient,
  variance: (row) => row.variance,
  update: (row) => row.update,
  condition: (row) => row.condition.word,
};

/** Stable; what has no value stands last whichever way is sorted. */
export function sortRows(rows: readonly TableRow[], { key, descending }: Sort): readonly TableRow[] {
  const value = keys[key];
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) {
      return Number(x === null) - Number(y === null) || a.position - b.position;
    }
    const order = x < y ? -1 : x > y ? 1 : 0;
    return (descending ? -order : order) || a.position - b.position;
  });
}

/** The same numbers in full, for a spreadsheet; what is not finite is an empty cell. */
export function toCsv(rows: readonly TableRow[], step: number): string {
  const head = [
    'position',
    'number',
    'layer',
    'class',
    'activation',
    'output',
    'parameters',
    'line',
    'step',
    'gradient magnitude',
    'activation variance',
    'update ratio',
    'state',
  ];
  const lines = rows.map(({ position, layer, gradient, variance, update, condition }) => [
    position + 1,
    layer.number,
    layer.id,
    layer.className,
    layer.activation,
    layer.output,
    layer.params,
    layer.range?.startLine ?? null,
    step,
    gradient,
    variance,
    update,
    condition.word,
  ]);
  return [head, ...lines].map((line) => line.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

function csvCell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  // A spreadsheet would take a leading =, +, - or @ of a name for a formula.
  const safe = typeof value === 'string' && /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
