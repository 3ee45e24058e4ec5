import { formatNumber } from '../format';

/** A y axis over log10 values: whole exponents, a tick every `tick` decades. */
export interface AxisRange {
  readonly min: number;
  readonly max: number;
  readonly tick: number;
}

const tickSizes = [1, 2, 3, 4, 5, 10, 20, 50];

/** The smallest axis that holds the values, at least 3 decades high so that flat looks flat. */
export function axisRange(values: readonly number[], maxTicks: number, headroom = 0.1): AxisRange {
  if (values.length === 0) {
    return { min: -2, max: 2, tick: 1 };
  }
  let min = Math.floor(Math.min(...values) - 0.2);
  let max = Math.ceil(Math.max(...values) + headroom);
  while (max - min < 3) {
    min -= 1;
    max += max - min < 3 ? 1 : 0;
  }
  const tick = tickSizes.find((size) => (max - min) / size <= maxTicks) ?? 100;
  min = Math.floor(min / tick) * tick;
  max = Math.ceil(max / tick) * tick;
  return { min, max, tick };
}

/** Keeps the axis while the data still fits well, so that playing the steps does not shake it. */
export function keepRange(old: AxisRange | null, wanted: AxisRange): AxisRange {
  const fits =
    old !== null &&
    old.min <= wanted.min &&
    old.max >= wanted.max &&
    old.max - old.min <= 1.6 * (wanted.max - wanted.min);
  return fits ? old : wanted;
}

/** 1e-12, 0.01, 1000: the text's own notation. */
export function tickLabel(exponent: number): string {
  return formatNumber(Number(`1e${Math.round(exponent)}`), 1);
}

/** Lowest and highest of a small picture, at least `least` high, the band included. */
export function span(
  values: readonly (number | null)[],
  band: readonly number[] = [],
  least = 3,
): readonly [number, number] {
  const known = [...values.filter((value) => value !== null), ...band];
  if (known.length === 0) {
    return [0, 1];
  }
  const low = Math.min(...known);
  const high = Math.max(...known);
  const pad = Math.max((high - low) * 0.05, (least - (high - low)) / 2);
  return [low - pad, high + pad];
}
