import type { SourceLanguage } from '../report/report';
import type { Range, TextEdit } from './range';
import { compareRanges } from './range';

/** One cell of a notebook, or the whole of a plain file. */
export interface SourceCell {
  readonly text: string;
  /** 0-based index in the notebook, markdown cells counted; undefined in plain files. */
  readonly index: number | undefined;
  /** The number in the brackets beside a cell that was run: `In [3]`. */
  readonly executionCount?: number;
}

/** The text under analysis: code cells with their lines, and conversions between offsets and ranges. Immutable. */
export class SourceText {
  private readonly cellsByIndex: ReadonlyMap<number | undefined, SourceCell>;
  private readonly lineStartsByIndex = new Map<number | undefined, readonly number[]>();

  /** `cells`: code cells only, in notebook order. */
  constructor(
    readonly path: string,
    readonly language: SourceLanguage,
    readonly cells: readonly SourceCell[],
  ) {
    this.cellsByIndex = new Map(cells.map((cell) => [cell.index, cell]));
  }

  /** A plain file. */
  static ofFile(path: string, language: SourceLanguage, text: string): SourceText {
    return new SourceText(path, language, [{ text, index: undefined }]);
  }

  /** The text of a range. */
  slice(range: Range): string {
    const [from, to] = this.offsets(range);
    return this.cell(range.cell).text.slice(from, to);
  }

  /** UTF-16 offsets of a range within its cell. */
  offsets(range: Range): readonly [start: number, end: number] {
    const starts = this.lineStarts(range.cell);
    const at = (line: number, column: number): number =>
      (starts[line - 1] ?? this.cell(range.cell).text.length) + column - 1;
    return [at(range.startLine, range.startColumn), at(range.endLine, range.endColumn)];
  }

  /** The range between two UTF-16 offsets of a cell. */
  rangeAt(cell: number | undefined, start: number, end: number): Range {
    const [startLine, startColumn] = this.positionAt(cell, start);
    const [endLine, endColumn] = this.positionAt(cell, end);
    return { startLine, startColumn, endLine, endColumn, ...(cell === undefined ? {} : { cell }) };
  }

  /** A line's text without its line break; 1-based. */
  line(line: number, cell?: number): string {
    const starts = this.lineStarts(cell);
    const from = starts[line - 1] ?? 0;
    return this.cell(cell)
      .text.slice(from, starts[line] ?? undefined)
      .replace(/\r?\n$/, '');
  }

  /** The line break that the cell uses. */
  lineBreak(cell?: number): '\n' | '\r\n' {
    return this.cell(cell).text.includes('\r\n') ? '\r\n' : '\n';
  }

  /** A copy with the edits made. Throws a RangeError when two of them overlap. */
  apply(edits: readonly TextEdit[]): SourceText {
    const sorted = [...edits].sort((a, b) => compareRanges(a.range, b.range));
    const cells = this.cells.map((cell) => {
      let text = '';
      let done = 0;
      for (const edit of sorted.filter((e) => e.range.cell === cell.index)) {
        const [start, end] = this.offsets(edit.range);
        if (start < done) {
          throw new RangeError(`edits overlap at line ${edit.range.startLine}`);
        }
        text += cell.text.slice(done, start) + edit.newText;
        done = end;
      }
      return { ...cell, text: text + cell.text.slice(done) };
    });
    return new SourceText(this.path, this.language, cells);
  }

  private cell(index: number | undefined): SourceCell {
    const cell = this.cellsByIndex.get(index);
    if (!cell) {
      throw new RangeError(`the source has no code cell ${index}`);
    }
    return cell;
  }

  private lineStarts(index: number | undefined): readonly number[] {
    let starts = this.lineStartsByIndex.get(index);
    if (!starts) {
      const found = [0];
      for (const match of this.cell(index).text.matchAll(/\n/g)) {
        found.push(match.index + 1);
      }
      this.lineStartsByIndex.set(index, (starts = found));
    }
    return starts;
  }

  private positionAt(index: number | undefined, offset: number): readonly [line: number, column: number] {
    const starts = this.lineStarts(index);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return [low + 1, offset - (starts[low] ?? 0) + 1];
  }
}
