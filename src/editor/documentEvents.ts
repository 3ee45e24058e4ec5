import * as vscode from 'vscode';
import { ownerUri } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import type { GivenFiles } from './givenFiles';
import type { SiblingFiles } from './siblingFiles';

/** Tells what happens to the files that are known: edited, deleted, renamed, looked at, thrown away unsaved. */
export function followDocuments(
  store: AnalysisStore,
  given: GivenFiles,
  siblings: SiblingFiles,
): vscode.Disposable {
  return vscode.Disposable.from(
    siblings.onDidChange((uri) => void store.textChanged(uri)),
    vscode.workspace.onDidChangeTextDocument(
      ({ document, contentChanges }) =>
        contentChanges.length > 0 && void store.textChanged(ownerUri(document)),
    ),
    vscode.workspace.onDidDeleteFiles(({ files }) => files.forEach((uri) => store.forget(uri))),
    vscode.workspace.onDidRenameFiles(({ files }) =>
      files.forEach(({ oldUri, newUri }) => {
        store.forget(oldUri);
        void given.rename(oldUri, newUri);
      }),
    ),
    vscode.workspace.onDidCloseTextDocument(
      // its name is given to the next new text
      ({ uri }) => uri.scheme === 'untitled' && store.forget(uri),
    ),
    vscode.window.onDidChangeActiveTextEditor((editor) => editor && store.show(ownerUri(editor.document))),
    vscode.window.onDidChangeActiveNotebookEditor((editor) => editor && store.show(editor.notebook.uri)),
  );
}
