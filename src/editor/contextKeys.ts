import * as vscode from 'vscode';
import type { AnalysisStore } from './analysisStore';
import type { GivenFiles } from './givenFiles';
import { contexts } from './ids';

/** Keeps the keys that the manifest's `when` clauses read. */
export function keepContextKeys(store: AnalysisStore, given: GivenFiles): vscode.Disposable {
  return store.onDidChange(() => {
    const analysis = store.current;
    const set = (key: string, value: boolean): void =>
      void vscode.commands.executeCommand('setContext', key, value);
    const finished = Boolean(analysis?.report && !analysis.running);
    const { data, weights } = analysis ? given.of(analysis.uri) : { data: null, weights: null };
    set(contexts.running, Boolean(analysis?.running));
    set(contexts.hasReport, Boolean(analysis?.report));
    set(contexts.hasVerdict, finished);
    set(contexts.fixApplied, finished && analysis?.before !== null);
    set(contexts.givenData, data !== null);
    set(contexts.givenWeights, weights !== null);
  });
}
