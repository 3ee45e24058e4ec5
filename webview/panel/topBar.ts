import type { ModelReport } from '../../src/core/report/report';
import type { AnalysisView } from '../../src/shared/pageProtocol';
import { ago, answerOf, shownModel } from '../model/answer';
import { layerCount } from '../../src/core/report/layerRows';
import { el, icon, type Child } from '../shared/dom';
import { exportMenu } from './exportMenu';
import type { Actions } from './actions';
import { placeText } from '../shared/text';

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
        summary(each) + (report.models.length > 1 ? ` · ${each.verdict}` : ''),
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
          ? [el('label', { class: 'sr', for: 'model' }, 'Model'), picker]
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
                title: `Go to ${place}`,
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
            title: 'Measure again',
            'aria-label': 'Measure again',
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
  const when = `measured ${ago(measuredAt, nowMs)}`;
  return stale ? `${when}, edited since` : before ? `${when}, after the fix` : when;
}
