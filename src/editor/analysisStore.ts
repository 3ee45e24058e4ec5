import * as vscode from 'vscode';
import type { AnalyzeProgress } from '../core/analyze';
import { firstLine, HumanError } from '../core/humanError';
import { defaultBudget, measuredSteps } from '../core/probing';
import type { Fix, ModelReport, Report } from '../core/report/report';
import type { SourceText } from '../core/text/sourceText';
import type { AnalyzeRequest } from '../shared/analysisProtocol';
import { CancelledError } from '../shared/rpc';
import { openAnalyzable, sameText, type Analyzable } from './analyzable';
import type { Analyst } from './analyst';
import { readConfig } from './config';
import type { GivenFiles } from './givenFiles';
import type { NativeEngine } from './nativeEngine';

/** What is known of one file: its last report, whether one is under way, whether the text has changed since. */
export interface Analysis {
  readonly uri: vscode.Uri;
  /** The text that was analyzed. */
  readonly source: SourceText;
  readonly report: Report | null;
  readonly running: { readonly stage: 'read' | 'probe' | 'fixes'; readonly share: number } | null;
  readonly error: string | null;
  readonly stale: boolean;
  /** Edits since the text was analyzed; 0 where it is that text again. */
  readonly edits: number;
  readonly measuredAt: number;
  /** The report before the fix that led here. */
  readonly before: { readonly fixTitle: string; readonly report: Report } | null;
}

/** Runs analyses and remembers their reports; everything that shows something listens here. */
export class AnalysisStore implements vscode.Disposable {
  private readonly analyses = new Map</* uri */ string, Analysis>();
  private readonly aborts = new Map</* uri */ string, AbortController>();
  private readonly changed = new vscode.EventEmitter<Analysis>();
  private readonly finished = new vscode.EventEmitter<Analysis>();
  private readonly aged = new vscode.EventEmitter<Analysis>();
  private currentUri: string | undefined;

  /** Fired whenever an analysis starts, grows, ends or becomes stale. */
  readonly onDidChange = this.changed.event;
  /** Fired once an analysis has ended with a report. */
  readonly onDidFinish = this.finished.event;

  /** Fired with every edit of a text that was analyzed. */
  readonly onDidAge = this.aged.event;

