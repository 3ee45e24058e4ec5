import type { Histogram } from '../../src/core/report/report';

/** What a histogram says in numbers. */
export interface Spread {
  readonly count: number;
  readonly median: number;
  /** Nine of ten values lie between. */
  readonly usual: readonly [number, number];
}

/** Read off the bars, whose values are taken to be evenly spread; null where there is no value. */
export function spreadOf(histogram: Histogram): Spread | null {
  const count = histogram.counts.reduce((sum, bar) => sum + bar, 0);
  return count === 0
    ? null
    : {
        count,
        median: quantile(histogram, count, 0.5),
        usual: [quantile(histogram, count, 0.05), quantile(histogram, count, 0.95)],
      };
}

function quantile({ low, high, counts }: Histogram, count: number, share: number): number {
  const width = (high - low) / counts.length;
  let below = 0;
  for (const [i, bar] of counts.entries()) {
    if (bar > 0 && below + bar >= share * count) {
      return low + width * (i + (share * count - below) / bar);
    }
    below += bar;
  }
  return high;
}
