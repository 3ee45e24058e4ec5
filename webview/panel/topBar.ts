import type { ModelReport } from '../../src/core/report/report';
import type { AnalysisView } from '../../src/shared/pageProtocol';
import { ago, answerOf, shownModel, words } from '../model/answer';
import { layerCount } from '../../src/core/report/layerRows';
import { el, icon, type Child } from '../shared/dom';
import { exportMenu } from './exportMenu';
import type { Actions } from './actions';
import { placeText } from '../shared/text';
import { l10n } from '../model/l10n';

/** Which model, where it is built, how old the numbers are. */
export function topBar(analysis: AnalysisView, actions: Actions, nowMs: number): Child {
  const { host } = actions;
  const { fileName, report, running } = analysis;
  const model = shownModel(analysis);
  const picker = el(
    'select',
    {
      id: 'model',
      'data-focus': 'model',
      on: { change: () => host.send('selectModel', picker.value) },
    },
    report.models.map((each) =>
      el(
        'option',
        { value: each.id, selected: each.id === model?.id },
        summary(each) + (report.models.length > 1 ? ` · ${words(each.verdict).toLowerCase()}` : ''),
      ),
    ),
  );
  const place = model ? `${fileName}, ${placeText(model.range)}` : fileName;
  return [
    el(
      'div',
      { class: 'about' },
      model &&
        (report.models.length > 1
          ? [el('label', { class: 'sr', for: 'model' }, l10n.t('Model')), picker]
          : el('span', { class: 'model' }, summary(model))),
      el(
        'span',
        { class: 'place' },
        model
          ? el(
              'button',
              {
                class: 'link',
                type: 'button',
                title: l10n.t('Go to {0}', place),
                'data-focus': 'place',
                on: { click: () => host.send('goTo', model.range) },
              },
              place,
            )
          : place,
      ),
      el('span', { class: 'quiet small' }, age(analysis, nowMs)),
    ),
    answerOf(analysis).box.kind !== 'analyze' &&
      !running &&
      el(
        'div',
        { class: 'tools' },
        model && exportMenu(model, actions),
        el(
          'button',
          {
            class: 'icon-btn',
            type: 'button',
            title: l10n.t('Measure again'),
            'aria-label': l10n.t('Measure again'),
            'data-focus': 'again',
            on: { click: () => host.send('analyze') },
          },
          icon('refresh'),
        ),
      ),
  ];
}

/** Equal as long as the bar says the same: an open list of models must not be made anew. */
export function topBarKey(analysis: AnalysisView, nowMs: number): string {
  const { fileName, report, modelId } = analysis;
  return JSON.stringify([
    fileName,
    modelId,
    report.models.map((model) => [summary(model), model.verdict, model.range]),
    age(analysis, nowMs),
    answerOf(analysis).box.kind,
  ]);
}

const summary = (model: ModelReport): string =>
  `${model.id} · ${model.architecture.className}, ${layerCount(model)}`;

function age({ running, stale, measuredAt, before, report }: AnalysisView, nowMs: number): string {
  if (running || report.models.length === 0) {
    return '';
  }
  const when = ago(measuredAt, nowMs);
  return stale
    ? l10n.t('measured {0}, edited since', when)
    : before
      ? l10n.t('measured {0}, after the fix', when)
      : l10n.t('measured {0}', when);
}
