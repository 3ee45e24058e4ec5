import { formatNumber, formatShare } from '../../src/core/format';
import type { Fix, FixEffect, ModelReport } from '../../src/core/report/report';
import { layerRows } from '../../src/core/report/layerRows';
import { l10n } from './l10n';

/** Only what was measured to help is offered. */
export function isOffered({ verified }: Fix): boolean {
  return verified.status === 'works' || verified.status === 'helps';
}

/** The best set of fixes, where it is more than one of the list. */
export function wholeSet({ fixes, fixAll }: ModelReport): Fix | null {
  return fixAll && isOffered(fixAll) && !fixes.some(({ id }) => id === fixAll.id) ? fixAll : null;
}

/** 'Costs nothing', '' where it is not known. */
export function costText({ cost }: Fix): string {
  return cost === undefined ? '' : l10n.t('Costs {0}', cost);
}

/** 'Costs nothing · He et al. 2015' */
export function originText(fix: Fix): string {
  return [costText(fix), fix.source ?? ''].filter(Boolean).join(' · ');
}

/** One pair of numbers before and after a fix. */
export interface Change {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly unit: string;
}

/** What verification measured of a fix, the most telling first. */
export function measuredChanges({ verified: { before, after } }: Fix, steps: number): readonly Change[] {
  return [
    pair(
      l10n.t('Loss explained, {0} steps', steps),
      before,
      after,
      ({ explainedLoss }) => explainedLoss,
      formatShare,
      '',
    ),
    pair(
      l10n.t('Gradient, first against last layer'),
      before,
      after,
      ({ dynamicRange }) => dynamicRange,
      formatNumber,
      l10n.t('decades'),
    ),
  ].filter((change) => change !== null);
}

/** What two whole reports say of the same model before and after a fix was applied. */
export function reportChanges(before: ModelReport, after: ModelReport): readonly Change[] {
  if (!before.probe || !after.probe) {
    return [];
  }
  const changes: Change[] = [];
  const first = { from: firstGradient(before), to: firstGradient(after) };
  changes.push({ name: l10n.t('Gradient at layer 1'), from: first.from, to: first.to, unit: '' });
  changes.push({
    name: l10n.t('Loss explained, {0} steps', after.probe.steps),
    from: formatShare(before.probe.explainedLoss.at(-1) ?? null),
    to: formatShare(after.probe.explainedLoss.at(-1) ?? null),
    unit: '',
  });
  return changes;
}

/** Lines of a unified diff, without its header. */
export interface DiffLine {
  readonly kind: 'added' | 'removed' | 'same' | 'gap';
  readonly line: number | null;
  readonly text: string;
}

const diffKinds: Readonly<Record<string, DiffLine['kind']>> = { '+': 'added', '-': 'removed', ' ': 'same' };

export function diffLines(diff: string): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let old = 0;
  let now = 0;
  for (const text of diff.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)/.exec(text);
    if (hunk) {
      if (lines.length > 0) {
        lines.push({ kind: 'gap', line: null, text: '⋯' });
      }
      old = Number(hunk[1]);
      now = Number(hunk[2]);
      continue;
    }
    const kind = diffKinds[text[0] ?? ''];
    if (kind === undefined || old === 0) {
      continue;
    }
    lines.push({ kind, line: kind === 'removed' ? old : now, text: text.slice(1) });
    old += kind === 'added' ? 0 : 1;
    now += kind === 'removed' ? 0 : 1;
  }
  return lines;
}

/** '2 lines edited' */
export function editSize(diff: string): string {
  const lines = diffLines(diff);
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  const edited = Math.max(count('added'), count('removed'));
  return edited === 1 ? l10n.t('1 line edited') : l10n.t('{0} lines edited', edited);
}

function pair(
  name: string,
  before: FixEffect,
  after: FixEffect,
  value: (effect: FixEffect) => number | null,
  format: (value: number | null) => string,
  unit: string,
): Change | null {
  const [from, to] = [value(before), value(after)];
  return to === null ? null : { name, from: format(from), to: format(to), unit };
}

function firstGradient(model: ModelReport): string {
  const rows = layerRows(model);
  const first = rows.find(({ number }) => number === 1) ?? rows[0];
  return formatNumber(first?.gradient.at(-1) ?? null);
}
