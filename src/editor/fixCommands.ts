import * as vscode from 'vscode';
import type { Fix } from '../core/report/report';
import type { TextEdit } from '../core/text/range';
import { documentOf, openAnalyzable, sameText, toEditorRange } from './analyzable';
import { findFix, type Analysis, type AnalysisStore } from './analysisStore';
import { previewScheme } from './ids';
import { showFile } from './navigation';

/** Applies, shows and takes back fixes: against the very text that was analyzed, or not at all. */
export class FixCommands {
  private undone: { readonly uri: vscode.Uri } | null = null;

  constructor(
    private readonly store: AnalysisStore,
    private readonly previews: PreviewDocuments,
  ) {}

  /** Applies the edits, then analyzes again so that before and after can be compared. */
  async apply(uri: vscode.Uri, modelId: string, fixId: string): Promise<void> {
    const analysis = this.store.get(uri);
    const found = findFix(analysis?.report ?? null, modelId, fixId);
    if (!analysis || !found) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('This fix belongs to an older analysis. Analyze again.'),
      );
      return;
    }
    const edit = await this.editFor(analysis, found.fix);
    if (!edit || !(await vscode.workspace.applyEdit(edit))) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          'The text has changed since it was analyzed, so the fix was not applied. Analyze again.',
        ),
      );
      return;
    }
    await this.analyzeAfter(analysis, found.fix.title);
  }

  /** The edits as the editor applies them; undefined where the text has changed since. */
  async editFor(analysis: Analysis, fix: Fix): Promise<vscode.WorkspaceEdit | undefined> {
    const now = await openAnalyzable(analysis.uri);
    return now && sameText(now.source, analysis.source) ? workspaceEdit(analysis.uri, fix.edits) : undefined;
  }

  /** Analyzes the changed text and keeps the report before it beside, whoever made the edit: this class or the light bulb. */
  async analyzeAfter(before: Analysis, fixTitle: string): Promise<void> {
    this.undone = { uri: before.uri };
    const changed = await openAnalyzable(before.uri);
    if (changed && before.report) {
      await this.store.run(changed, undefined, { fixTitle, report: before.report });
    }
  }

  /** Takes back the last applied fix by the editor's own undo. */
  async undo(): Promise<void> {
    if (this.undone) {
      const { uri } = this.undone;
      this.undone = null;
      await showFile(uri);
      await vscode.commands.executeCommand('undo');
      const now = await openAnalyzable(uri);
      if (now) {
        await this.store.run(now);
      }
    }
  }

  /** Shows the fix as a diff of the file, or of the first cell that it changes. */
  async preview(uri: vscode.Uri, modelId: string, fixId: string): Promise<void> {
    const analysis = this.store.get(uri);
    const found = findFix(analysis?.report ?? null, modelId, fixId);
    const first = found?.fix.edits[0];
    if (!analysis || !found || !first) {
      return;
    }
    const cell = first.range.cell;
    const original = documentOf(uri, first.range);
    const text = analysis.source.apply(found.fix.edits).cells.find((c) => c.index === cell)?.text;
    if (original && text !== undefined) {
      const changed = this.previews.put(uri, `${fixId}${cell === undefined ? '' : `-cell-${cell}`}`, text);
      await vscode.commands.executeCommand(
        'vscode.diff',
        original.uri,
        changed,
        vscode.l10n.t('{0} (fix preview)', found.fix.title),
        { preview: true },
      );
    }
  }
}

/** The edits of a fix, in the file or in the notebook's cells. */
export function workspaceEdit(uri: vscode.Uri, edits: readonly TextEdit[]): vscode.WorkspaceEdit | undefined {
  const workspace = new vscode.WorkspaceEdit();
  for (const edit of edits) {
    const document = edit.range.cell === undefined ? { uri } : documentOf(uri, edit.range);
    if (!document) {
      return undefined;
    }
    workspace.replace(document.uri, toEditorRange(edit.range), edit.newText);
  }
  return workspace;
}

/** Read-only texts that a diff shows on its right side. */
export class PreviewDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map</* uri */ string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(previewScheme, this);
  readonly onDidChange = this.changed.event;

  put(uri: vscode.Uri, id: string, text: string): vscode.Uri {
    const name = uri.path.replace(/\.ipynb$/, '.py');
    const preview = vscode.Uri.from({ scheme: previewScheme, path: name, query: id });
    this.texts.set(preview.toString(), text);
    this.changed.fire(preview);
    return preview;
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}
