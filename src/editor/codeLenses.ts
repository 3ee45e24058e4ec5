import * as vscode from 'vscode';
import { isOffered } from '../core/fixes/trial';
import type { ModelReport, Verdict } from '../core/report/report';
import { analyzableOf, documentOf, ownerUri, pythonSelector, toEditorRange } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { readConfig } from './config';
import { commands } from './ids';
import type { TypingInspector } from './typingInspector';

/** Spaces behind an icon would collapse. */
const verdictWords: Readonly<Record<Verdict, string>> = {
  healthy: '$(pass)\u00a0healthy',
  warning: '$(warning)\u00a0warning',
  failing: '$(error)\u00a0failing',
  unknown: '$(question)\u00a0cannot tell',
};

/** Above each model: its verdict, or the way to get one. */
export class CodeLenses implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: readonly vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly store: AnalysisStore,
    private readonly inspector: TypingInspector,
  ) {
    this.subscriptions = [
      store.onDidChange(() => this.changed.fire()),
      store.onDidAge(() => this.changed.fire()),
    ];
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
    const measured = analysis?.report?.models ?? [];
    const models = analysis?.report && !analysis.stale ? measured : await this.inspector.models(analyzable);
    const running = Boolean(analysis?.running);
    return models
      .filter((model) => documentOf(uri, model.range) === document)
      .flatMap((model) => {
        const last = measured.find(({ id }) => id === model.id);
        const lenses =
          running || !analysis || !last
            ? [{ title: waiting(running), command: commands.analyze, arguments: [uri] }]
            : analysis.stale
              ? [aged(last, analysis.edits), again(uri)]
              : [judged(last), ...bestFix(uri, last)];
        return lenses.map((command) => new vscode.CodeLens(toEditorRange(model.range), command));
      });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
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

/** The best fix, to be looked at or applied. */
function bestFix(uri: vscode.Uri, model: ModelReport): vscode.Command[] {
  const fix = model.fixes.find(isOffered);
  if (!fix) {
    return [];
  }
  const tooltip = `${fix.title}. ${fix.verified.reason}`;
  const target = { tooltip, arguments: [uri, model.id, fix.id] };
  return [
    { title: vscode.l10n.t('Preview best fix'), command: commands.previewFix, ...target },
    { title: vscode.l10n.t('Apply'), command: commands.applyFix, ...target },
  ];
}

/** What an older text was found to be, and how far it lies back. */
function aged(model: ModelReport, edits: number): vscode.Command {
  const age =
    edits === 1 ? vscode.l10n.t('measured 1 edit ago') : vscode.l10n.t('measured {0} edits ago', edits);
  return {
    title: `${verdictWords[model.verdict]} · ${age}`,
    tooltip: model.headline,
    command: commands.openPanel,
  };
}

function again(uri: vscode.Uri): vscode.Command {
  return { title: vscode.l10n.t('Measure again'), command: commands.analyze, arguments: [uri] };
}

function waiting(running: boolean): string {
  return running
    ? vscode.l10n.t('$(sync~spin)\u00a0measuring gradients …')
    : vscode.l10n.t('$(pulse)\u00a0Analyze gradients');
}
