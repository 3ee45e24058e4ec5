import { formatNumber, formatShare } from '../../src/core/format';
import type { PastAnalysis } from '../../src/shared/pageProtocol';
import { words } from './answer';
import type { Change } from './fixes';
import { l10n } from './l10n';

/** What lies between two analyses. */
export interface Comparison {
  readonly changes: readonly Change[];
  /** Titles of findings; null where one of the two has kept none. */
  readonly gone: readonly string[] | null;
  readonly added: readonly string[] | null;
}

export function compare(earlier: PastAnalysis, later: PastAnalysis): Comparison {
  const pair = (name: string, of: (entry: PastAnalysis) => string, unit = ''): Change => ({
    name,
    from: of(earlier),
    to: of(later),
    unit,
  });
  const missing = (from: PastAnalysis, other: PastAnalysis): readonly string[] | null =>
    from.findings &&
    other.findings &&
    from.findings
      .filter(({ id }) => !other.findings?.some((found) => found.id === id))
      .map(({ title }) => title);
  return {
    changes: [
      pair(l10n.t('Verdict'), ({ verdict }) => words(verdict)),
      pair(l10n.t('Loss explained'), ({ explainedLoss }) => formatShare(explainedLoss)),
      pair(
        l10n.t('Gradient, first against last layer'),
        ({ dynamicRange }) => formatNumber(dynamicRange),
        l10n.t('decades'),
      ),
    ],
    gone: missing(earlier, later),
    added: missing(later, earlier),
  };
}

/** The newest analysis and the one before it of the same model; of another one where there is none. */
export function usualPair(
  history: readonly PastAnalysis[],
): readonly [earlier: PastAnalysis, later: PastAnalysis] | null {
  const [later, ...older] = history;
  const earlier =
    older.find(({ fileName, modelId }) => fileName === later?.fileName && modelId === later.modelId) ??
    older[0];
  return later && earlier ? [earlier, later] : null;
}

/** '14:03 · train.py · model · Failing', the day where it is not today */
export function entryText({ at, fileName, modelId, verdict, fixTitle }: PastAnalysis, nowMs: number): string {
  const [then, now] = [new Date(at), new Date(nowMs)];
  const day = then.toDateString() === now.toDateString() ? '' : `${then.toLocaleDateString('en-GB')} `;
  const time = then.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return [
    `${day}${time}`,
    fixTitle === null ? words(verdict) : l10n.t('{0} after a fix', words(verdict)),
    fileName,
    modelId,
  ].join(' · ');
}
