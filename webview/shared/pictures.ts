import { span } from '../../src/core/report/scale';
import { svg } from './dom';

/** Colours by role; the classes are in base.css. */
export type Ink = 'now' | 'after' | 'before' | 'sick' | 'grid';

export interface PictureLine {
  readonly values: readonly (number | null)[];
  readonly ink: Ink;
  readonly dashed?: boolean;
}

export interface Picture {
  readonly lines: readonly PictureLine[];
  readonly band?: readonly [number, number] | null;
  readonly range?: readonly [number, number];
  /** Share of the width where the shown step lies. */
  readonly at?: number;
  readonly className?: string;
}

const width = 120;
const height = 40;

/** A small picture without axes. Decorative: the numbers stand beside it. */
export function sparkline({ lines, band, range, at, className = 'mini' }: Picture): SVGSVGElement {
  const [low, high] =
    range ??
    span(
      lines.flatMap(({ values }) => values),
      band ?? [],
    );
  const y = (value: number): number => {
    const share = (value - low) / (high - low || 1);
    return height * (1 - Math.max(0, Math.min(1, share)));
  };
  const picture = svg('svg', {
    class: className,
    viewBox: `0 -2 ${width} ${height + 4}`,
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
    focusable: 'false',
  });
  if (band) {
    const top = Math.max(0, y(band[1]));
    const bottom = Math.min(height, y(band[0]));
    picture.append(
      svg('rect', { class: 'fill-band', x: 0, width, y: top, height: Math.max(1, bottom - top) }),
    );
  }
  if (at !== undefined) {
    const x = at * width;
    picture.append(svg('line', { class: 'stroke-grid', x1: x, x2: x, y1: -2, y2: height + 2 }));
  }
  for (const { values, ink, dashed } of lines) {
    for (const run of finiteRuns(values)) {
      const points = run
        .map(([i, value]) => `${round((i / Math.max(1, values.length - 1)) * width)},${round(y(value))}`)
        .join(' ');
      const flatLine = run.length === 1 ? `${points} ${points}` : points;
      picture.append(
        svg('polyline', { class: `stroke-${ink}${dashed === true ? ' dashed' : ''}`, points: flatLine }),
      );
    }
  }
  return picture;
}

/** Bars side by side, the tallest as high as the picture. Decorative: the numbers stand beside it. */
export function bars(heights: readonly number[]): SVGSVGElement {
  const most = Math.max(1, ...heights);
  const each = width / Math.max(1, heights.length);
  return svg(
    'svg',
    {
      class: 'mini',
      viewBox: `0 -2 ${width} ${height + 4}`,
      preserveAspectRatio: 'none',
      'aria-hidden': 'true',
      focusable: 'false',
    },
    svg('rect', { class: 'fill-grid', x: 0, y: height, width, height: 1 }),
    heights.map((count, i) => {
      // what is there is seen, however rare
      const tall = count === 0 ? 0 : Math.max(1, (height * count) / most);
      return svg('rect', {
        class: 'fill-now',
        x: round(i * each + each * 0.08),
        y: round(height - tall),
        width: round(each * 0.84),
        height: round(tall),
      });
    }),
  );
}

/** Pieces without a gap: a line must not leap over what is not finite. */
function finiteRuns(values: readonly (number | null)[]): readonly (readonly [number, number])[][] {
  const runs: [number, number][][] = [];
  let open: [number, number][] | null = null;
  for (const [i, value] of values.entries()) {
    if (value === null || !Number.isFinite(value)) {
      open = null;
    } else if (open) {
      open.push([i, value]);
    } else {
      runs.push((open = [[i, value]]));
    }
  }
  return runs;
}

const decades = 12;

/** Fixed scale 1e-12 … 1, so that two bars can be compared anywhere. */
export function logBar(value: number | null, sick: boolean): SVGSVGElement {
  const share =
    value === null || value <= 0 ? 0 : Math.min(1, Math.max(0.02, (Math.log10(value) + decades) / decades));
  return svg(
    'svg',
    { class: 'logbar', viewBox: '0 0 48 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { class: 'fill-grid', x: 0, y: 3.5, width: 48, height: 1 }),
    svg('rect', { class: sick ? 'fill-sick' : 'fill-now', x: 0, y: 0, width: 48 * share, height: 8 }),
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
