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

/** The column in which the file stands open already. */
function columnOf(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const shows = (input: unknown): boolean =>
    (input instanceof vscode.TabInputText || input instanceof vscode.TabInputNotebook) &&
    input.uri.toString() === uri.toString();
  return vscode.window.tabGroups.all.find((group) => group.tabs.some((tab) => shows(tab.input)))?.viewColumn;
}
