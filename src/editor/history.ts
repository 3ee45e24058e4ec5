import * as vscode from 'vscode';
import { effectOfReport, type ModelSummary } from './modelSummary';
import type { Analysis, AnalysisStore } from './analysisStore';

/** One finished analysis of one model, small enough to keep. */
export interface HistoryEntry extends ModelSummary {
  readonly uri: string;
  readonly fileName: string;
  readonly at: number;
  /** The fix that led here, if one did. */
  readonly fixTitle: string | null;
}

/** What is said of an entry in one line. */
export function entryLabel({ fixTitle, fileName, modelId }: HistoryEntry): string {
  return fixTitle ?? `${fileName} · ${modelId}`;
}

const storageKey = 'gradientDoctor.history';
const kept = 50;

/** The analyses of this workspace, newest first, bounded, kept over restarts. */
export class History implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor(
    store: AnalysisStore,
    private readonly storage: vscode.Memento,
  ) {
    this.subscription = store.onDidFinish((analysis) => void this.add(analysis));
  }

  get entries(): readonly HistoryEntry[] {
    return this.storage.get<readonly HistoryEntry[]>(storageKey, []);
  }

  async clear(): Promise<void> {
    await this.storage.update(storageKey, []);
    this.changed.fire();
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private async add(analysis: Analysis): Promise<void> {
    const entries = (analysis.report?.models ?? []).map((model): HistoryEntry => ({
      ...effectOfReport(model),
      uri: analysis.uri.toString(),
      fileName: analysis.source.path.split('/').at(-1) ?? analysis.source.path,
      at: analysis.measuredAt,
      fixTitle: analysis.before?.fixTitle ?? null,
    }));
    await this.storage.update(storageKey, [...entries, ...this.entries].slice(0, kept));
    this.changed.fire();
  }
}
