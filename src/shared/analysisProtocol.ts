import type { AnalyzeOptions, AnalyzeProgress } from '../core/analyze';
import type { ModelReport, Report } from '../core/report/report';
import type { RuleSettings } from '../core/rules/suppression';
import type { SourceText } from '../core/text/sourceText';

/** A source as a message carries it. */
export type PlainSource = Pick<SourceText, 'path' | 'language' | 'cells'>;

/** An import that the reader met: `module` as it is written, `from` the path of the importing file. */
export interface AskedModule {
  readonly module: string;
  readonly from: string;
}

/** The file that an import means; null where there is none. */
export interface FoundModule extends AskedModule {
  readonly source: PlainSource | null;
}

/** What an analysis may be told beside the text. */
export type AnalyzeRequest = Omit<AnalyzeOptions, 'signal' | 'onUpdate'>;

export interface AnalyzeUpdate {
  readonly report: Report;
  readonly progress: AnalyzeProgress;
}

/** What the editor's threads answer; `modules` is what is known of the files that the source imports. */
export interface AnalysisMethods {
  /** What the source alone says, and every import that was met on the way. */
  inspect(
    source: PlainSource,
    modules: readonly FoundModule[],
    rules: RuleSettings,
  ): { readonly models: readonly ModelReport[]; readonly asked: readonly AskedModule[] };
  analyze(source: PlainSource, modules: readonly FoundModule[], request: AnalyzeRequest): Report;
  /** Lets the probe's processes rest for so many milliseconds: somebody types. */
  restFor(ms: number): void;
  /** Kills the probe's processes; the thread is ended next. */
  stop(): void;
}
