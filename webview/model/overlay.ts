import type { LayerRow } from '../../src/core/report/layerRows';
import type { Fix, ModelReport } from '../../src/core/report/report';
import { isOffered } from './fixes';
import { l10n } from './l10n';

/** What was measured with a fix, at the last step, in the order of the picture's layers; null where the fixed net has no such layer. */
export interface Overlay {
  readonly fixId: string;
  /** 'fix 2', l10n.t('all fixes') */
  readonly name: string;
  readonly gradient: readonly (number | null)[];
  readonly variance: readonly (number | null)[];
}

/** Fixes of which layers were measured, those of the list and the best set. */
export function overlays(model: ModelReport, rows: readonly LayerRow[]): readonly Overlay[] {
  const listed = model.fixes.map((fix) => overlayOf(fix, nameOf(model, fix), rows));
  const whole = model.fixAll && !model.fixes.some(({ id }) => id === model.fixAll?.id) ? model.fixAll : null;
  return [...listed, whole && overlayOf(whole, l10n.t('all fixes'), rows)].filter(
    (overlay) => overlay !== null,
  );
}

/** The one that a person looks at, else the best of those that help. */
export function chosenOverlay(
  model: ModelReport,
  all: readonly Overlay[],
  fixId: string | null,
): Overlay | null {
  const best = model.fixes.find(isOffered);
  const wanted = fixId ?? (model.verdict === 'healthy' ? null : best?.id);
  return all.find((overlay) => overlay.fixId === wanted) ?? null;
}

/** Layers are matched by name: what a fix adds has no place in the picture. */
function overlayOf(fix: Fix, name: string, rows: readonly LayerRow[]): Overlay | null {
  const profile = new Map((fix.verified.after.profile ?? []).map((layer) => [layer.id, layer]));
  const same = rows.map(({ id }) => profile.get(id));
  return same.some((layer) => layer !== undefined)
    ? {
        fixId: fix.id,
        name,
        gradient: same.map((layer) => layer?.gradient ?? null),
        variance: same.map((layer) => layer?.variance ?? null),
      }
    : null;
}

function nameOf({ fixes }: ModelReport, fix: Fix): string {
  const rank = fixes.filter(isOffered).findIndex(({ id }) => id === fix.id);
  return rank < 0 ? l10n.t('what was tried') : l10n.t('fix {0}', rank + 1);
}
