import { formatNumber } from '../core/format';
import { conditions, log, type Condition } from '../core/report/condition';
import { layerRows, type LayerRow } from '../core/report/layerRows';
import { openingStep } from '../core/report/probeSteps';
import type { ModelReport, Probe, Shape } from '../core/report/report';

/** What stands behind one line of the source: the layers that the line makes, in numbers. */
export interface InlineLine {
  /** 1-based. */
  readonly line: number;
  readonly cell: number | undefined;
  /** Padded so that the columns of one model's lines stand below one another. */
  readonly text: string;
  /** What is wrong; null for healthy lines. */
  readonly trouble: {
    readonly level: 'warn' | 'sick';
    readonly glyph: string;
    readonly words: string;
  } | null;
}

/** The layers that one line makes, as hover and inline values show them together. */
export interface LineGroup {
  readonly line: number;
  readonly cell: number | undefined;
  /** Input first; kernel layers only where there are any. */
  readonly rows: readonly LayerRow[];
  readonly conditions: readonly Condition[];
}

/** The model's layers by the line that makes them. */
export function lineGroups(model: ModelReport): readonly LineGroup[] {
  const rows = layerRows(model);
  const judged = conditions(model, rows, model.probe ? openingStep(model.probe) : 0);
  const groups = new Map</* cell:line */ string, { row: LayerRow; condition: Condition }[]>();
  rows.forEach((row, i) => {
    const condition = judged[i];
    if (row.range && condition) {
      const key = `${row.range.cell ?? ''}:${row.range.startLine}`;
      groups.set(key, [...(groups.get(key) ?? []), { row, condition }]);
    }
  });
  return [...groups.values()].flatMap((members) => {
    const kernels = members.filter(({ row }) => row.number !== null);
    const shown = kernels.length > 0 ? kernels : members;
    const range = shown[0]?.row.range;
    return range
      ? [
          {
            line: range.startLine,
            cell: range.cell,
            rows: shown.map(({ row }) => row),
            conditions: shown.map(({ condition }) => condition),
          },
        ]
      : [];
  });
}

/** The text behind each line of a model that makes layers. */
export function inlineLines(model: ModelReport): readonly InlineLine[] {
  const groups = lineGroups(model);
  const window = barWindow(groups, model.probe);
  const cells = groups.map((group) => cellsOf(group, model.probe, window));
  const width = (column: 'size' | 'variance' | 'gradient'): number =>
    Math.max(0, ...cells.map((c) => c[column].length));
  const [size, variance, gradient] = [width('size'), width('variance'), width('gradient')];
  return groups.map((group, i) => {
    const c = cells[i] ?? { size: '', variance: '', gradient: '', rest: '' };
    const parts =
      c.variance === ''
        ? [c.size.padStart(size), c.rest]
        : [c.size.padStart(size), c.variance.padEnd(variance), `${c.gradient.padEnd(gradient)} ${c.rest}`];
    return {
      line: group.line,
      cell: group.cell,
      text: parts.join('   ').trimEnd(),
      trouble: troubleOf(group, model.probe),
    };
  });
}

interface Cells {
  readonly size: string;
  readonly variance: string;
  readonly gradient: string;
  readonly rest: string;
}

function cellsOf({ rows }: LineGroup, probe: Probe | null, window: readonly [number, number]): Cells {
  const [first] = rows;
  const last = rows.at(-1);
  const size = sizeText(rows);
  if (!probe || !first || !last) {
    return { size, variance: '', gradient: '', rest: '' };
  }
  if (rows.every(({ className }) => isOffWhileMeasuring(className))) {
    return { size, variance: '', gradient: '', rest: 'off while measuring' };
  }
  const step = openingStep(probe);
  const gradients = rows.map((row) => row.gradient[step] ?? null);
  const one = rows.length === 1;
  return {
    size,
    variance: `var ${span(rows.map((row) => row.variance[step] ?? null))}`,
    gradient: `grad ${brief(gradients[0] ?? null)}`,
    rest: one
      ? lyingBar(gradients[0] ?? null)
      : `${standingBars(gradients, window)} ${brief(gradients.at(-1) ?? null)}`,
  };
}

/** '100', '26×26×32', '20 × 100', '3 layers' where their outputs differ. */
function sizeText(rows: readonly LayerRow[]): string {
  const sizes = new Set(rows.map(({ outputShape }) => shapeText(outputShape)));
  const [size = ''] = sizes;
  return rows.length === 1 ? size : sizes.size === 1 ? `${rows.length} × ${size}` : `${rows.length} layers`;
}

