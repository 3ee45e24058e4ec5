import type { Sort } from '../model/layerTable';
import type { Host } from '../shared/host';

/** What the parts of the panel can do. */
export interface Actions {
  readonly host: Host;
  readonly selectLayer: (layer: number) => void;
  /** Index into the measured steps. */
  readonly selectStep: (step: number) => void;
  readonly sortBy: (sort: Sort) => void;
  /** Opens or closes a disclosure. */
  readonly toggle: (name: string) => void;
  /** Saves the picture as it is drawn. */
  readonly exportPicture: () => void;
  /** Draws what was measured with a fix over the picture; null: no longer. */
  readonly drawFix: (fixId: string | null) => void;
  /** Tells those who do not see the page what has happened. */
  readonly announce: (text: string) => void;
}
