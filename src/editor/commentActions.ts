import * as vscode from 'vscode';
import type { Finding, ModelReport } from '../core/report/report';
import type { SourceText } from '../core/text/sourceText';
import {
  analyzableOf,
  documentOf,
  openAnalyzable,
  ownerUri,
  pythonSelector,
  toEditorRange,
} from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { ignoreEdit, inputShapeEdit, parseShape } from './comments';
import { workspaceEdit } from './fixCommands';
import { commands, diagnosticSource } from './ids';
import type { TypingInspector } from './typingInspector';

/** The assumption that a model's input shape was made up. */
const inputShapeNote = 'input-shape';

/** Offers the comments that tell Gradient Doctor something: to be silent of a finding, or what shape comes in. */
export class CommentActions implements vscode.CodeActionProvider {
  constructor(
    private readonly store: AnalysisStore,
    private readonly inspector: TypingInspector,
  ) {}

  register(): vscode.Disposable {
    return vscode.languages.registerCodeActionsProvider(pythonSelector, this, {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    });
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const uri = ownerUri(document);
    const source = analyzableOf(document)?.source;
    const analysis = this.store.get(uri);
    const measured = analysis && !analysis.stale ? analysis.report?.models : undefined;
    const models = measured ?? this.inspector.get(uri)?.models ?? [];
    if (!source) {
      return [];
    }
    const isHere = (at: Finding['range']): boolean =>
      documentOf(uri, at) === document && toEditorRange(at).intersection(range) !== undefined;
    const ignored = new Map</* rule and line */ string, vscode.CodeAction>();
    for (const finding of models.flatMap((model) => model.findings).filter((f) => isHere(f.range))) {
      const action = ignoreAction(uri, source, finding, measured !== undefined, context.diagnostics);
      if (action) {
        ignored.set(`${finding.id} ${finding.range.startLine}`, action);
      }
    }
    const shapes = models.filter((model) => assumesInput(model) && isHere(model.range));
    return [...ignored.values(), ...shapes.map((model) => shapeAction(uri, model, shapes.length > 1))];
  }
}

function ignoreAction(
  uri: vscode.Uri,
  source: SourceText,
  finding: Finding,
  measured: boolean,
  diagnostics: readonly vscode.Diagnostic[],
): vscode.CodeAction | undefined {
  const edit = workspaceEdit(uri, [ignoreEdit(source, finding.range, finding.id)]);
  if (!edit) {
    return undefined;
  }
  const title = vscode.l10n.t('Ignore {0} {1} on this line', finding.id, finding.rule);
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.edit = edit;
  action.diagnostics = diagnostics.filter(
    (d) =>
      d.source === diagnosticSource &&
      d.range.isEqual(toEditorRange(finding.range)) &&
      d.message === finding.message,
  );
  if (measured) {
    // The comment is an edit: without another look all other findings would be gone as well.
    action.command = { command: commands.remeasure, title, arguments: [uri] };
  }
  return action;
}

function shapeAction(uri: vscode.Uri, model: ModelReport, several: boolean): vscode.CodeAction {
  const title = several
    ? vscode.l10n.t("Tell the input shape of '{0}' …", model.id)
    : vscode.l10n.t('Tell the input shape …');
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { command: commands.tellInputShape, title, arguments: [uri, model.range] };
  return action;
}

function assumesInput(model: ModelReport): boolean {
  return model.assumptions.some(({ id }) => id === inputShapeNote);
}

/** Asks for the shape, unless it is given, writes it above the model and measures that. */
export async function tellInputShape(
  uri: vscode.Uri,
  range: Finding['range'],
  given?: readonly (number | null)[],
): Promise<void> {
  const typed =
    given ??
    (await vscode.window.showInputBox({
      title: vscode.l10n.t('Input shape, without the batch'),
      prompt: vscode.l10n.t('For example 784, or 28, 28, 1; None for a size that varies.'),
      validateInput: (text) =>
        parseShape(text) ? undefined : vscode.l10n.t('Write sizes with commas between them: 28, 28, 1'),
    }));
  const shape = typeof typed === 'string' ? parseShape(typed) : typed;
  const now = shape && (await openAnalyzable(uri));
  const edit = now && workspaceEdit(uri, [inputShapeEdit(now.source, range, shape)]);
  if (edit && (await vscode.workspace.applyEdit(edit))) {
    await vscode.commands.executeCommand(commands.remeasure, uri);
  }
}
