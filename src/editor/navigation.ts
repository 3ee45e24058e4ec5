import * as vscode from 'vscode';
import type { Range } from '../core/text/range';
import { toEditorRange } from './analyzable';

/** Opens the file, or the notebook's cell, and selects the range; beside a panel it takes the column that the file is in. */
export async function reveal(uri: vscode.Uri, range: Range): Promise<void> {
  const selection = toEditorRange(range);
  const column = columnOf(uri) ?? vscode.ViewColumn.One;
  if (range.cell === undefined) {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
      selection,
      viewColumn: column,
    });
    return;
  }
  const notebook = await vscode.workspace.openNotebookDocument(uri);
  const cells = new vscode.NotebookRange(range.cell, range.cell + 1);
  const editor = await vscode.window.showNotebookDocument(notebook, {
    viewColumn: column,
    selections: [cells],
  });
  editor.revealRange(cells, vscode.NotebookEditorRevealType.InCenterIfOutsideViewport);
}

/** Brings the file or notebook to the front in the column where it stands open, so that the panel is not covered. */
export async function showFile(uri: vscode.Uri): Promise<void> {
  const viewColumn = columnOf(uri) ?? vscode.ViewColumn.One;
  await (uri.path.endsWith('.ipynb')
    ? vscode.window.showNotebookDocument(await vscode.workspace.openNotebookDocument(uri), { viewColumn })
    : vscode.window.showTextDocument(uri, { viewColumn }));
}

/** The column in which the file stands open already. */
function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const shows = (input: unknown): boolean =>
    (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) &&
    input.uri.toString() === uri.toString();
  return vscode.window.tabGroups.all.find((group) => group.tabs.some((tab) => shows(tab.input)))?.viewColumn;
}
