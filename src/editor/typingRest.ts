import * as vscode from 'vscode';
import { isAnalyzable } from './analyzable';
import type { Analyst } from './analyst';

/** Longer than between two keystrokes of somebody who types, shorter than anybody waits for. */
const restMs = 300;

/** Lets what is being measured rest while somebody types: the cores are theirs, and what reads the new text. */
export function restWhileTyping(analyst: Pick<Analyst, 'restFor'>): vscode.Disposable {
  return vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0 && isAnalyzable(document)) {
      analyst.restFor(restMs);
    }
  });
}
