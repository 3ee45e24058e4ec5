import type { TextEdit } from '../../text/range';

/** Edits that only insert, at one and the same place, become one edit; in the order given. */
export function mergeEdits(edits: readonly TextEdit[]): readonly TextEdit[] {
  const merged: TextEdit[] = [];
  for (const edit of edits) {
    const { range } = edit;
    const isInsertion = range.startLine === range.endLine && range.startColumn === range.endColumn;
    const twin = merged.findIndex((m) => JSON.stringify(m.range) === JSON.stringify(range));
    const other = merged[twin];
    if (other?.newText === edit.newText && !isInsertion) {
      continue; // one constant serves several calls
    }
    if (isInsertion && other) {
      merged[twin] = { range, newText: other.newText + edit.newText };
    } else {
      merged.push(edit);
    }
  }
  return merged;
}