function shapeText(shape: Shape | readonly Shape[] | null): string {
  if (!shape) {
    return '';
  }
  const [first] = shape;
  const single = Array.isArray(first) ? (first as Shape) : (shape as Shape);
  const text = single.slice(1).map((n) => n ?? '?');
  return text.length === 0 ? '1' : text.join('×');
}

/** Random layers that the probe leaves out. */
function isOffWhileMeasuring(className: string): boolean {
  return /Dropout|^Gaussian(Noise)$|^ActivityRegularization$/.test(className);
}

/** One digit where it is a power, as in a sentence: 4e-13, 0.054. */
function brief(value: number | null): string {
  if (value === null || Number.isNaN(value)) {
    return 'NaN';
  }
  const size = Math.abs(value);
  return formatNumber(value, size !== 0 && (size < 1e-3 || size >= 1e6) ? 1 : 2);
}

/** '0.011–0.019', or one number where both ends read the same. */
function span(values: readonly (number | null)[]): string {
  const finite = values.filter((value) => value !== null);
  if (finite.length === 0) {
    return 'NaN';
  }
  const [low, high] = [brief(Math.min(...finite)), brief(Math.max(...finite))];
  return low === high ? low : `${low}–${high}`;
}

const lowest = -12;

/** A single layer: half a cell a decade from 1e-12, a whole block is two decades. */
export function lyingBar(gradient: number | null): string {
  const size = log(gradient);
  if (size === null) {
    return '';
  }
  const halves = Math.min(24, Math.max(1, Math.round(size - lowest)));
  return '▄'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '▖' : '');
}

const bars = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const mostBars = 30;

/** A bar for each of several layers, input left; where there are too many, each bar is the smallest of its neighbours. */
export function standingBars(
  gradients: readonly (number | null)[],
  [low, high]: readonly [number, number] = [lowest, 0],
): string {
  const per = Math.ceil(gradients.length / mostBars);
  const shown = Array.from({ length: Math.ceil(gradients.length / per) }, (_, i) => {
    const sizes = gradients.slice(i * per, (i + 1) * per).map(log);
    return sizes.includes(null) ? null : Math.min(...sizes.filter((size) => size !== null));
  });
  return shown
    .map((size) => {
      const share = size === null ? null : (size - low) / (high - low);
      const index = share === null ? -1 : Math.min(7, Math.max(0, Math.round(share * 7)));
      return bars[index] ?? '×';
    })
    .join('');
}

/** 1e-12 to 1; where gradients explode, from the smallest to the largest of the model. */
function barWindow(groups: readonly LineGroup[], probe: Probe | null): readonly [number, number] {
  const step = probe ? openingStep(probe) : 0;
  const sizes = groups
    .flatMap(({ rows }) => rows.map((row) => log(row.gradient[step])))
    .filter((size) => size !== null);
  const high = Math.max(...sizes, 0);
  return high > 1 ? [Math.min(Math.min(...sizes), high - 3), high] : [lowest, 0];
}

function troubleOf({ rows, conditions: judged }: LineGroup, probe: Probe | null): InlineLine['trouble'] {
  const broken = probe ? brokenFrom(rows, probe) : null;
  if (broken !== null) {
    return { level: 'sick', glyph: '✕', words: `not finite from step ${broken}` };
  }
  const sick = judged.filter(({ level }) => level === 'sick');
  const [worst] = sick.length > 0 ? sick : judged.filter(({ level }) => level === 'warn');
  if (!worst || worst.level === 'ok') {
    return null;
  }
  const count = judged.filter(({ word }) => word === worst.word).length;
  const words = judged.length === 1 ? worst.word : `${count} ${counted[worst.word] ?? worst.word}`;
  return { level: worst.level, glyph: worst.glyph, words };
}

/** '16 vanish': the word behind a number of layers. */
const counted: Readonly<Record<string, string>> = { vanishing: 'vanish', exploding: 'explode' };

/** The first measured step at which one of the layers is not finite. */
function brokenFrom(rows: readonly LayerRow[], probe: Probe): number | null {
  const steps = rows.map(({ nonFinite }) => nonFinite.findIndex((count) => count > 0)).filter((i) => i >= 0);
  return steps.length === 0 ? null : (probe.measuredSteps[Math.min(...steps)] ?? null);
}
