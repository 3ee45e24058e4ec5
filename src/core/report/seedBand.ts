import type { LayerMeasurement, SeedBand, Series } from './report';

/** Of one seed, as far as it was measured. */
interface Seed {
  readonly layers: readonly LayerMeasurement[];
}

/** The first seed's layers, each with the range over all seeds; as they are where there is one seed only. */
export function withSeedBands(seeds: readonly Seed[]): readonly LayerMeasurement[] {
  const [first, ...others] = seeds;
  if (!first || others.length === 0) {
    return first?.layers ?? [];
  }
  const byId = others.map(({ layers }) => new Map(layers.map((layer) => [layer.id, layer])));
  return first.layers.map((layer) => {
    const same = [layer, ...byId.flatMap((layers) => layers.get(layer.id) ?? [])];
    return {
      ...layer,
      overSeeds: {
        gradient: bandOf(same.map(({ gradientNorm }) => gradientNorm)),
        variance: bandOf(same.map(({ variance }) => variance)),
      },
    };
  });
}

/** What is not finite in one seed is left to the others; null where it is in all. */
function bandOf(series: readonly Series[]): SeedBand {
  const steps = Math.max(0, ...series.map(({ length }) => length));
  const edge = (choose: (...values: number[]) => number): Series =>
    Array.from({ length: steps }, (_, step) => {
      const known = series.flatMap((values) => values[step] ?? []);
      return known.length === 0 ? null : rounded(choose(...known));
    });
  return { low: edge(Math.min), high: edge(Math.max) };
}

/** Three digits: drawn, not computed with. */
export const rounded = (value: number): number => Number(value.toPrecision(3));
