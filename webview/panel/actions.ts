import type { Sort } from '../model/layerTable';
import type { Host } from '../shared/host';

/** What the parts of the panel can do. */
export interface Actions {
  readonly host: Host;
  selectLayer(layer: number): void;
  /** Index into the measured steps. */
  selectStep(step: number): void;
  sortBy(sort: Sort): void;
  /** Opens or closes a disclosure. */
  toggle(name: string): void;
  /** Tells those who do not see the page what has happened. */
  announce(text: string): void;
}
