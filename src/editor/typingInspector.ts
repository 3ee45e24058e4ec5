import * as vscode from 'vscode';
import { inspectSource } from '../core/analyze';
import type { ModelReport } from '../core/report/report';
import type { Reader } from '../core/source/reader';
import { analyzableOf, openAnalyzable, ownerUri } from './analyzable';
import { readConfig } from './config';

/** What the source alone says of a file, as one types. */
export interface Inspection {
  readonly uri: vscode.Uri;
  readonly models: readonly ModelReport[];
}

const debounceMs = 250;
/** Files that cannot hold a model are not read. */
const worthReading = /\b(keras|Sequential|tensorflow)\b/;

/** Reads a file again a moment after the last keystroke; the newest text wins. */
export class TypingInspector implements vscode.Disposable {
  private readonly inspected = new vscode.EventEmitter<Inspection>();
  private readonly timers = new Map</* uri */ string, ReturnType<typeof setTimeout>>();
  private readonly subscriptions: vscode.Disposable[];
  private readonly last = new Map</* uri */ string, Inspection>();
  readonly onDidInspect = this.inspected.event;

  constructor(private readonly reader: () => Promise<Reader>) {
    this.subscriptions = [
      vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.schedule(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(ownerUri(document))),
    ];
    vscode.workspace.textDocuments.forEach((document) => this.schedule(document));
  }

  get(uri: vscode.Uri): Inspection | undefined {
    return this.last.get(uri.toString());
  }

  dispose(): void {
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
    this.inspected.dispose();
  }

  private schedule(document: vscode.TextDocument): void {
    if (
      !['file', 'untitled', 'vscode-remote', 'vscode-notebook-cell'].includes(document.uri.scheme) ||
      !analyzableOf(document)
    ) {
      return;
    }
    const uri = ownerUri(document);
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.timers.set(
      key,
      setTimeout(() => void this.inspect(uri), debounceMs),
    );
  }

  private async inspect(uri: vscode.Uri): Promise<void> {
    this.timers.delete(uri.toString());
    const config = readConfig(uri);
    const analyzable = config.inspectWhileTyping ? await openAnalyzable(uri) : undefined;
    const reads = analyzable?.source.cells.some((cell) => worthReading.test(cell.text)) ?? false;
    const models =
      analyzable && reads
        ? inspectSource(analyzable.source, await this.reader(), '', config.rules).models
        : [];
    const inspection = { uri, models };
    this.last.set(uri.toString(), inspection);
    this.inspected.fire(inspection);
  }

  private forget(uri: vscode.Uri): void {
    clearTimeout(this.timers.get(uri.toString()));
    this.last.delete(uri.toString());
    this.inspected.fire({ uri, models: [] });
  }
}
