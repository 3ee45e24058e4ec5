import type * as vscode from 'vscode';
import type { AnalyzeProgress } from '../core/analyze';
import type { ModelReport, Report } from '../core/report/report';
import type { RuleSettings } from '../core/rules/suppression';
import type { SourceText } from '../core/text/sourceText';
import type { AnalyzeRequest, FoundModule, PlainSource } from '../shared/analysisProtocol';
import type { Analyzable } from './analyzable';
import type { AnalysisThread } from './analysisThread';
import type { SiblingFiles } from './siblingFiles';

export interface Listening {
  readonly signal: AbortSignal;
  readonly onUpdate: (report: Report, progress: AnalyzeProgress) => void;
}

/** Reads and analyzes, with the files that are imported, on two threads: what one types is never kept waiting by an analysis. */
export class Analyst implements vscode.Disposable {
  /** The imported files that each file was last measured with. */
  private readonly measuredWith = new Map</* uri */ string, readonly FoundModule[]>();

  constructor(
    private readonly typing: AnalysisThread,
    private readonly measuring: AnalysisThread,
    private readonly siblings: SiblingFiles,
  ) {}

  /** What the source alone says. */
  async inspect(analyzable: Analyzable, rules: RuleSettings): Promise<readonly ModelReport[]> {
    const source = plain(analyzable.source);
    const { models } = await this.siblings.readWith(analyzable, (modules) =>
      this.typing.call('inspect', [source, modules, rules]),
    );
    return models;
  }

  async analyze(
    analyzable: Analyzable,
    request: AnalyzeRequest,
    { signal, onUpdate }: Listening,
  ): Promise<Report> {
    const source = plain(analyzable.source);
    const { modules } = await this.siblings.readWith(analyzable, (known) =>
      this.measuring.call('inspect', [source, known, {}], { signal }),
    );
    this.measuredWith.set(analyzable.uri.toString(), modules);
    return this.measuring.call('analyze', [source, modules, request], {
      signal,
      onProgress: ({ report, progress }) => onUpdate(report, progress),
    });
  }

  /** Lets what is measured rest for so many milliseconds: somebody types. */
  restFor(ms: number): void {
    this.measuring.restFor(ms);
  }

  /** Whether a file that this one imports says something else than when it was measured. */
  async importsChanged(analyzable: Analyzable): Promise<boolean> {
    const before = this.measuredWith.get(analyzable.uri.toString());
    return (
      before !== undefined && textsOf(before) !== textsOf(await this.siblings.modulesNow(analyzable, before))
    );
  }

  dispose(): void {
    this.typing.dispose();
    this.measuring.dispose();
  }
}

/** Equal as long as every import is found where it was and says the same. */
function textsOf(modules: readonly FoundModule[]): string {
  return JSON.stringify(modules.map(({ module, from, source }) => [from, module, source]).sort());
}

function plain({ path, language, cells }: SourceText): PlainSource {
  return { path, language, cells };
}
