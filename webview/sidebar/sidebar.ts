import { overallShare } from '../../src/shared/progress';
import { formatNumber } from '../../src/core/format';
import type { AnalysisView, PageState } from '../../src/shared/pageProtocol';
import { answerOf, boxKey, shownModel, type Box } from '../model/answer';
import { log } from '../../src/core/report/condition';
import { measuredChanges } from '../model/fixes';
import { shownOf, type Shown } from '../model/shown';
import { freshView } from '../model/view';
import { el, icon, type Child } from '../shared/dom';
import { emptyPage } from '../shared/emptyPage';
import { Host } from '../shared/host';
import { sparkline } from '../shared/pictures';
import { showProgress } from '../shared/progress';
import { Slot } from '../shared/slot';
import { change, placeText } from '../shared/text';
import { toneIcon } from '../shared/tone';
import { comparisonSection } from './comparisonSection';
import { l10n } from '../model/l10n';

const host = new Host();
const top = new Slot(el('div', { class: 'top' }));
const action = new Slot(el('div', { class: 'action' }));
const picture = new Slot(el('div'));
const empty = new Slot(el('div', { class: 'empty' }));
const compared = comparisonSection();
const openPanel = el(
  'button',
  { class: 'link', type: 'button', on: { click: () => host.send('openPanel') } },
  l10n.t('Open the panel'),
);
const card = el(
  'div',
  { class: 'card' },
  top.element,
  action.element,
  picture.element,
  openPanel,
  compared.element,
);
document.body.append(el('main', { class: 'dashboard' }, empty.element, card));
host.start(show);

/** The verdict in one look, and the one thing to do; findings, fixes, layers and history are trees below. */
function show({ analysis, hint, history, compared: wish }: PageState): void {
  compared.update(history, wish);
  card.hidden = analysis === null;
  empty.element.hidden = analysis !== null;
  if (!analysis) {
    empty.update([hint], () => emptyPage(host, hint));
    return;
  }
  const answer = answerOf(analysis);
  const { fileName } = analysis;
  const shown = shownOf(analysis, freshView);
  top.update([answer.tone, answer.word, answer.headline, fileName], () => [
    toneIcon(answer.tone),
    el(
      'div',
      {},
      el('p', { class: 'small quiet' }, `${answer.word} · ${fileName}`),
      el('h1', {}, answer.headline),
    ),
  ]);
  action.update([boxKey(answer.box, analysis)], () => actionOf(answer.box, analysis));
  action.element.hidden = answer.box.kind === 'none';
  showProgress(action.element, answer.box);
  picture.update([analysis], () => shown && profile(shown));
}

/** The gradient over the layers at the shown step, in its healthy band. */
function profile({ rows, step, band, before }: Shown): Child {
  const first = rows[0];
  const last = rows.at(-1);
  if (!first || !last) {
    return null;
  }
  const end = (number: number, gradient: number | null | undefined): HTMLElement =>
    el('span', {}, l10n.t('layer {0}: {1}', number, formatNumber(gradient ?? null, 1)));
  return el(
    'figure',
    {},
    sparkline({
      band,
      lines: [
        ...(before
          ? [{ values: before.map((row) => log(row?.gradient[step])), ink: 'before' as const, dashed: true }]
          : []),
        { values: rows.map((row) => log(row.gradient[step])), ink: 'now' },
      ],
    }),
    el(
      'figcaption',
      { class: 'ends' },
      end(1, first.gradient[step]),
      rows.length > 1 && end(rows.length, last.gradient[step]),
    ),
  );
}

const actions: {
  readonly [K in Box['kind']]: (box: Extract<Box, { kind: K }>, analysis: AnalysisView) => Child;
} = {
  none: () => null,
  progress: ({ stage, share }) => [
    el('progress', {
      class: 'progress',
      max: 1,
      value: overallShare(stage, share),
      'aria-label': l10n.t('Analysis'),
    }),
    button(l10n.t('Cancel'), 'stop-circle', () => host.send('cancel'), true),
  ],
  analyze: ({ text }) => [
    el('p', { class: 'small' }, text),
    button(l10n.t('Analyze again'), 'refresh', () => host.send('analyze')),
  ],
  best: ({ fix }, analysis) => {
    const model = shownModel(analysis);
    return [
      el(
        'div',
        {},
        el('p', { class: 'small quiet' }, l10n.t('Best fix, measured')),
        el('h2', {}, fix.title),
        measuredChanges(fix, model?.probe?.steps ?? 0)
          .slice(0, 1)
          .map((each) => el('p', { class: 'small effect' }, `${each.name}: `, change(each))),
      ),
      button(l10n.t('Apply fix'), 'lightbulb-autofix', () => host.send('applyFix', model?.id ?? '', fix.id)),
    ];
  },
  applied: ({ fixTitle, changes }) => [
    el(
      'div',
      {},
      el('p', { class: 'small quiet' }, l10n.t('Applied')),
      el('h2', {}, fixTitle),
      changes.map((each) => el('p', { class: 'small effect' }, `${each.name}: `, change(each))),
    ),
    button(l10n.t('Undo'), 'discard', () => host.send('undoFix'), true),
  ],
  goTo: ({ text, range }) => [
    el('p', { class: 'small' }, text),
    button(l10n.t('Go to {0}', placeText(range)), 'go-to-file', () => host.send('goTo', range)),
  ],
};

function actionOf(box: Box, analysis: AnalysisView): Child {
  return (actions[box.kind] as (box: Box, analysis: AnalysisView) => Child)(box, analysis);
}

function button(text: string, iconName: string, click: () => void, second = false): HTMLElement {
  return el(
    'button',
    { class: second ? 'btn second' : 'btn', type: 'button', 'data-focus': 'primary', on: { click } },
    icon(iconName),
    text,
  );
}
