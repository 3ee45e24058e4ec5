/** Real colours for canvases, which know no CSS variables. */
export interface Palette {
  readonly now: string;
  readonly after: string;
  readonly before: string;
  readonly sick: string;
  readonly warn: string;
  readonly text: string;
  readonly back: string;
  readonly grid: string;
  readonly band: string;
  /** Where the seeds lie. */
  readonly seeds: string;
  readonly column: string;
  readonly plate: string;
  readonly fontSize: number;
  readonly fontFamily: string;
}

const forced = window.matchMedia('(forced-colors: active)');
/** Where the system chooses the colours; shapes and dashes tell the lines apart. */
const systemColors: Readonly<Record<string, string>> = {
  '--now': 'LinkText',
  '--after': 'CanvasText',
  '--quiet': 'GrayText',
  '--sick': 'CanvasText',
  '--warn': 'CanvasText',
  '--text': 'CanvasText',
  '--back': 'Canvas',
};

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string): string =>
    (forced.matches ? systemColors[name] : undefined) ?? style.getPropertyValue(name).trim();
  const [text, after, back] = [value('--text'), value('--after'), value('--back')];
  return {
    now: value('--now'),
    after,
    before: value('--quiet'),
    sick: value('--sick'),
    warn: value('--warn'),
    text,
    back,
    grid: withAlpha(text, 0.1),
    band: withAlpha(after, 0.13),
    seeds: withAlpha(value('--now'), 0.3),
    column: withAlpha(text, 0.12),
    plate: withAlpha(back, 0.8),
    fontSize: Math.round((parseFloat(value('--size')) || 13) * 0.85),
    fontFamily: value('--vscode-font-family') || 'sans-serif',
  };
}

/** Calls back when VS Code switches the theme: it changes the body's class and the root's variables. */
export function onThemeChange(listener: () => void): void {
  forced.addEventListener('change', listener);
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

/** The colour as the canvas understands it, made see-through; a colour that has an alpha of its own keeps it. */
function withAlpha(color: string, alpha: number): string {
  const context = document.createElement('canvas').getContext('2d');
  if (!context) {
    return color;
  }
  context.fillStyle = color;
  const hex = /^#(..)(..)(..)$/.exec(context.fillStyle);
  return hex
    ? `rgba(${hex
        .slice(1)
        .map((part) => parseInt(part, 16))
        .join(', ')}, ${alpha})`
    : context.fillStyle;
}
