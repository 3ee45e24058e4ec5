import type { Chart, Plugin } from 'chart.js';
import type { Palette } from '../shared/theme';

export interface PaneLabel {
  /** Index of the layer. */
  readonly layer: number;
  readonly value: number;
  /** Pixels below the point. */
  readonly below: number;
  readonly text: string;
}

/** What Chart.js has no word for. */
export interface PaneOverlay {
  readonly palette: Palette;
  readonly band: readonly [number, number] | null;
  /** The selected layer, or the one under the pointer. */
  readonly column: number;
  readonly labels: readonly PaneLabel[];
}

const widestColumn = 80;

/** Draws healthy band and selected column behind the lines, and at most two direct labels before them. */
export function panePlugin(overlay: () => PaneOverlay | null): Plugin<'line'> {
  return {
    id: 'layers',
    beforeDatasetsDraw(chart) {
      const content = overlay();
      if (content) {
        chart.ctx.save();
        drawColumn(chart, content);
        drawBand(chart, content);
        chart.ctx.restore();
      }
    },
    afterDatasetsDraw(chart) {
      const content = overlay();
      if (content) {
        chart.ctx.save();
        drawLabels(chart, content);
        chart.ctx.restore();
      }
    },
  };
}

function drawBand({ ctx, chartArea, scales }: Chart, { band, palette }: PaneOverlay): void {
  const y = scales['y'];
  if (!band || !y) {
    return;
  }
  const [top, bottom] = [band[1], band[0]].map((value) =>
    Math.min(chartArea.bottom, Math.max(chartArea.top, y.getPixelForValue(value))),
  ) as [number, number];
  ctx.fillStyle = palette.band;
  ctx.fillRect(chartArea.left, top, chartArea.right - chartArea.left, bottom - top);
  ctx.strokeStyle = palette.after;
  ctx.setLineDash([2, 3]);
  ctx.lineWidth = 1;
  for (const edge of [top, bottom]) {
    ctx.beginPath();
    ctx.moveTo(chartArea.left, Math.round(edge) + 0.5);
    ctx.lineTo(chartArea.right, Math.round(edge) + 0.5);
    ctx.stroke();
  }
}

function drawColumn({ ctx, chartArea, scales }: Chart, { column, palette }: PaneOverlay): void {
  const x = scales['x'];
  if (!x) {
    return;
  }
  const center = x.getPixelForValue(column);
  const width = Math.min(widestColumn, Math.max(2, x.getPixelForValue(1) - x.getPixelForValue(0)));
  ctx.fillStyle = palette.column;
  ctx.fillRect(center - width / 2, chartArea.top, width, chartArea.bottom - chartArea.top);
}

function drawLabels({ ctx, chartArea, scales }: Chart, { labels, palette }: PaneOverlay): void {
  const [x, y] = [scales['x'], scales['y']];
  if (!x || !y) {
    return;
  }
  ctx.font = `${palette.fontSize}px ${palette.fontFamily}`;
  ctx.textBaseline = 'middle';
  for (const { layer, value, below, text } of labels) {
    const { width } = ctx.measureText(text);
    const left = clamp(x.getPixelForValue(layer) + 11, chartArea.left + 4, chartArea.right - width - 4);
    const middle = clamp(y.getPixelForValue(value) + below, chartArea.top + 9, chartArea.bottom - 9);
    ctx.fillStyle = palette.plate;
    ctx.fillRect(left - 3, middle - 8, width + 6, 16);
    ctx.fillStyle = palette.text;
    ctx.fillText(text, left, middle);
  }
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
