import * as vscode from 'vscode';
import { formatShare } from '../core/format';
import { isOffered } from '../core/fixes/trial';
import type { Fix, ModelReport } from '../core/report/report';
import type { Range } from '../core/text/range';
import { documentOf, ownerUri, pythonSelector, toEditorRange } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { workspaceEdit } from './fixCommands';
import { commands, diagnosticSource } from './ids';

/** Offers the fixes that were measured to help, at the findings that they answer. */
export class QuickFixes implements vscode.CodeActionProvider {
  static readonly fixAll = vscode.CodeActionKind.SourceFixAll.append('gradientDoctor');
  static readonly kinds = [vscode.CodeActionKind.QuickFix, QuickFixes.fixAll];

  constructor(private readonly store: AnalysisStore) {}

  register(): vscode.Disposable {
    return vscode.languages.registerCodeActionsProvider(pythonSelector, this, {
      providedCodeActionKinds: QuickFixes.kinds,
    });
  }

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const analysis = this.store.get(ownerUri(document));
    if (!analysis?.report || analysis.stale) {
      return [];
    }
    if (context.only && vscode.CodeActionKind.Source.contains(context.only)) {
      const all = fixAllAction(analysis.uri, analysis.report.models);
      return all && context.only.contains(QuickFixes.fixAll) ? [all] : [];
    }
    const actions = new Map</* model and fix */ string, vscode.CodeAction>();
    for (const model of analysis.report.models) {
      for (const finding of model.findings) {
        const here = documentOf(analysis.uri, finding.range)?.uri.toString() === document.uri.toString();
        if (!here || !toEditorRange(finding.range).intersection(range)) {
          continue;
        }
        const marks = context.diagnostics.filter(
          (d) => d.source === diagnosticSource && d.range.isEqual(toEditorRange(finding.range)),
        );
        for (const fix of model.fixes.filter((f) => isOffered(f) && finding.fixes.includes(f.id))) {
          const key = `${model.id} ${fix.id}`;
          const action = actions.get(key) ?? this.action(analysis.uri, model.id, fix, actions.size === 0);
          if (action) {
            action.diagnostics = [...(action.diagnostics ?? []), ...marks];
            actions.set(key, action);
          }
        }
      }
    }
    return [...actions.values()];
  }

  private action(
    uri: vscode.Uri,
    modelId: string,
    fix: Fix,
    preferred: boolean,
  ): vscode.CodeAction | undefined {
    const edit = workspaceEdit(uri, fix.edits);
    if (!edit) {
      return undefined;
    }
    const action = new vscode.CodeAction(`${fix.title} (${effect(fix)})`, vscode.CodeActionKind.QuickFix);
    action.edit = edit;
    action.isPreferred = preferred;
    // The edit is applied by the editor itself; the command then measures what it did.
    action.command = {
      command: commands.applyFix,
      title: fix.title,
      arguments: [uri, modelId, fix.id, { applied: true }],
    };
    return action;
  }
}

/** The best set of fixes of every model, each probed as a whole, at once; a model whose edits meet those of another one waits for its turn. */
function fixAllAction(uri: vscode.Uri, models: readonly ModelReport[]): vscode.CodeAction | undefined {
  const chosen: { readonly modelId: string; readonly fix: Fix }[] = [];
  for (const model of models) {
    const set = model.fixAll ?? null;
    const fix = set && isOffered(set) ? set : model.fixes.find(isOffered);
    const taken = chosen.flatMap((c) => c.fix.edits);
    if (fix && !fix.edits.some((edit) => taken.some((other) => touch(edit.range, other.range)))) {
      chosen.push({ modelId: model.id, fix });
    }
  }
  const edit = workspaceEdit(
    uri,
    chosen.flatMap(({ fix }) => fix.edits),
  );
  const [first] = chosen;
  if (!first || !edit) {
    return undefined;
  }
  const title = vscode.l10n.t('Apply the best gradient fix of each model');
  const action = new vscode.CodeAction(title, QuickFixes.fixAll);
  action.edit = edit;
  action.command =
    chosen.length === 1
      ? {
          command: commands.applyFix,
          title,
          arguments: [uri, first.modelId, first.fix.id, { applied: true }],
        }
      : { command: commands.remeasure, title, arguments: [uri] };
  return action;
}

function touch(a: Range, b: Range): boolean {
  return a.cell === b.cell && toEditorRange(a).intersection(toEditorRange(b)) !== undefined;
}

/** What was measured, short enough for a menu. */
export function effect(fix: Fix): string {
  const { before, after } = fix.verified;
  return after.explainedLoss === null
    ? fix.verified.reason
    : vscode.l10n.t(
        'explains {0} → {1}',
        formatShare(before.explainedLoss),
        formatShare(after.explainedLoss),
      );
}
