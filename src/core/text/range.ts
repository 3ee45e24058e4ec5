/** A piece of a source text: 1-based lines and UTF-16 columns, end exclusive. */
export interface Range {
  readonly startLine: number;
  readonly startColumn: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** 0-based index of the notebook cell; absent in plain files. */
  readonly cell?: number;
}

/** A replacement of one piece of the text that was analysed. */
export interface TextEdit {
  readonly range: Range;
  readonly newText: string;
}

/** Whether `inner` lies within `outer` (same cell, borders included). */
export function containsRange(outer: Range, inner: Range): boolean {
  return (
    outer.cell === inner.cell &&
    comparePositions(start(outer), start(inner)) <= 0 &&
    comparePositions(end(inner), end(outer)) <= 0
  );
}

/** The empty range at the start of a range. */
export function startOf(range: Range): Range {
  return { ...range, endLine: range.startLine, endColumn: range.startColumn };
}

/** The empty range at the end of a range. */
export function endOf(range: Range): Range {
  return { ...range, startLine: range.endLine, startColumn: range.endColumn };
}

/** Orders ranges by cell, then by where they start, then by where they end. */
export function compareRanges(a: Range, b: Range): number {
  return (
    (a.cell ?? 0) - (b.cell ?? 0) || comparePositions(start(a), start(b)) || comparePositions(end(a), end(b))
  );
}

type Position = readonly [line: number, column: number];
const start = (r: Range): Position => [r.startLine, r.startColumn];
const end = (r: Range): Position => [r.endLine, r.endColumn];
const comparePositions = (a: Position, b: Position): number => a[0] - b[0] || a[1] - b[1];
