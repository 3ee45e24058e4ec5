/** Numbers as the product writes them everywhere: Python's notation, two significant digits (`digits` for more): 4e-13, 0.054, 474. */
export function formatNumber(value: number | null, digits = 2): string {
  if (value === null || Number.isNaN(value)) {
    return 'not finite';
  }
  const size = Math.abs(value);
  if (size === 0) {
    return '0';
  }
  if (size < 1e-3 || size >= 1e6) {
    const [mantissa = '', exponent = ''] = value.toExponential(digits - 1).split('e');
    return `${mantissa.replace(/\.?0+$/, '')}e${exponent.replace('+', '')}`;
  }
  if (size >= 10 ** digits) {
    return String(Math.round(value));
  }
  return String(Number(value.toPrecision(digits)));
}

/** A share as a percentage: 0.034 → '3.4 %', 0.99 → '99 %'. Below -100 %: 'less than -100 %'. */
export function formatShare(value: number | null): string {
  if (value === null) {
    return 'not finite';
  }
  if (value < -1) {
    return 'less than -100 %';
  }
  const percent = value * 100;
  const size = Math.abs(percent);
  return `${size >= 9.95 || size < 0.05 ? Math.round(percent) + 0 : Number(percent.toPrecision(2))} %`;
}

/** 12,345 */
export function formatCount(value: number): string {
  return value.toLocaleString('en-US');
}

/** (None, 28, 28, 1), as Keras' summary writes it. */
export function formatShape(shape: readonly (number | null)[]): string {
  return `(${shape.map((n) => n ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;
}

/** '1 layer', '20 layers' */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** [1, 2, 3, 7] → '1 to 3 and 7'; at most three runs are named. */
export function formatRuns(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const n of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last && n === last[1] + 1) {
      last[1] = n;
    } else {
      runs.push([n, n]);
    }
  }
  const texts = runs.slice(0, 3).map(([a, b]) => (a === b ? String(a) : `${a} to ${b}`));
  if (runs.length > 3) {
    texts.push('others');
  }
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
