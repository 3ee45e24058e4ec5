import type { Fix, FixStatus, ModelReport } from '../../src/core/report/report';
import { diffLines, editSize, isOffered, measuredChanges, originText, wholeSet } from '../model/fixes';
import { el, icon, type Child } from '../shared/dom';
import { change } from '../shared/text';
import type { Actions } from './actions';
import { l10n } from '../model/l10n';

function statusWord(status: FixStatus): string {
  return {
    works: l10n.t('Works'),
    helps: l10n.t('Helps, but does not cure'),
    'no-effect': l10n.t('No effect'),
    worse: l10n.t('Worse'),
    'not-verified': l10n.t('Not measured'),
  }[status];
}

export interface FixListState {
  readonly open: readonly string[];
  /** Applying is refused while the text differs from what was measured, or an analysis runs. */
  readonly locked: boolean;
}

/** Fixes that were measured to help, best first; what was tried in vain is kept out of the way. */
export function fixList(model: ModelReport, state: FixListState, actions: Actions): Child {
  const offered = model.fixes.filter(isOffered);
  const tried = model.fixes.filter((fix) => !isOffered(fix));
  if (model.fixes.length === 0) {
    return null;
  }
  const steps = model.probe?.steps ?? 0;
  const whole = wholeSet(model);
  const isOpen = state.open.includes('tried');
  return el(
    'section',
    { 'aria-labelledby': 'h-fixes' },
    el(
      'div',
      { class: 'head' },
      el('h2', { id: 'h-fixes' }, l10n.t('Fixes')),
      el('span', { class: 'quiet small' }, summary(offered.length, tried.length)),
    ),
    offered.length > 0 &&
      el(
        'ol',
        {},
        offered.map((fix, i) => fixRow(model, fix, `${i + 1}`, steps, state, actions)),
      ),
    whole && el('div', { class: 'whole' }, fixRow(model, whole, 'all', steps, state, actions)),
    tried.length > 0 &&
      el(
        'details',
        { class: 'tried', open: isOpen },
        el(
          'summary',
          {
            'data-focus': 'tried',
            on: {
              click: (event) => {
                event.preventDefault();
                actions.toggle('tried');
              },
            },
          },
          l10n.t('Tried, did not help ({0})', tried.length),
        ),
        el('ul', {}, tried.map(triedRow)),
      ),
  );
}

function summary(offered: number, tried: number): string {
  const worked =
    offered === 0
      ? l10n.t('none helped')
      : offered === 1
        ? l10n.t('1 fix helped')
        : l10n.t('{0} fixes helped', offered);
  return tried === 0 ? worked : l10n.t('{0}, {1} did not', worked, tried);
}

function fixRow(
  model: ModelReport,
  fix: Fix,
  rank: string,
  steps: number,
  { open, locked }: FixListState,
  { host, toggle, drawFix }: Actions,
): HTMLElement {
  const isWhole = rank === 'all';
  const name = isWhole ? l10n.t('the best set') : l10n.t('fix {0}', rank);
  const disclosure = `diff ${fix.id}`;
  const isOpen = open.includes(disclosure);
  const origin = originText(fix);
  return el(
    isWhole ? 'div' : 'li',
    {
      class: 'fix',
      on: {
        pointerenter: () => drawFix(fix.id),
        pointerleave: () => drawFix(null),
        focusin: () => drawFix(fix.id),
        focusout: () => drawFix(null),
      },
    },
    el('h3', {}, el('span', { class: 'rank' }, isWhole ? 'Best set, measured as a whole' : rank), fix.title),
    el(
      'p',
      { class: 'effect' },
      measuredChanges(fix, steps).map((each) => el('span', {}, `${each.name}: `, change(each))),
    ),
    origin !== '' && el('p', { class: 'small quiet origin' }, origin),
    el(
      'div',
      { class: 'row' },
      el('span', { class: 'small quiet' }, `${statusWord(fix.verified.status)} · ${editSize(fix.diff)}`),
      el(
        'button',
        {
          class: 'btn second compact',
          type: 'button',
          'aria-expanded': String(isOpen),
          'aria-label': l10n.t('Diff of {0}: {1}', name, fix.title),
          'data-focus': disclosure,
          on: { click: () => toggle(disclosure) },
        },
        icon(isOpen ? 'chevron-down' : 'chevron-right'),
        l10n.t('Diff'),
      ),
      el(
        'button',
        {
          class: 'btn second compact',
          type: 'button',
          'aria-label': l10n.t('Preview {0} in the editor: {1}', name, fix.title),
          'data-focus': `preview ${fix.id}`,
          on: { click: () => host.send('previewFix', model.id, fix.id) },
        },
        l10n.t('Preview'),
      ),
      el(
        'button',
        {
          class: 'btn second compact',
          type: 'button',
          disabled: locked,
          title: locked ? l10n.t('The text has to be the one that was measured') : undefined,
          'aria-label': isWhole
            ? l10n.t('Apply all: {0}', fix.title)
            : l10n.t('Apply fix {0}: {1}', rank, fix.title),
          'data-focus': `apply ${fix.id}`,
          on: { click: () => host.send('applyFix', model.id, fix.id) },
        },
        isWhole ? l10n.t('Apply all') : l10n.t('Apply'),
      ),
    ),
    isOpen && diff(fix, name),
  );
}

const signs = { added: '+', removed: '-', same: ' ', gap: ' ' } as const;

function diff(fix: Fix, name: string): HTMLElement {
  return el(
    'div',
    { class: 'diff scroll', tabindex: 0, role: 'region', 'aria-label': `Diff of ${name}` },
    diffLines(fix.diff).map(({ kind, line, text }) =>
      el('div', { class: kind }, `${signs[kind]} ${String(line ?? '').padStart(3)}  ${text}`),
    ),
  );
}

function triedRow(fix: Fix): HTMLElement {
  return el(
    'li',
    {},
    icon(fix.verified.status === 'not-verified' ? 'circle-outline' : 'circle-slash', 'quiet'),
    el(
      'div',
      {},
      fix.title,
      el('p', { class: 'small quiet' }, `${statusWord(fix.verified.status)}: ${fix.verified.reason}`),
    ),
  );
}
