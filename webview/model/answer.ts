import { formatNumber, formatShare } from '../../src/core/format';
import type { Finding, Fix, ModelReport, Verdict } from '../../src/core/report/report';
import type { Range } from '../../src/core/text/range';
import type { AnalysisView } from '../../src/shared/pageProtocol';
import { layerCount } from '../../src/core/report/layerRows';
import { isOffered, reportChanges, type Change } from './fixes';
import { l10n } from './l10n';

export type Tone = Verdict | 'running' | 'error';

/** The one thing to do: there is exactly one primary button on a page, and it is in this box. */
export type Box =
  | { readonly kind: 'none' }
  | { readonly kind: 'progress'; readonly stage: 'read' | 'probe' | 'fixes'; readonly share: number }
  | { readonly kind: 'analyze'; readonly text: string }
  | { readonly kind: 'best'; readonly fix: Fix; readonly undo: boolean }
  | { readonly kind: 'applied'; readonly fixTitle: string; readonly changes: readonly Change[] }
  | { readonly kind: 'goTo'; readonly text: string; readonly range: Range };

/** What a person in a hurry reads: is it well, why, what do I do. */
export interface Answer {
  readonly tone: Tone;
  readonly word: string;
  readonly headline: string;
  readonly why: string;
  readonly box: Box;
}

/** A verdict in words. */
export function words(verdict: Verdict): string {
  return {
    healthy: l10n.t('Healthy'),
    warning: l10n.t('Could be better'),
    failing: l10n.t('Failing'),
    unknown: l10n.t('Cannot tell'),
  }[verdict];
}

function stages(stage: 'read' | 'probe' | 'fixes', what: string): { word: string; headline: string } {
  return {
    read: { word: l10n.t('Reading'), headline: l10n.t('Reading {0}.', what) },
    probe: { word: l10n.t('Measuring'), headline: l10n.t('Measuring {0}.', what) },
    fixes: { word: l10n.t('Trying fixes'), headline: l10n.t('Trying fixes {0}.', what) },
  }[stage];
}

/** Equal as long as the box needs no new buttons: one that is made anew under the pointer swallows the click. */
export function boxKey(box: Box, analysis: AnalysisView): string {
  const tried = shownModel(analysis)?.fixes.length ?? 0;
  return box.kind === 'progress'
    ? `progress ${box.stage} ${box.stage === 'fixes' ? tried : 0}`
    : JSON.stringify([box, analysis.modelId]);
}

/** The model of the report that the page shows. */
export function shownModel({ report, modelId }: AnalysisView): ModelReport | undefined {
  return report.models.find(({ id }) => id === modelId) ?? report.models[0];
}

/** The same model before the fix that was applied last. */
export function modelBefore(
  { before }: AnalysisView,
  model: ModelReport | undefined,
): ModelReport | undefined {
  return before?.report.models.find(({ id }) => id === model?.id) ?? before?.report.models[0];
}

export function answerOf(analysis: AnalysisView): Answer {
  const model = shownModel(analysis);
  if (analysis.error !== null && !analysis.running) {
    return failed(analysis.error);
  }
  if (analysis.running) {
    return running(analysis.running, model, analysis.fileName);
  }
  if (!model) {
    return failed(l10n.t('No model was found in this file.'));
  }
  const previous = modelBefore(analysis, model);
  return {
    tone: model.verdict,
    word:
      previous && previous.verdict !== model.verdict
        ? l10n.t('{0}, was {1}', words(model.verdict), words(previous.verdict).toLowerCase())
        : words(model.verdict),
    headline: model.headline,
    why: why(model, previous),
    box: boxOf(analysis, model, previous),
  };
}

function failed(text: string): Answer {
  return {
    tone: 'error',
    word: l10n.t('Not analyzed'),
    headline: text,
    why: '',
    box: { kind: 'analyze', text: l10n.t('Mend what is named above, then analyze again.') },
  };
}

