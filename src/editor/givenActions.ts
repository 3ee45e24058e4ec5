import * as vscode from 'vscode';
import type { ModelReport } from '../core/report/report';
import { documentOf, ownerUri, pythonSelector, toEditorRange } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import type { GivenFiles } from './givenFiles';
import { commands } from './ids';

/** At a model that was measured with made-up data or weights: the way to give one's own, and back. */
export class GivenActions implements vscode.CodeActionProvider {
  constructor(
    private readonly store: AnalysisStore,
    private readonly given: GivenFiles,
  ) {}

  register(): vscode.Disposable {
    return vscode.languages.registerCodeActionsProvider(pythonSelector, this, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    });
  }

  provideCodeActions(document: vscode.TextDocument, range: vscode.Range): vscode.CodeAction[] {
    const uri = ownerUri(document);
    const analysis = this.store.get(uri);
    const isHere = ({ range: at }: ModelReport): boolean =>
      documentOf(uri, at) === document && toEditorRange(at).intersection(range) !== undefined;
    if (!analysis?.report?.models.some(isHere)) {
      return [];
    }
    const { data, weights } = this.given.of(uri);
    return [
      data === null
        ? action(vscode.l10n.t('Measure with my data …'), commands.useData, uri)
        : action(vscode.l10n.t('Use made-up data again'), commands.useMadeUpData, uri),
      weights === null
        ? action(vscode.l10n.t('Start from my weights …'), commands.useWeights, uri)
        : action(vscode.l10n.t('Use new weights again'), commands.useNewWeights, uri),
    ];
  }
}

function action(title: string, command: string, uri: vscode.Uri): vscode.CodeAction {
  const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  made.command = { command, title, arguments: [uri] };
  return made;
}
