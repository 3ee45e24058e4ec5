import type { PageState } from '../../src/shared/pageProtocol';
import { answerOf, boxKey, modelBefore, shownModel } from '../model/answer';
import type { LayerRow } from '../../src/core/report/layerRows';
import { layerRows } from '../../src/core/report/layerRows';
import { shownOf, type Shown } from '../model/shown';
import { restoreView, viewOf, type View } from '../model/view';
import { el } from '../shared/dom';
import { emptyPage } from '../shared/emptyPage';
import { Host } from '../shared/host';
import { showProgress } from '../shared/progress';
import { Slot } from '../shared/slot';
import type { Actions } from './actions';
import { answerBox, answerText } from './answerSection';
import { findingList } from './findingList';
import { fixList } from './fixList';
import { footer } from './footer';
import { layerTable, selectRow } from './layerTable';
import { lossSection } from './lossSection';
import { noteList } from './noteList';
import { Picture } from './picture';
import { topBar, topBarKey } from './topBar';

const ageEveryMs = 60_000;

/** The panel: everything it shows follows from the host's state and the person's view. */
class Panel {
  private readonly host = new Host();
  private readonly top = new Slot(el('header', { class: 'topbar' }));
  private readonly answer = new Slot(el('div', { class: 'contents' }));
  private readonly box = new Slot(el('div', { class: 'contents' }));
  private readonly fixes = new Slot(el('div'));
  private readonly findings = new Slot(el('div'));
  private readonly loss = new Slot(el('div'));
  private readonly notes = new Slot(el('div'));
  private readonly table = new Slot(el('section', { class: 'layers', 'aria-labelledby': 'h-layers' }));
  private readonly foot = new Slot(el('footer', { class: 'foot' }));
  private readonly empty = new Slot(el('section', { class: 'empty' }));
  private readonly live = el('p', { class: 'sr', role: 'status' });
  private readonly picture: Picture;
  private readonly side = el(
    'div',
    { class: 'side' },
    this.fixes.element,
    this.findings.element,
    this.loss.element,
    this.notes.element,
  );
  private readonly body = el('div', { class: 'body' });
  private readonly page: HTMLElement;
  private state: PageState = { analysis: null, hint: '', history: [] };
  private view: View = restoreView(this.host.saved);
  /** The fix under the pointer or with the focus. */
  private drawnFix: string | null = null;
  private nowMs = Date.now();
  private focusedAt = 0;

  constructor() {
    this.picture = new Picture(this.actions);
    this.body.append(this.picture.element, this.side, this.table.element);
    this.page = el(
      'div',
      { class: 'page' },
      this.top.element,
      el('section', { class: 'verdict', 'aria-label': 'Verdict' }, this.answer.element, this.box.element),
      this.body,
      this.foot.element,
    );
    document.body.append(el('main', { class: 'gd' }, this.empty.element, this.page, this.live));
    this.page.hidden = true;
    setInterval(() => {
      this.nowMs = Date.now();
      this.render();
    }, ageEveryMs);
    this.host.start((state) => this.receive(state));
  }

  private readonly actions: Actions = {
    host: this.host,
    selectLayer: (layer) => {
      const id = this.rows()[layer]?.id;
      if (id !== undefined) {
        this.change({ layerId: id });
      }
    },
    selectStep: (step) => {
      const chosen = this.model()?.probe?.measuredSteps[step];
      if (chosen !== undefined) {
        this.change({ step: chosen });
      }
    },
    sortBy: (sort) => this.change({ sort }),
    toggle: (name) => {
      const { open } = this.view;
      this.change({ open: open.includes(name) ? open.filter((other) => other !== name) : [...open, name] });
    },
    exportPicture: () => {
      const analysis = this.state.analysis;
      const png = analysis && this.picture.image(answerOf(analysis), analysis.fileName);
      if (png !== null) {
        this.host.send('exportPicture', png);
      }
    },
    drawFix: (fixId) => {
      if (fixId !== this.drawnFix) {
        this.drawnFix = fixId;
        this.render();
      }
    },
    announce: (text) => {
      this.live.textContent = text;
    },
  };