function running(
  { stage, share }: NonNullable<AnalysisView['running']>,
  model: ModelReport | undefined,
  fileName: string,
): Answer {
  const box: Box = { kind: 'progress', stage, share };
  if (stage === 'fixes' && model?.probe) {
    return {
      tone: model.verdict,
      word: words(model.verdict),
      headline: model.headline,
      why: why(model),
      box,
    };
  }
  const size = model ? layerCount(model) : fileName;
  return { tone: 'running', ...stages(stage, size), why: '', box };
}

function boxOf(analysis: AnalysisView, model: ModelReport, previous: ModelReport | undefined): Box {
  if (analysis.stale) {
    return {
      kind: 'analyze',
      text: l10n.t('The text, or a file that it imports, was edited since it was measured.'),
    };
  }
  const best = model.fixes.find(isOffered);
  if (best && model.verdict !== 'healthy') {
    return { kind: 'best', fix: best, undo: analysis.before !== null };
  }
  if (analysis.before) {
    const changes = previous ? reportChanges(previous, model) : [];
    return { kind: 'applied', fixTitle: analysis.before.fixTitle, changes };
  }
  const unknown = model.unknowns.find(({ range }) => range !== undefined);
  if (model.verdict === 'unknown' && unknown?.range) {
    return {
      kind: 'goTo',
      text: l10n.t('The rest can be measured once this is known.'),
      range: unknown.range,
    };
  }
  const worst = worstFinding(model);
  if (model.verdict !== 'healthy' && worst) {
    const tried = model.fixes.length;
    const text =
      tried === 0
        ? l10n.t('No fix is known for this. Look first at the line that was found.')
        : tried === 1
          ? l10n.t('The one fix that was tried does not help. Look first at the line that was found.')
          : l10n.t(
              'None of {0} fixes that were tried does help. Look first at the line that was found.',
              tried,
            );
    return { kind: 'goTo', text, range: worst.range };
  }
  return { kind: 'none' };
}

function worstFinding(model: ModelReport): Finding | undefined {
  return model.findings.find(({ severity }) => severity === 'error' || severity === 'warning');
}

/** What, how much, what it means: the worst finding's own words, or what was measured where all is well. */
function why(model: ModelReport, previous?: ModelReport): string {
  const worst = worstFinding(model);
  if (model.verdict === 'unknown') {
    return model.unknowns[0]?.text ?? '';
  }
  if (worst && model.verdict !== 'healthy') {
    return worst.message;
  }
  const { probe } = model;
  if (!probe) {
    return '';
  }
  const changes = previous ? reportChanges(previous, model) : [];
  const gradient = changes[0];
  const steps = probe.steps === 1 ? l10n.t('1 step') : l10n.t('{0} steps', probe.steps);
  const explained = formatShare(probe.explainedLoss.at(-1) ?? null);
  const sentences = [
    gradient ? l10n.t('Layer 1 receives {0}, it was {1}.', gradient.to, gradient.from) : '',
    changes[1]
      ? l10n.t('After {0} it explains {1} of the loss, it was {2}.', steps, explained, changes[1].from)
      : l10n.t('After {0} it explains {1} of the loss: {2}.', steps, explained, lossText(probe.loss)),
  ];
  return sentences.filter(Boolean).join(' ');
}

function lossText(loss: readonly (number | null)[]): string {
  return l10n.t(
    '{0} at the start, {1} now',
    formatNumber(loss[0] ?? null),
    formatNumber(loss.at(-1) ?? null),
  );
}

/** 'just now', '4 min ago' */
export function ago(thenMs: number, nowMs: number): string {
  const minutes = Math.floor((nowMs - thenMs) / 60_000);
  if (minutes < 1) {
    return l10n.t('just now');
  }
  return minutes < 60
    ? l10n.t('{0} min ago', minutes)
    : minutes < 1440
      ? l10n.t('{0} h ago', Math.floor(minutes / 60))
      : l10n.t('{0} d ago', Math.floor(minutes / 1440));
}
