import { plural } from '../../format';
import { conditions, healthyBand, levelsOf, log, type Condition } from '../condition';
import { layerRows, type LayerRow } from '../layerRows';
import { openingStep } from '../probeSteps';
import type { Fix, ModelReport } from '../report';
import { axisRange, tickLabel, type AxisRange } from '../scale';
import { html, type Content, type Markup } from './markup';

const size = { width: 900, axis: 64, right: 12, gap: 34 } as const;
const panes = [
  { name: 'gradient', title: 'Gradient magnitude', height: 220 },
  { name: 'variance', title: 'Activation variance', height: 140 },
] as const;
type Pane = (typeof panes)[number];
/** From here on points would touch. */
const denseFrom = 60;

type Logs = readonly (number | null)[];

/** Gradient and activation variance over the layers at the step where a page opens: the panel's picture without its motion. */
export function layerChart(model: ModelReport, fix: Fix | null): Markup | null {
  const { probe } = model;
  const rows = layerRows(model);
  if (!probe || rows.length === 0) {
    return null;
  }
  const step = openingStep(probe);
  const height = panes.reduce((sum, pane) => sum + pane.height + size.gap, 24);
  const x = (layer: number): number =>
    size.axis + ((layer + 0.5) / rows.length) * (size.width - size.axis - size.right);
  const judged = conditions(model, rows, step);
  let top = 0;
  const parts = panes.map((pane) => {
    const part = paneOf(pane, top + size.gap - 8, { model, rows, step, judged, fix, x });
    top += pane.height + size.gap;
    return part;
  });
  const every = Math.ceil(rows.length / 25);
  const numbers = rows.map(
    ({ number }, i) =>
      i % every === 0 &&
      html`<text class="tick" x="${round(x(i))}" y="${top + 12}" text-anchor="middle"
        >${number ?? '·'}</text
      >`,
  );
  const label = `Gradient magnitude and activation variance of ${plural(rows.length, 'layer')} at step ${probe.measuredSteps[step] ?? 0}, log scale. The table has the numbers.`;
  return html`<svg role="img" aria-label="${label}" viewBox="0 0 ${size.width} ${height}">
    ${parts}${numbers}
  </svg>`;
}

interface Drawing {
  readonly model: ModelReport;
  readonly rows: readonly LayerRow[];
  readonly step: number;
  readonly judged: readonly Condition[];
  readonly fix: Fix | null;
  readonly x: (layer: number) => number;
}

function paneOf(pane: Pane, top: number, { model, rows, step, judged, fix, x }: Drawing): Content {
  const values = rows.map((row) => log(row[pane.name][step]));
  const profile = new Map((fix?.verified.after.profile ?? []).map((layer) => [layer.id, layer[pane.name]]));
  const after = rows.map(({ id }) => log(profile.get(id)));
  const seeds = rows.map(({ measurement }) => measurement?.overSeeds?.[pane.name]);
  const low = seeds.map((band) => log(band?.low[step]));
  const high = seeds.map((band) => log(band?.high[step]));
  const band = pane.name === 'gradient' ? healthyBand(rows, step, levelsOf(model.architecture)) : null;
  const known = [values, after, low, high, band ?? []].flat().filter((value) => value !== null);
  const range = axisRange(known, pane.height > 160 ? 6 : 4);
  const y = (value: number): number => top + pane.height * (1 - share(value, range));
  const ticks = ticksOf(range).map(
    (tick) =>
      html`<line
          class="grid"
          x1="${size.axis}"
          x2="${size.width - size.right}"
          y1="${round(y(tick))}"
          y2="${round(y(tick))}"
        />
        <text class="tick" x="${size.axis - 6}" y="${round(y(tick) + 4)}" text-anchor="end"
          >${tickLabel(tick)}</text
        >`,
  );
  const healthy =
    band &&
    html`<rect
      class="band"
      x="${size.axis}"
      width="${size.width - size.axis - size.right}"
      y="${round(y(band[1]))}"
      height="${round(y(band[0]) - y(band[1]))}"
    />`;
  const ribbon = runs(low).map((run) => {
    const upper = run.map(({ layer }) => point(x(layer), y(high[layer] ?? 0)));
    const lower = run.map(({ layer, value }) => point(x(layer), y(value))).reverse();
    return html`<polygon class="seeds" points="${[...upper, ...lower].join(' ')}" />`;
  });
  const line = (logs: Logs, className: string): Content =>
    runs(logs).map(
      (run) =>
        html`<polyline
          class="${className}"
          points="${run.map(({ layer, value }) => point(x(layer), y(value))).join(' ')}"
        />`,
    );
  const marks = values.map((value, i) => {
    const { level = 'ok', word = '', kind = 'healthy' } = pane.name === 'gradient' ? (judged[i] ?? {}) : {};
    const name = html`<title>${rows[i]?.id ?? ''}${word && `, ${word}`}</title>`;
    if (value === null) {
      return (
        kind === 'notFinite' &&
        html`<text class="sick" x="${round(x(i))}" y="${top + pane.height}" text-anchor="middle"
          >✕${name}</text
        >`
      );
    }
    return (
      (level !== 'ok' || rows.length <= denseFrom) &&
      html`<circle
        class="${level}"
        cx="${round(x(i))}"
        cy="${round(y(value))}"
        r="${level === 'ok' ? 2.5 : 4}"
        >${name}</circle
      >`
    );
  });
  return html`<text class="title" x="0" y="${top - 10}">${pane.title}</text
    >${healthy}${ticks}${ribbon}${line(after, 'after')}${line(values, 'now')}${marks}`;
}

function ticksOf({ min, max, tick }: AxisRange): readonly number[] {
  return Array.from({ length: Math.round((max - min) / tick) + 1 }, (_, i) => min + i * tick);
}

function share(value: number, { min, max }: AxisRange): number {
  return Math.max(0, Math.min(1, (value - min) / (max - min)));
}

/** Pieces without a gap: a line must not leap over what is not finite. */
function runs(values: Logs): readonly { readonly layer: number; readonly value: number }[][] {
  const found: { layer: number; value: number }[][] = [[]];
  for (const [layer, value] of values.entries()) {
    if (value === null) {
      found.push([]);
    } else {
      found.at(-1)?.push({ layer, value });
    }
  }
  return found.filter(({ length }) => length > 0);
}

const point = (x: number, y: number): string => `${round(x)},${round(y)}`;
const round = (value: number): number => Math.round(value * 10) / 10;
