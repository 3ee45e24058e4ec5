import * as vscode from 'vscode';
import type { ModelReport } from '../core/report/report';
import type { SourceText } from '../core/text/sourceText';
import { CancelledError } from '../shared/rpc';
import { isAnalyzable, isOpen, openAnalyzable, ownerUri, sameText, type Analyzable } from './analyzable';
import type { Analyst } from './analyst';
import { readConfig } from './config';
import { DisposableStore } from './disposables';
import { settings } from './ids';
import type { SiblingFiles } from './siblingFiles';

/** What the source alone says of a file, as one types. */
export interface Inspection {
  readonly uri: vscode.Uri;
  readonly models: readonly ModelReport[];
}

/** Between two quick keystrokes nothing is read; beyond that the reading itself, which is done elsewhere, sets the pace. */
const debounceMs = 20;
/** Files that cannot hold a model are not read. */
const worthReading = /\b(keras|Sequential|tensorflow)\b/;

/** Reads a file again a moment after the last keystroke, one reading at a time; the newest text wins. */
export class TypingInspector implements vscode.Disposable {
  private readonly own = new DisposableStore();
  private readonly inspected = this.own.add(new vscode.EventEmitter<Inspection>());
  private readonly timers = new Map</* uri */ string, ReturnType<typeof setTimeout>>();
  private readonly last = new Map</* uri */ string, Inspection>();
  private readonly reads = new Map<
    /* uri */ string,
    { readonly source: SourceText; readonly models: Promise<readonly ModelReport[]> }
  >();
  private readonly busy = new Map</* uri */ string, 'once' | 'again'>();
  readonly onDidInspect = this.inspected.event;

  constructor(
    private readonly analyst: Analyst,
    siblings: SiblingFiles,
    private readonly log: vscode.LogOutputChannel,
  ) {
    [
      vscode.workspace.onDidOpenTextDocument((document) => this.schedule(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.schedule(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.forget(ownerUri(document))),
      siblings.onDidChange((uri) => this.readAgain((owner) => owner.toString() === uri.toString())),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (
          event.affectsConfiguration(settings.rules) ||
          event.affectsConfiguration(settings.inspectWhileTyping)
        ) {
          this.readAgain(() => true);
        }
      }),
    ].forEach((subscription) => this.own.add(subscription));
    vscode.workspace.textDocuments.forEach((document) => this.schedule(document));
  }

  get(uri: vscode.Uri): Inspection | undefined {
    return this.last.get(uri.toString());
  }

  /** The models of a text; every text is read once, whoever asks. */
  models({ uri, source }: Analyzable): Promise<readonly ModelReport[]> {
    const known = this.reads.get(uri.toString());
    if (known && sameText(known.source, source)) {
      return known.models;
    }
    const models = source.cells.some((cell) => worthReading.test(cell.text))
      ? this.analyst.inspect({ uri, source }, readConfig(uri).rules)
      : Promise.resolve([]);
    const key = uri.toString();
    this.reads.set(key, { source, models });
    // what failed once is tried again by the next who asks
    models.catch(() => this.reads.get(key)?.models === models && this.reads.delete(key));
    return models;
  }

  dispose(): void {
    for (const timer of this.timers.values()) {
      clearTimeout(timer);
    }
    this.own.dispose();
  }

  private readAgain(which: (owner: vscode.Uri) => boolean): void {
    for (const document of vscode.workspace.textDocuments.filter((each) => which(ownerUri(each)))) {
      this.reads.delete(ownerUri(document).toString());
      this.schedule(document);
    }
  }

  private schedule(document: vscode.TextDocument): void {
    if (!isAnalyzable(document)) {
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
    const key = uri.toString();
    this.timers.delete(key);
    if (this.busy.has(key)) {
      this.busy.set(key, 'again');
      return;
    }
    this.busy.set(key, 'once');
    try {
      const analyzable = readConfig(uri).inspectWhileTyping ? await openAnalyzable(uri) : undefined;
      const models = analyzable ? await this.models(analyzable) : [];
      // of an older text, or of one that is gone, the ranges fit nothing
      if (this.busy.get(key) !== 'again' && isOpen(uri)) {
        this.last.set(key, { uri, models });
        this.inspected.fire({ uri, models });
      }
    } catch (error) {
      if (!(error instanceof CancelledError)) {
        this.log.error(error as Error);
      }
    } finally {
      const again = this.busy.get(key) === 'again';
      this.busy.delete(key);
      if (again) {
        void this.inspect(uri);
      }
    }
  }

  private forget(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.timers.get(key));
    this.reads.delete(key);
    this.last.delete(key);
    this.inspected.fire({ uri, models: [] });
  }
}
