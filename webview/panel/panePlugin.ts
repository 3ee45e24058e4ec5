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

/** log10; null where it is finite for no seed. */
export type SeedSpan = readonly [low: number, high: number] | null;

/** What Chart.js has no word for. */
export interface PaneOverlay {
  readonly palette: Palette;
  readonly band: readonly [number, number] | null;
  /** Least and most of all seeds, layer by layer. */
  readonly seeds: readonly SeedSpan[];
  /** The selected layer, or the one under the pointer. */
  readonly column: number;
  readonly labels: readonly PaneLabel[];
}

const widestColumn = 80;
const loneWidth = 18;

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
        drawSeeds(chart, content);
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

/** A ribbon wherever neighbours have values; a layer that stands alone gets a bar. */
function drawSeeds({ ctx, chartArea, scales }: Chart, { seeds, palette }: PaneOverlay): void {
  const [x, y] = [scales['x'], scales['y']];
  if (!x || !y) {
    return;
  }
  const pixel = (value: number): number => clamp(y.getPixelForValue(value), chartArea.top, chartArea.bottom);
  ctx.fillStyle = palette.seeds;
  for (const run of runsOf(seeds)) {
    const edges = run.map(({ layer, span }) => ({
      at: x.getPixelForValue(layer),
      low: pixel(span[0]) + 0.5,
      high: pixel(span[1]) - 0.5,
    }));
    const [first] = edges;
    if (edges.length === 1 && first) {
      ctx.fillRect(first.at - loneWidth / 2, first.high, loneWidth, first.low - first.high);
      continue;
    }
    ctx.beginPath();
    edges.forEach(({ at, high }) => ctx.lineTo(at, high));
    edges.reverse().forEach(({ at, low }) => ctx.lineTo(at, low));
    ctx.fill();
  }
}

/** Pieces without a gap. */
function runsOf(
  seeds: readonly SeedSpan[],
): readonly { readonly layer: number; readonly span: readonly [number, number] }[][] {
  const runs: { layer: number; span: readonly [number, number] }[][] = [];
  let open: (typeof runs)[number] | null = null;
  for (const [layer, span] of seeds.entries()) {
    if (span === null) {
      open = null;
    } else if (open) {
      open.push({ layer, span });
    } else {
      runs.push((open = [{ layer, span }]));
    }
  }
  return runs;
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