  constructor(
    private readonly analyst: Analyst,
    private readonly given: GivenFiles,
    private readonly native: NativeEngine,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /** The analysis that panel and sidebar show: the one that was started or looked at last. */
  get current(): Analysis | undefined {
    return this.currentUri === undefined ? undefined : this.analyses.get(this.currentUri);
  }

  get(uri: vscode.Uri): Analysis | undefined {
    return this.analyses.get(uri.toString());
  }

  /** Looking at another file that was analyzed makes it the current one. */
  show(uri: vscode.Uri): void {
    const analysis = this.get(uri);
    if (analysis && this.currentUri !== uri.toString()) {
      this.currentUri = uri.toString();
      this.changed.fire(analysis);
    }
  }

  /**
   * Analyzes the text as it stands; a run of the same file that is under way is stopped first. Resolves with the report, or undefined when
   * it was cancelled or failed (then the analysis' `error` says why).
   */
  async run(
    { uri, source }: Analyzable,
    token?: vscode.CancellationToken,
    before: Analysis['before'] = null,
  ): Promise<Report | undefined> {
    const key = uri.toString();
    this.aborts.get(key)?.abort();
    const abort = new AbortController();
    this.aborts.set(key, abort);
    const cancellation = token?.onCancellationRequested(() => abort.abort());
    const previous = this.analyses.get(key);
    this.currentUri = key;
    const isMine = (): boolean => this.aborts.get(key) === abort;
    const set = (change: Partial<Analysis>): void => {
      if (isMine()) {
        const known = this.analyses.get(key) ?? {
          uri,
          source,
          report: null,
          running: null,
          error: null,
          stale: false,
          edits: 0,
          measuredAt: Date.now(),
          before,
        };
        const next = { ...known, ...change };
        this.analyses.set(key, next);
        this.changed.fire(next);
      }
    };
    set({
      source,
      report: null,
      running: { stage: 'read', share: 0 },
      error: null,
      stale: false,
      edits: 0,
      before,
      measuredAt: Date.now(),
    });
    try {
      const report = await this.analyze(uri, source, abort.signal, (partial, { stage, share }) =>
        set({
          report: partial,
          running: { stage: stage === 'done' ? 'fixes' : stage, share },
          measuredAt: Date.now(),
        }),
      );
      set({ report, running: null, measuredAt: Date.now() });
      const done = this.analyses.get(key);
      if (isMine() && done) {
        this.finished.fire(done);
      }
      return report;
    } catch (error) {
      if (abort.signal.aborted || error instanceof CancelledError) {
        // What was measured so far stays; without any of it the last report does.
        const reached = this.analyses.get(key)?.report ?? previous?.report ?? null;
        set({ report: reached, running: null, error: reached ? null : stopped() });
        return undefined;
      }
      if (!(error instanceof HumanError)) {
        this.log.error(error as Error);
      }
      set({
        running: null,
        error:
          error instanceof HumanError
            ? error.message
            : vscode.l10n.t('The analysis failed: {0}', firstLine(error)),
      });
      return undefined;
    } finally {
      cancellation?.dispose();
      if (isMine()) {
        this.aborts.delete(key);
      }
    }
  }

  cancel(): void {
    for (const abort of this.aborts.values()) {
      abort.abort();
    }
  }

  /** The text of a file, or of one that it imports, changed: its report speaks of another text from now on, or again of this one. */
  async textChanged(uri: vscode.Uri): Promise<void> {
    const now = this.get(uri) && (await openAnalyzable(uri));
    const imports = now !== undefined && (await this.analyst.importsChanged(now));
    const known = this.get(uri);
    if (known) {
      const stale = now === undefined || !sameText(now.source, known.source) || imports;
      const next = { ...known, stale, edits: stale ? known.edits + 1 : 0 };
      this.analyses.set(uri.toString(), next);
      if (stale !== known.stale) {
        this.changed.fire(next);
      }
      this.aged.fire(next);
    }
  }

  /** The file was closed for good or renamed. */
  forget(uri: vscode.Uri): void {
    this.aborts.get(uri.toString())?.abort();
    const analysis = this.get(uri);
    this.analyses.delete(uri.toString());
    if (analysis) {
      this.changed.fire({ ...analysis, report: null, running: null });
    }
  }

  dispose(): void {
    this.cancel();
    this.changed.dispose();
    this.finished.dispose();
    this.aged.dispose();
  }

  private async analyze(
    uri: vscode.Uri,
    source: SourceText,
    signal: AbortSignal,
    onUpdate: (report: Report, progress: AnalyzeProgress) => void,
  ): Promise<Report> {
    const config = readConfig(uri);
    const started = performance.now();
    const { data, weights } = this.given.of(uri);
    const request: AnalyzeRequest = {
      model: null,
      fixes: config.verifyFixes,
      rules: config.rules,
      fixBudgetMs: 20_000,
      settings: {
        measuredSteps: measuredSteps(config.steps),
        seeds: Array.from({ length: config.seeds }, (_, i) => i + 1),
        batchSize: null,
        engine: config.engine,
        nativePath: config.engine === 'tensorflow' ? await this.native.folder(uri) : null,
        weightsPath: weights,
        dataPath: data,
        budget: { ...defaultBudget, timeMs: config.timeBudgetMs },
      },
    };
    const report = await this.analyst.analyze({ uri, source }, request, { signal, onUpdate });
    this.log.info(
      `analyzed ${source.path} in ${Math.round(performance.now() - started)} ms: ${report.models.map((m) => `${m.id} ${m.verdict}`).join(', ')}`,
    );
    return report;
  }
}

/** The error of an analysis that the user ended before anything was measured. */
export function stopped(): string {
  return vscode.l10n.t('The analysis was stopped.');
}

/** A model of a report, and one of its fixes or its best set of them. */
export function findFix(
  report: Report | null,
  modelId: string,
  fixId: string,
): { model: ModelReport; fix: Fix } | undefined {
  const model = report?.models.find((m) => m.id === modelId);
  const all = model?.fixAll?.id === fixId ? model.fixAll : undefined;
  const fix = model?.fixes.find((f) => f.id === fixId) ?? all;
  return model && fix ? { model, fix } : undefined;
}
