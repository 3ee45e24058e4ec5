import type { ClusterSpec, DataSpec } from '../../../../model/spec';

/** A draw of random numbers, or a grid that is laid out: an object of its own each. */
export type DataSource = Readonly<Record<never, never>>;

/** From what the program makes the elements of an array; null for arrays of which that is not known. */
export interface Provenance {
  /** What the elements depend on; none for what is written out. */
  readonly sources: ReadonlySet<DataSource>;
  /** What decides which element stands where: `centres[labels]`, `x[labels == 1] += 2`. */
  readonly chosenBy: ReadonlySet<DataSource>;
  /** Calculated from draws, not drawn. */
  readonly computed: boolean;
  /** Rows of different make, one block after another. */
  readonly stacked: boolean;
  /** Whether `sources` names all of them. */
  readonly complete: boolean;
  readonly clusters: ClusterSpec | null;
}

export const writtenOut: Provenance = {
  sources: new Set(),
  chosenBy: new Set(),
  computed: false,
  stacked: false,
  complete: true,
  clusters: null,
};

type Origin = Provenance | null;

/** Of new random numbers, whose distribution the arrays given may decide. */
export function drawn(...parameters: readonly Origin[]): Provenance {
  const draw: Provenance = { ...writtenOut, sources: new Set([{}]) };
  return parameters.length > 0 ? (merged(draw, ...parameters) ?? draw) : draw;
}

/** Of what is calculated from several arrays. */
export function merged(...parts: readonly Origin[]): Origin {
  const known = parts.filter((part) => part !== null);
  return known.length === 0
    ? null
    : {
        sources: union(known.map(({ sources }) => sources)),
        chosenBy: union(known.map(({ chosenBy }) => chosenBy)),
        computed: true,
        stacked: known.some(({ stacked }) => stacked),
        complete: known.length === parts.length && known.every(({ complete }) => complete),
        clusters: known.find(({ clusters }) => clusters)?.clusters ?? null,
      };
}

/** Of arrays put one after another. */
export function stacked(parts: readonly Origin[]): Origin {
  const all = parts.length === 1 ? (parts[0] ?? null) : merged(...parts);
  const made = new Set(parts.filter((part) => part && part.sources.size > 0));
  return all && made.size > 1 ? { ...all, stacked: true } : all;
}

/** Of `from[by]` with an array of whole numbers; `scale` is the standard deviation of `from`. */
export function chosen(from: Origin, by: Origin, scale: number | null): Origin {
  if (!by || by.sources.size === 0) {
    return from;
  }
  return {
    ...(from ?? { ...writtenOut, complete: false }),
    sources: from && from.sources.size > 0 ? from.sources : by.sources,
    chosenBy: union([from?.chosenBy ?? new Set(), by.sources, by.chosenBy]),
    computed: true,
    clusters: { centers: scale, noise: null },
  };
}

/** Of an array some of whose elements were overwritten; `by` is the mask that says which, `blocks` that they are whole rows. */
export function overwritten(array: Origin, value: Origin, by: Origin, blocks: boolean): Origin {
  const all = merged(array, value, ...(by ? [by] : []));
  return (
    all && {
      ...all,
      sources: union([
        array?.sources ?? new Set(),
        value?.sources ?? new Set(),
        ...(by && !array?.sources.size ? [by.sources] : []),
      ]),
      chosenBy: union([all.chosenBy, by?.sources ?? new Set()]),
      stacked: all.stacked || (blocks && (array?.sources.size ?? 0) > 0),
    }
  );
}

/** `centres + noise`: notes the noise. */
export function withNoise(sum: Origin, noise: number | null): Origin {
  return sum?.clusters && sum.clusters.noise === null
    ? { ...sum, clusters: { ...sum.clusters, noise } }
    : sum;
}

function union(sets: readonly ReadonlySet<DataSource>[]): ReadonlySet<DataSource> {
  const [only] = sets;
  return only && sets.length === 1 ? only : new Set(sets.flatMap((set) => [...set]));
}

const meet = (a: ReadonlySet<DataSource>, b: ReadonlySet<DataSource>): boolean =>
  [...a].some((source) => b.has(source));

/** Whether both are random and have nothing in common. */
export const independent = (a: Origin, b: Origin): boolean =>
  !!a?.complete && !!b?.complete && a.sources.size > 0 && b.sources.size > 0 && !meet(a.sources, b.sources);

export interface Made {
  readonly provenance: Origin;
  readonly classes: number | null;
}

/** How labels are tied to inputs that the program makes itself. */
export function relation(x: Made, y: Made): Pick<DataSpec, 'labelsFrom' | 'clusters'> {
  const labelsFrom = tie(x, y);
  return {
    labelsFrom,
    clusters: labelsFrom === 'clusters' ? (x.provenance?.clusters ?? { centers: null, noise: null }) : null,
  };
}

function tie({ provenance: x }: Made, { provenance: y, classes }: Made): DataSpec['labelsFrom'] {
  if (!x || !y || x.sources.size === 0) {
    return null;
  }
  if (meet(x.chosenBy, y.sources)) {
    return 'clusters';
  }
  if (meet(x.sources, y.sources)) {
    return classes !== null && !y.computed && x.computed ? 'clusters' : 'inputs';
  }
  if (meet(y.chosenBy, x.sources)) {
    return 'inputs';
  }
  if (!x.complete || !y.complete) {
    return null;
  }
  return y.sources.size > 0 ? 'chance' : x.stacked && classes !== null && classes > 1 ? 'clusters' : null;
}
