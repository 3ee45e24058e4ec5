import * as vscode from 'vscode';
import type { Range } from '../core/text/range';
import { SourceText } from '../core/text/sourceText';

/** What can be analyzed: a Python document, or a notebook with Python cells. Unsaved and untitled text counts as it stands. */
export interface Analyzable {
  /** Of the file or the notebook. */
  readonly uri: vscode.Uri;
  readonly source: SourceText;
}

export const pythonSelector: vscode.DocumentSelector = [
  { language: 'python' },
  { notebookType: 'jupyter-notebook', language: 'python' },
];

const writableSchemes: readonly string[] = ['file', 'untitled', 'vscode-remote'];

/**
 * Whether a document is the text that one works on. The older side of a comparison (`git:`), a preview or a log is not: what is measured of it
 * could not be acted on.
 */
export function isAnalyzable(document: vscode.TextDocument): boolean {
  const { scheme } = ownerUri(document);
  return (
    document.languageId === 'python' &&
    (writableSchemes.includes(scheme) || vscode.workspace.fs.isWritableFileSystem(scheme) === true)
  );
}

/** Whether the file or notebook stands open, in an editor or behind one. */
export function isOpen(uri: vscode.Uri): boolean {
  const key = uri.toString();
  return (
    vscode.workspace.textDocuments.some((document) => document.uri.toString() === key) ||
    vscode.workspace.notebookDocuments.some((notebook) => notebook.uri.toString() === key)
  );
}

/** The document, or the notebook that a cell belongs to; undefined where it is neither. */
export function analyzableOf(document: vscode.TextDocument): Analyzable | undefined {
  const notebook = notebookOf(document);
  if (notebook) {
    return analyzableNotebook(notebook);
  }
  return isAnalyzable(document)
    ? { uri: document.uri, source: SourceText.ofFile(pathOf(document.uri), 'python', document.getText()) }
    : undefined;
}

/** What the user looks at. */
export function activeAnalyzable(): Analyzable | undefined {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  if (notebook) {
    return analyzableNotebook(notebook);
  }
  const document = vscode.window.activeTextEditor?.document;
  return document && analyzableOf(document);
}

/** Opens what a URI names; undefined where it holds no Python. */
export async function openAnalyzable(uri: vscode.Uri): Promise<Analyzable | undefined> {
  return uri.path.endsWith('.ipynb')
    ? analyzableNotebook(await vscode.workspace.openNotebookDocument(uri))
    : analyzableOf(await vscode.workspace.openTextDocument(uri));
}

/** The URI of the file or notebook that a document belongs to. */
export function ownerUri(document: vscode.TextDocument): vscode.Uri {
  return notebookOf(document)?.uri ?? document.uri;
}

/** The document that a range of the analysis lies in: the file's, or the cell's. */
export function documentOf(uri: vscode.Uri, range: Range): vscode.TextDocument | undefined {
  if (range.cell === undefined) {
    return vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  }
  const notebook = vscode.workspace.notebookDocuments.find((n) => n.uri.toString() === uri.toString());
  return notebook && range.cell < notebook.cellCount ? notebook.cellAt(range.cell).document : undefined;
}

/** A range of the analysis as the editor counts: 0-based. */
export function toEditorRange(range: Range): vscode.Range {
  return new vscode.Range(range.startLine - 1, range.startColumn - 1, range.endLine - 1, range.endColumn - 1);
}

/** Whether two states of a source hold the same code, so that ranges of the one fit the other. */
export function sameText(a: SourceText, b: SourceText): boolean {
  return (
    a.cells.length === b.cells.length &&
    a.cells.every((cell, i) => cell.index === b.cells[i]?.index && cell.text === b.cells[i]?.text)
  );
}

function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  return document.uri.scheme === 'vscode-notebook-cell'
    ? vscode.workspace.notebookDocuments.find((notebook) =>
        notebook.getCells().some((cell) => cell.document === document),
      )
    : undefined;
}

function analyzableNotebook(notebook: vscode.NotebookDocument): Analyzable | undefined {
  const cells = notebook
    .getCells()
    .filter((cell) => cell.kind === vscode.NotebookCellKind.Code && cell.document.languageId === 'python')
    .map((cell) => ({
      index: cell.index,
      text: cell.document.getText(),
      ...countOf(cell),
    }));
  return cells.length === 0
    ? undefined
    : { uri: notebook.uri, source: new SourceText(pathOf(notebook.uri), 'notebook', cells) };
}

/** A cell that was changed since it ran counts as it ran: the name it binds was there. */
function countOf(cell: vscode.NotebookCell): { readonly executionCount?: number } {
  const executionCount = cell.executionSummary?.executionOrder;
  return executionCount === undefined ? {} : { executionCount };
}

/** As the user knows the file: within the workspace. */
export function pathOf(uri: vscode.Uri): string {
  return uri.scheme === 'untitled' ? uri.path : vscode.workspace.asRelativePath(uri, false);
}
