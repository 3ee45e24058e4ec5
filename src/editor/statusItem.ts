import * as vscode from 'vscode';
import type { Verdict } from '../core/report/report';
import { ownerUri } from './analyzable';
import type { Analysis, AnalysisStore } from './analysisStore';
import { commands } from './ids';
import { overallShare } from '../shared/progress';

const icons: Readonly<Record<Verdict, string>> = {
  healthy: '$(pass)',
  warning: '$(warning)',
  failing: '$(error)',
  unknown: '$(question)',
};
const worstFirst: readonly Verdict[] = ['failing', 'warning', 'unknown', 'healthy'];

/** One item that is hidden, ready, running, or says the verdict of the file in front. */
export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'gradientDoctor.status',
    vscode.StatusBarAlignment.Right,
    90,
  );
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly store: AnalysisStore) {
    this.item.name = 'Gradient Doctor';
    this.subscriptions = [
      store.onDidChange(() => this.update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      vscode.window.onDidChangeActiveNotebookEditor(() => this.update()),
    ];
    this.update();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
    this.item.dispose();
  }

  private update(): void {
    const document = vscode.window.activeTextEditor?.document;
    const uri =
      vscode.window.activeNotebookEditor?.notebook.uri ??
      (document?.languageId === 'python' ? ownerUri(document) : undefined) ??
      // the panel has the focus: it shows this one
      (vscode.window.activeTextEditor ? undefined : this.store.current?.uri);
    const analysis = uri && this.store.get(uri);
    if (!analysis) {
      this.item.hide();
      return;
    }
    const [text, tooltip, command] = stateOf(analysis);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.command = command;
    this.item.show();
  }
}

function stateOf(analysis: Analysis): [text: string, tooltip: string, command: string] {
  if (analysis.running) {
    return [
      vscode.l10n.t(
        '$(sync~spin) Gradients {0} %',
        Math.round(100 * overallShare(analysis.running.stage, analysis.running.share)),
      ),
      vscode.l10n.t('Gradient Doctor is measuring. Click to stop.'),
      commands.cancel,
    ];
  }
  if (analysis.error || !analysis.report) {
    return [
      vscode.l10n.t('$(question) Gradients'),
      analysis.error ?? vscode.l10n.t('Not measured yet.'),
      commands.showLog,
    ];
  }
  if (analysis.stale) {
    return [
      vscode.l10n.t('$(history) Gradients'),
      vscode.l10n.t('Edited since it was measured. Click to measure again.'),
      commands.analyze,
    ];
  }
  const { models } = analysis.report;
  const worst = worstFirst.find((verdict) => models.some((model) => model.verdict === verdict)) ?? 'unknown';
  const headline = models.find((model) => model.verdict === worst)?.headline ?? '';
  return [`${icons[worst]} Gradients`, headline, commands.openPanel];
}
