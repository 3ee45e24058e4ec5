import { layerCount } from '../../src/core/report/layerRows';
import type { Answer } from '../model/answer';
import type { Shown } from '../model/shown';
import type { Palette } from '../shared/theme';
import { l10n } from '../model/l10n';

export interface PictureParts {
  readonly shown: Shown;
  readonly answer: Pick<Answer, 'word' | 'headline'>;
  readonly fileName: string;
  readonly palette: Palette;
  readonly panes: readonly { readonly title: string; readonly canvas: HTMLCanvasElement }[];
}

const margin = 20;
const line = 20;
const titleLine = 26;

/** Verdict, both panes and what their lines mean, as a `data:` URL of a PNG as sharp as the screen; null where there is no canvas. */
export function pictureImage(parts: PictureParts): string | null {
  const { panes, palette, answer, shown, fileName } = parts;
  const scale = window.devicePixelRatio || 1;
  const width = Math.max(...panes.map(({ canvas }) => canvas.width / scale)) + 2 * margin;
  const target = document.createElement('canvas');
  const context = target.getContext('2d');
  if (!context) {
    return null;
  }
  const font = (size: number, weight = 400): string => `${weight} ${size}px ${palette.fontFamily}`;
  context.font = font(18, 600);
  const headline = wrapped(context, answer.headline, width - 2 * margin);
  const paneHeights = panes.reduce((sum, { canvas }) => sum + canvas.height / scale + titleLine, 0);
  target.width = width * scale;
  target.height = (2 * margin + headline.length * titleLine + paneHeights + 4 * line) * scale;
  context.scale(scale, scale);
  context.fillStyle = palette.back;
  context.fillRect(0, 0, width, target.height);
  let y = margin;
  const write = (text: string, size: number, height: number, weight = 400): void => {
    context.fillStyle = palette.text;
    context.font = font(size, weight);
    context.textBaseline = 'middle';
    context.fillText(text, margin, y + height / 2, width - 2 * margin);
    y += height;
  };
  write(`${answer.word} · ${fileName}, ${shown.model.id}, ${layerCount(shown.model)}`, 12, line);
  headline.forEach((text) => write(text, 18, titleLine, 600));
  for (const { title, canvas } of panes) {
    write(title, 13, titleLine, 600);
    context.drawImage(canvas, margin, y, canvas.width / scale, canvas.height / scale);
    y += canvas.height / scale;
  }
  write(l10n.t('Layers from input (left) to output (right)'), 12, line);
  write(meaning(shown), 12, line);
  return target.toDataURL('image/png');
}

/** The legend in words: who gets the picture has no page beside it. */
function meaning({ probe, step, overlay, before, rows, band }: Shown): string {
  return [
    l10n.t('Line: step {0} of {1}', probe.measuredSteps[step] ?? 0, probe.steps),
    rows.some(({ measurement }) => measurement?.overSeeds) &&
      l10n.t('around it: {0} seeds', probe.seeds.length),
    band && l10n.t('dotted: healthy gradient'),
    before && l10n.t('dashed: before the fix'),
    overlay && l10n.t('dashed: with {0}, step {1}', overlay.name, probe.steps),
  ]
    .filter((text) => typeof text === 'string')
    .join('; ');
}

function wrapped(context: CanvasRenderingContext2D, text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    const longer = `${last ?? ''} ${word}`;
    if (last !== undefined && context.measureText(longer).width <= width) {
      lines[lines.length - 1] = longer;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
