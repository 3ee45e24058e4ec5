import type { Histogram } from '../../core/report/report';

type Values = Float32Array | Int32Array;

const bars = 24;
/** Of each call. A prime, so that the values that are looked at do not all belong to the same few units. */
const mostValues = 2039;

/** Some of a layer's values of one step, evenly taken from each call, to draw their spread from. */
export class ValueSample {
  private readonly parts: Float64Array[] = [];

  /** Copies what it takes: the values may live in the engine's memory. */
  add(values: Values, factor = 1): void {
    const count = Math.min(values.length, mostValues);
    const part = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      part[i] = factor * (values[Math.floor((i * values.length) / count)] as number);
    }
    this.parts.push(part);
  }

  /** Of the values as they are; null where none is finite. */
  histogram(): Histogram | null {
    return histogramOf(this.parts);
  }

  /** Of log10 of their magnitudes, with the number of zeros, which have none; null where none is finite. */
  magnitudes(): (Histogram & { readonly zeros: number }) | null {
    let zeros = 0;
    const logs = this.parts.map((part) =>
      part.map((value) => {
        zeros += value === 0 ? 1 : 0;
        return Math.log10(Math.abs(value)); // of 0 it is not finite, and left out
      }),
    );
    const spread = histogramOf(logs);
    return spread ? { ...spread, zeros } : zeros > 0 ? { low: 0, high: 0, counts: [], zeros } : null;
  }
}

function histogramOf(parts: readonly Float64Array[]): Histogram | null {
  let [low, high] = [Infinity, -Infinity];
  for (const part of parts) {
    for (const value of part) {
      if (Number.isFinite(value)) {
        low = value < low ? value : low;
        high = value > high ? value : high;
      }
    }
  }
  if (low > high) {
    return null;
  }
  const counts = new Array<number>(low === high ? 1 : bars).fill(0);
  const perUnit = counts.length / (high - low || 1);
  for (const part of parts) {
    for (const value of part) {
      if (Number.isFinite(value)) {
        const bar = Math.min(counts.length - 1, Math.floor((value - low) * perUnit));
        counts[bar] = (counts[bar] ?? 0) + 1;
      }
    }
  }
  return { low: rounded(low), high: rounded(high), counts };
}

/** Drawn, not computed with. */
const rounded = (value: number): number => Number(value.toPrecision(4));
