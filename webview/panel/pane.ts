import {
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  type ChartDataset,
  type PointStyle,
} from 'chart.js';
import type { Condition } from '../../src/core/report/condition';
import { axisRange, keepRange, tickLabel, type AxisRange } from '../../src/core/report/scale';
import { el } from '../shared/dom';
import type { Palette } from '../shared/theme';
import { panePlugin, type PaneLabel, type PaneOverlay, type SeedSpan } from './panePlugin';

Chart.register(LineController, LineElement, PointElement, LinearScale);

/** One quantity of all layers at one step, as log10; null where it is not finite. */
export interface PaneContent {
  readonly values: readonly (number | null)[];
  readonly conditions: readonly Condition[];
  /** The same before the fix that was applied. */
  readonly before: readonly (number | null)[] | null;
  /** The same with the fix that is looked at. */
  readonly after: readonly (number | null)[] | null;
  /** What else may come to be drawn: the axis has room for it. */
  readonly reach: readonly (number | null)[];
  readonly seeds: readonly SeedSpan[];
  readonly band: readonly [number, number] | null;
  readonly labels: readonly PaneLabel[];
  readonly column: number;
  readonly description: string;
}

type Point = { x: number; y: number | null };
type Line = ChartDataset<'line', Point[]>;

const pointStyles: Readonly<Record<Condition['kind'], PointStyle>> = {
  healthy: 'circle',
  vanishing: 'triangle',
  exploding: 'triangle',
  notFinite: 'crossRot',
  named: 'rect',
};
const still = window.matchMedia('(prefers-reduced-motion: reduce)');
/** From here on points would touch: a line, and one mark in some. */
export const denseFrom = 60;

/** A line over the layers. Pointer and keyboard are the picture's business: the chart itself takes no events. */
export class Pane {
  readonly canvas = el('canvas', { role: 'img' });
  readonly element: HTMLElement;
  private readonly chart: Chart<'line', Point[]>;
  private overlay: PaneOverlay | null = null;
  private range: AxisRange | null = null;

  constructor(className: string) {
    this.element = el('div', { class: className }, this.canvas);
    this.chart = new Chart<'line', Point[]>(this.canvas, {
      type: 'line',
      data: { datasets: [] },
      options: {
        maintainAspectRatio: false,
        events: [],
        animation: { duration: 180 },
        layout: { padding: { right: 12 } },
        scales: {
          x: { type: 'linear', display: false },
          y: {
            type: 'linear',
            afterFit: (scale) => {
              scale.width = parseFloat(getComputedStyle(this.element).getPropertyValue('--axis')) || 48;
            },
            ticks: { autoSkip: false, includeBounds: false, callback: (value) => tickLabel(Number(value)) },
            border: { display: false },
          },
        },
      },
      plugins: [panePlugin(() => this.overlay)],
    });
  }

  draw(content: PaneContent, palette: Palette, animated: boolean): void {
    const { values, before, after, reach, seeds, band, labels, column, description } = content;
    const known = [...values, ...(before ?? []), ...reach, ...seeds.flat(), ...(band ?? [])].filter(
      (value) => value !== null,
    );
    const headroom = labels.some(({ below }) => below < 0) ? 0.6 : 0.1;
    const maxTicks = this.element.clientHeight > 160 ? 6 : 4;
    this.range = keepRange(this.range, axisRange(known, maxTicks, headroom));
    this.overlay = { palette, band, seeds, labels: labels.map(this.onFloor), column };
    this.canvas.setAttribute('aria-label', description);
    this.scale(values.length, palette);
    this.chart.data.datasets = [
      this.measured(content, palette),
      ...(before ? [this.compared(before, palette.before, palette)] : []),
      ...(after ? [this.compared(after, palette.after, palette)] : []),
    ];
    this.chart.update(animated && !still.matches ? undefined : 'none');
  }

  destroy(): void {
    this.chart.destroy();
  }

  /** The chart itself learns its size a moment later. */
  private get width(): number {
    return this.element.clientWidth || 600;
  }

  /** A label of what is not finite stands at the floor line. */
  private readonly onFloor = (label: PaneLabel): PaneLabel =>
    Number.isFinite(label.value) ? label : { ...label, value: this.range?.min ?? 0 };

  private scale(count: number, palette: Palette): void {
    const range = this.range ?? axisRange([], 4);
    const { x, y } = this.chart.options.scales ?? {};
    Object.assign(x ?? {}, { min: -0.5, max: count - 0.5 });
    Object.assign(y ?? {}, { min: range.min, max: range.max });
    Object.assign(y?.ticks ?? {}, {
      stepSize: range.tick,
      color: palette.text,
      font: { size: palette.fontSize, family: palette.fontFamily },
    });
    Object.assign(y ?? {}, { grid: { color: palette.grid, drawTicks: false } });
  }

  private measured({ values, conditions }: PaneContent, palette: Palette): Line {
    const count = values.length;
    const dense = count > denseFrom;
    const size = pointSize(this.width / count);
    const every = Math.ceil(count / 40);
    const paint = conditions.map(({ level }) =>
      level === 'sick' ? palette.sick : level === 'warn' ? palette.warn : palette.now,
    );
    const radius = ({ level }: Condition, i: number): number => {
      if (i % every !== 0) {
        return 0;
      }
      return level !== 'ok' ? (dense ? 3.5 : size) : dense ? 0 : Math.min(3, size);
    };
    const floor = this.range?.min ?? 0;
    const top = this.range?.max ?? 0;
    return {
      data: values.map((value, x) => ({ x, y: value === null ? floor : clamp(value, floor, top) })),
      borderColor: palette.now,
      borderWidth: 1.75,
      clip: 8,
      segment: {
        // No line to or from what is not finite: the ✕ on the floor is no value.
        borderColor: ({ p0DataIndex, p1DataIndex }) =>
          isKnown(values[p0DataIndex]) && isKnown(values[p1DataIndex]) ? undefined : 'transparent',
      },
      pointStyle: conditions.map(({ kind }) => pointStyles[kind]),
      pointRotation: conditions.map(({ kind }) => (kind === 'vanishing' ? 180 : 0)),
      pointRadius: conditions.map((condition, i) =>
        isKnown(values[i]) || condition.kind === 'notFinite' ? radius(condition, i) : 0,
      ),
      pointBorderColor: paint,
      pointBorderWidth: 1.5,
      pointBackgroundColor: conditions.map(({ level }, i) =>
        level === 'warn' ? palette.back : (paint[i] ?? palette.now),
      ),
    };
  }

  private compared(values: readonly (number | null)[], ink: string, palette: Palette): Line {
    const dense = values.length > denseFrom;
    const [floor, top] = [this.range?.min ?? 0, this.range?.max ?? 0];
    return {
      data: values.map((value, x) => ({ x, y: value === null ? null : clamp(value, floor, top) })),
      spanGaps: true,
      borderColor: ink,
      borderWidth: 1.75,
      borderDash: [6, 4],
      clip: 8,
      pointStyle: 'rectRot',
      pointRadius: dense ? 0 : Math.min(3.5, pointSize(this.width / values.length)),
      pointBorderColor: ink,
      pointBackgroundColor: palette.back,
      pointBorderWidth: 1.5,
    };
  }
}

const pointSize = (gap: number): number => Math.max(2.5, Math.min(5.5, gap * 0.28));
const isKnown = (value: number | null | undefined): boolean => typeof value === 'number';
const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