  private receive(state: PageState): void {
    const previous = this.state.analysis;
    this.state = state;
    this.nowMs = Date.now();
    const { analysis } = state;
    if (analysis) {
      this.view = viewOf(`${analysis.report.source.path} ${shownModel(analysis)?.id ?? ''}`, this.view);
      if (previous?.running && !analysis.running) {
        this.live.textContent = answerOf(analysis).headline;
      }
    }
    const { focus } = state;
    if (focus && focus.at !== this.focusedAt) {
      this.focusedAt = focus.at;
      this.change({ layerId: focus.layerId });
      return;
    }
    this.render();
  }

  private change(change: Partial<View>): void {
    this.view = { ...this.view, ...change };
    this.host.save(this.view);
    this.render();
  }

  private render(): void {
    const { analysis, hint } = this.state;
    this.page.hidden = analysis === null;
    this.empty.element.hidden = analysis !== null;
    if (!analysis) {
      this.empty.update([hint], () => emptyPage(this.host, hint));
      return;
    }
    const { host, actions, view } = this;
    const model = shownModel(analysis);
    const shown = shownOf(analysis, view, this.drawnFix);
    const probe = model?.probe ?? null;
    this.top.update([topBarKey(analysis, this.nowMs)], () => topBar(analysis, this.actions, this.nowMs));
    const answer = answerOf(analysis);
    this.answer.update([answer.tone, answer.word, answer.headline, answer.why], () => answerText(answer));
    this.box.update([boxKey(answer.box, analysis)], () => answerBox(answer.box, analysis, host));
    showProgress(this.box.element, answer.box);
    this.picture.update(shown, view.open.includes('layer'), analysis.running !== null);
    const locked = analysis.stale || analysis.running !== null;
    this.fixes.update([json(model?.id, model?.fixes, model?.fixAll), locked, view.open], () =>
      model ? fixList(model, { open: view.open, locked }, actions) : null,
    );
    this.findings.update([json(model?.findings, analysis.report.source)], () =>
      model ? findingList(model, layerRows(model), actions) : null,
    );
    this.loss.update([measuredKey(shown), shown?.step, analysis.before === null], () =>
      shown ? lossSection(shown, modelBefore(analysis, model)?.probe ?? null) : null,
    );
    this.notes.update(
      [json(model?.id, model?.assumptions, model?.unknowns, probe?.scaledDown, probe?.data)],
      () => (model ? noteList(model, host) : null),
    );
    this.body.hidden = !model;
    this.updateTable(shown, view);
    this.foot.update([probe], () => footer(probe));
    this.foot.element.hidden = analysis.running !== null && !probe;
  }

  private updateTable(shown: Shown | null, view: View): void {
    this.table.element.hidden = !shown;
    if (shown) {
      this.table.update([measuredKey(shown), shown.step, view.sort], () =>
        layerTable(shown, view.sort, this.actions),
      );
      selectRow(this.table.element, shown.layer);
    }
  }

  private model(): ReturnType<typeof shownModel> {
    return this.state.analysis ? shownModel(this.state.analysis) : undefined;
  }

  private rows(): readonly LayerRow[] {
    const model = this.model();
    return model ? layerRows(model) : [];
  }
}

/** What arrives is always a copy: equal content, not identity, tells that nothing has changed. */
const json = (...parts: readonly unknown[]): string => JSON.stringify(parts);

/** Equal as long as a model's numbers are. */
function measuredKey(shown: Shown | null): string {
  return shown
    ? json(
        shown.model.id,
        shown.model.findings,
        shown.probe.loss,
        shown.probe.explainedLoss,
        shown.rows.map(({ id }) => id),
      )
    : '';
}

new Panel();
