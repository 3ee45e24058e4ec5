import * as vscode from 'vscode';
import type { AnalysisStore } from './analysisStore';
import { contexts } from './ids';

/** Keeps the keys that the manifest's `when` clauses read. */
export function keepContextKeys(store: AnalysisStore): vscode.Disposable {
  return store.onDidChange(() => {
    const analysis = store.current;
    void vscode.commands.executeCommand('setContext', contexts.running, Boolean(analysis?.running));
    void vscode.commands.executeCommand('setContext', contexts.hasReport, Boolean(analysis?.report));
  });
}
