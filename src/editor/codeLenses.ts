import * as vscode from 'vscode';
import { inspectSource } from '../core/analyze';
import type { Reader } from '../core/source/reader';
import { isOffered } from '../core/fixes/verify';
import type { ModelReport, Verdict } from '../core/report/report';
import { analyzableOf, documentOf, ownerUri, pythonSelector, toEditorRange } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { readConfig } from './config';
import { commands } from './ids';

const verdictWords: Readonly<Record<Verdict, string>> = {
  healthy: '$(pass) healthy',
  warning: '$(warning) warning',
  failing: '$(error) failing',
  unknown: '$(question) cannot tell',
};

/** Above each model: its verdict, or the way to get one. */
export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly store: AnalysisStore,
    private readonly reader: () => Promise<Reader>,
  ) {
    this.subscription = store.onDidChange(() => this.changed.fire());
  }

  register(): vscode.Disposable {
    return vscode.languages.registerCodeLensProvider(pythonSelector, this);
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    if (!readConfig(document).codeLens || !/\b(keras|tensorflow|Sequential)\b/.test(document.getText())) {
      return [];
    }
    const uri = ownerUri(document);
    const analysis = this.store.get(uri);
    const analyzable = analyzableOf(document);
    if (!analyzable) {
      return [];
    }
    const measured = analysis?.report && !analysis.stale ? analysis.report.models : undefined;
    const models = measured ?? inspectSource(analyzable.source, await this.reader(), '').models;
    return models
      .filter((model) => documentOf(uri, model.range) === document)
      .map((model) => {
        return new vscode.CodeLens(
          toEditorRange(model.range),
          measured && !analysis?.running
            ? judged(model)
            : { title: waiting(Boolean(analysis?.running)), command: commands.analyze },
        );
      });
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

function judged(model: ModelReport): vscode.Command {
  const fixes = model.fixes.filter(isOffered).length;
  const offer =
    fixes === 0 ? '' : fixes === 1 ? vscode.l10n.t(' · 1 fix') : vscode.l10n.t(' · {0} fixes', fixes);
  return {
    title: `${verdictWords[model.verdict]}${offer}`,
    tooltip: model.headline,
    command: commands.openPanel,
  };
}

function waiting(running: boolean): string {
  return running
    ? vscode.l10n.t('$(sync~spin) measuring gradients …')
    : vscode.l10n.t('$(pulse) Analyze gradients');
}
