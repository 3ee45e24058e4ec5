import type { Report, Verdict } from '../core/report/report';
import type { Range } from '../core/text/range';

/** What the panel and the sidebar ask of the host. Answered through the RPC helper; a page asks `ready` first. */
export interface PageMethods {
  /** The page can show something now. */
  ready(): PageState;
  /** Shows another model of the same file. */
  selectModel(modelId: string): void;
  /** Opens the place in the editor and selects it. */
  goTo(range: Range): void;
  /** Applies the edit of a fix; refused with a reason when the text has changed since. */
  applyFix(modelId: string, fixId: string): void;
  /** Opens the fix as a diff. */
  previewFix(modelId: string, fixId: string): void;
  /** Takes back the fix that was applied last. */
  undoFix(): void;
  /** Analyzes the file of the last report, or the active editor, again. */
  analyze(): void;
  /** Stops a running analysis; what was measured so far stays. */
  cancel(): void;
  /** Asks the person for what a note says is missing, and measures with it. */
  tell(modelId: string, what: Told): void;
  /** Saves the report as a file of its own, where the person says. */
  exportReport(format: 'html' | 'json'): void;
  /** Saves the picture that the page has drawn: a `data:` URL of a PNG. */
  exportPicture(png: string): void;
  /** Opens the panel; for the sidebar. */
  openPanel(): void;
  /** Opens a copy of the example with a sick network. */
  openExample(): void;
}

/** From the host to a page: always the whole, never a change of it. */
export interface ToPage {
  readonly type: 'state';
  readonly state: PageState;
}

/** What a person can tell that the source does not. */
export type Told = 'shape' | 'data' | 'weights';

export interface PageState {
  /** Null: nothing was analyzed yet. */
  readonly analysis: AnalysisView | null;
  /** What the active editor offers while nothing was analyzed. */
  readonly hint: string;
  /** Analyses of this workspace, newest first. */
  readonly history: readonly PastAnalysis[];
  /** A layer that was asked for elsewhere, to be selected once; `at` tells one wish from the next. */
  readonly focus?: { readonly layerId: string; readonly at: number };
  /** Two analyses of the history that are to be compared, by their keys; `at` tells one wish from the next. */
  readonly compared?: { readonly earlier: string; readonly later: string; readonly at: number };
}

/** One model of an analysis that ended, in what two of them are compared by. */
export interface PastAnalysis {
  /** Unique in the history. */
  readonly key: string;
  readonly fileName: string;
  readonly modelId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The fix that led here, if one did. */
  readonly fixTitle: string | null;
  readonly verdict: Verdict;
  readonly explainedLoss: number | null;
  /** log10 of the gradient at the first over that at the last hidden layer, at the last step. */
  readonly dynamicRange: number | null;
  /** Titles of what was found, worst first; null in entries from before they were kept. */
  readonly findings: readonly { readonly id: string; readonly title: string }[] | null;
}

export interface AnalysisView {
  /** For `title`s: 'train.py'. */
  readonly fileName: string;
  readonly report: Report;
  /** The model that is shown. */
  readonly modelId: string;
  /** Milliseconds since the epoch, when the report was finished or last grew. */
  readonly measuredAt: number;
  readonly running: { readonly stage: 'read' | 'probe' | 'fixes'; readonly share: number } | null;
  /** Why it ended without a report, in words for the user. */
  readonly error: string | null;
  /** The text was edited since. */
  readonly stale: boolean;
  /** The analysis before the fix that was applied last, to be shown against this one; null where no fix was applied. */
  readonly before: { readonly fixTitle: string; readonly report: Report } | null;
}
