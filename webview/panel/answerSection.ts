import { overallShare } from '../../src/shared/progress';
import type { AnalysisView } from '../../src/shared/pageProtocol';
import { shownModel, type Answer, type Box } from '../model/answer';
import { editSize, measuredChanges, costText, wholeSet, type Change } from '../model/fixes';
import { el, icon, type Child } from '../shared/dom';
import type { Host } from '../shared/host';
import { change, placeText } from '../shared/text';
import { toneIcon } from '../shared/tone';
import { l10n } from '../model/l10n';

/** Is it well, and why. */
export function answerText({ tone, word, headline, why }: Answer): Child {
  return [
    toneIcon(tone),
    el('div', {}, el('p', { class: 'word' }, word), el('h1', {}, headline)),
    why !== '' && el('p', { class: 'why' }, why),
  ];
}

/** The one thing to do. */
export function answerBox(content: Box, analysis: AnalysisView, host: Host): Child {
  const parts = boxes[content.kind] as (content: Box, analysis: AnalysisView, host: Host) => Child;
  return (
    content.kind !== 'none' && el('div', { class: `best ${content.kind}` }, parts(content, analysis, host))
  );
}

type Boxes = {
  readonly [K in Box['kind']]: (
    content: Extract<Box, { kind: K }>,
    analysis: AnalysisView,
    host: Host,
  ) => Child;
};

const boxes: Boxes = {
  none: () => null,
  progress: ({ stage, share }, analysis, host) => [
    el(
      'div',
      { class: 'work' },
      el('progress', {
        class: 'progress',
        max: 1,
        value: overallShare(stage, share),
        'aria-label': l10n.t('Analysis'),
      }),
      stages(stage, analysis),
    ),
    el(
      'div',
      { class: 'actions' },
      button('cancel', l10n.t('Cancel'), 'stop-circle', () => host.send('cancel'), true),
    ),
  ],
  analyze: ({ text }, _analysis, host) => [
    el('p', {}, text),
    el(
      'div',
      { class: 'actions' },
      button('primary', l10n.t('Analyze again'), 'refresh', () => host.send('analyze')),
    ),
  ],
  best: ({ fix, undo }, analysis, host) => {
    const model = shownModel(analysis);
    const id = model?.id ?? '';
    const whole = model && wholeSet(model);
    return [
      el(
        'div',
        {},
        el('p', { class: 'small quiet' }, undo ? 'Next best fix, measured' : 'Best fix, measured'),
        el('h2', {}, fix.title),
        el(
          'p',
          { class: 'small quiet' },
          `${[editSize(fix.diff), costText(fix)].filter(Boolean).join('. ')}.`,
        ),
      ),
      facts(measuredChanges(fix, model?.probe?.steps ?? 0)),
      el(
        'div',
        { class: 'actions' },
        button('primary', l10n.t('Apply fix'), 'lightbulb-autofix', () => host.send('applyFix', id, fix.id)),
        whole &&
          button('all', l10n.t('Apply all'), 'checklist', () => host.send('applyFix', id, whole.id), true),
        undo
          ? button('undo', l10n.t('Undo last'), 'discard', () => host.send('undoFix'), true)
          : button(
              'preview',
              l10n.t('Preview diff'),
              'diff',
              () => host.send('previewFix', id, fix.id),
              true,
            ),
      ),
    ];
  },
  applied: ({ fixTitle, changes }, _analysis, host) => [
    el('div', {}, el('p', { class: 'small quiet' }, l10n.t('Applied')), el('h2', {}, fixTitle)),
    facts(changes),
    el(
      'div',
      { class: 'actions' },
      button('undo', l10n.t('Undo'), 'discard', () => host.send('undoFix'), true),
    ),
  ],
  goTo: ({ text, range }, _analysis, host) => [
    el('p', {}, text),
    el(
      'div',
      { class: 'actions' },
      button('primary', l10n.t('Go to {0}', placeText(range)), 'go-to-file', () => host.send('goTo', range)),
    ),
  ],
};

function stages(stage: 'read' | 'probe' | 'fixes', analysis: AnalysisView): HTMLElement {
  const order = ['read', 'probe', 'fixes'] as const;
  const tried = shownModel(analysis)?.fixes.length ?? 0;
  const words = {
    read: l10n.t('Read the source'),
    probe: l10n.t('Train a few steps'),
    fixes: stage === 'fixes' && tried > 0 ? l10n.t('Try fixes, {0} so far', tried) : l10n.t('Try fixes'),
  };
  const now = order.indexOf(stage);
  return el(
    'ol',
    { class: 'stages' },
    order.map((name, i) =>
      el(
        'li',
        { class: i === now ? 'current' : '', 'aria-current': i === now ? 'step' : undefined },
        i < now ? icon('check') : i === now ? icon('loading', 'spin') : icon('circle-outline'),
        words[name],
      ),
    ),
  );
}

function facts(changes: readonly Change[]): Child {
  return el(
    'dl',
    { class: 'facts' },
    changes.map((each) => el('div', {}, el('dt', {}, each.name), el('dd', {}, change(each)))),
  );
}

function button(
  focus: string,
  text: string,
  iconName: string,
  click: () => void,
  second = false,
): HTMLElement {
  return el(
    'button',
    { class: second ? 'btn second' : 'btn', type: 'button', 'data-focus': focus, on: { click } },
    icon(iconName),
    text,
  );
}
