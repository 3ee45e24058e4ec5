import type { Sort, SortKey } from './layerTable';

/** What a person has set on the page: outlives a reload of the window. */
export interface View {
  /** File and model that layer and step belong to. */
  readonly subject: string;
  /** Null: the page chooses. */
  readonly layerId: string | null;
  /** A measured step as numbered by the probe; null: the page chooses. */
  readonly step: number | null;
  readonly sort: Sort;
  /** Names of the disclosures that are open. */
  readonly open: readonly string[];
}

const sortKeys: readonly SortKey[] = [
  'position',
  'name',
  'params',
  'gradient',
  'variance',
  'update',
  'condition',
];

export const freshView: View = {
  subject: '',
  layerId: null,
  step: null,
  sort: { key: 'position', descending: false },
  open: [],
};

/** What `setState` kept, as far as it is what we wrote. */
export function restoreView(saved: unknown): View {
  const { subject, layerId, step, sort, open } = (saved ?? {}) as Partial<Record<keyof View, unknown>>;
  const { key, descending } = (sort ?? {}) as Partial<Record<keyof Sort, unknown>>;
  return {
    subject: typeof subject === 'string' ? subject : '',
    layerId: typeof layerId === 'string' ? layerId : null,
    step: typeof step === 'number' ? step : null,
    sort: {
      key: sortKeys.find((known) => known === key) ?? freshView.sort.key,
      descending: descending === true,
    },
    open: Array.isArray(open) ? open.filter((name) => typeof name === 'string') : [],
  };
}

/** The view of another file or model starts afresh, but for what does not depend on it. */
export function viewOf(subject: string, view: View): View {
  return view.subject === subject ? view : { ...view, subject, layerId: null, step: null };
}
