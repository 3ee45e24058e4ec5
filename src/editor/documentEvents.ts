import * as vscode from 'vscode';
import { ownerUri } from './analyzable';
import type { AnalysisStore } from './analysisStore';

/** Tells the store what happens to the files that it knows: edited, deleted, renamed, looked at. */
export function followDocuments(store: AnalysisStore): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeTextDocument(
      ({ document, contentChanges }) =>
        contentChanges.length > 0 && void store.textChanged(ownerUri(document)),
    ),
    vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => store.forget(uri))),
    vscode.workspace.onDidRenameFiles(({ files }) => files.forEach(({ oldUri }) => store.forget(oldUri))),
    vscode.window.onDidChangeActiveTextEditor((editor) => editor && store.show(ownerUri(editor.document))),
    vscode.window.onDidChangeActiveNotebookEditor((editor) => editor && store.show(editor.notebook.uri)),
  );
}
