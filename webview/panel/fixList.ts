import { plural } from '../../src/core/format';
import type { Fix, FixStatus, ModelReport } from '../../src/core/report/report';
import { diffLines, editSize, isOffered, measuredChanges, originText, wholeSet } from '../model/fixes';
import { el, icon, type Child } from '../shared/dom';
import { change } from '../shared/text';
import type { Actions } from './actions';

const statusWords: Readonly<Record<FixStatus, string>> = {
  works: 'Works',
  helps: 'Helps, but does not cure',
  'no-effect': 'No effect',
  worse: 'Worse',
  'not-verified': 'Not measured',
};

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
      el('h2', { id: 'h-fixes' }, 'Fixes'),
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
          `Tried, did not help (${tried.length})`,
        ),
        el('ul', {}, tried.map(triedRow)),
      ),
  );
}

function summary(offered: number, tried: number): string {
  const worked = offered === 0 ? 'none helped' : `${plural(offered, 'fix').replace(/fixs$/, 'fixes')} helped`;
  return tried === 0 ? worked : `${worked}, ${tried} did not`;
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
  const name = isWhole ? 'the best set' : `fix ${rank}`;
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
      el('span', { class: 'small quiet' }, `${statusWords[fix.verified.status]} · ${editSize(fix.diff)}`),
      el(
        'button',
        {
          class: 'btn second compact',
          type: 'button',
          'aria-expanded': String(isOpen),
          'aria-label': `Diff of ${name}: ${fix.title}`,
          'data-focus': disclosure,
          on: { click: () => toggle(disclosure) },
        },
        icon(isOpen ? 'chevron-down' : 'chevron-right'),
        'Diff',
      ),
      el(
        'button',
        {
          class: 'btn second compact',
          type: 'button',
          'aria-label': `Preview ${name} in the editor: ${fix.title}`,
          'data-focus': `preview ${fix.id}`,
          on: { click: () => host.send('previewFix', model.id, fix.id) },
        },
        'Preview',
      ),
      el(
        'button',
        {
          class: 'btn second compact',
          type: 'button',
          disabled: locked,
          title: locked ? 'The text has to be the one that was measured' : undefined,
          'aria-label': `${isWhole ? 'Apply all' : `Apply fix ${rank}`}: ${fix.title}`,
          'data-focus': `apply ${fix.id}`,
          on: { click: () => host.send('applyFix', model.id, fix.id) },
        },
        isWhole ? 'Apply all' : 'Apply',
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
      el('p', { class: 'small quiet' }, `${statusWords[fix.verified.status]}: ${fix.verified.reason}`),
    ),
  );
}
