import type { Range, TextEdit } from '../core/text/range';
import type { SourceText } from '../core/text/sourceText';

const ignoring = /#\s*gradient-doctor:\s*ignore\b[^#]*/i;

/**
 * The edit that silences a rule at a finding: its id joins the comment that is there already, else a comment of its own goes above the
 * line, or behind it where the line above goes on (a backslash).
 */
export function ignoreEdit(source: SourceText, { startLine, cell }: Range, ruleId: string): TextEdit {
  for (const line of [startLine, startLine - 1]) {
    const text = line >= 1 ? source.line(line, cell) : '';
    const match = ignoring.exec(text);
    if (match && (line === startLine || text.trim().startsWith('#'))) {
      const end = match.index + match[0].trimEnd().length;
      return insertion(line, end + 1, cell, ` ${ruleId}`);
    }
  }
  const comment = `# gradient-doctor: ignore ${ruleId}`;
  const text = source.line(startLine, cell);
  if (
    startLine > 1 &&
    source
      .line(startLine - 1, cell)
      .trimEnd()
      .endsWith('\\')
  ) {
    return insertion(startLine, text.length + 1, cell, `  ${comment}`);
  }
  return above(source, startLine, cell, comment);
}

/** The edit that tells the input shape, in the line above the call that builds the model. */
export function inputShapeEdit(
  source: SourceText,
  { startLine, cell }: Range,
  shape: readonly (number | null)[],
): TextEdit {
  const tuple = `(${shape.map((n) => n ?? 'None').join(', ')}${shape.length === 1 ? ',' : ''})`;
  return above(source, startLine, cell, `# gradient-doctor: input_shape=${tuple}`);
}

/** What a person types for a shape: `28, 28, 1`, `(28, 28, 1)`, `[None, 8]`; undefined where it is none. */
export function parseShape(text: string): readonly (number | null)[] | undefined {
  const inner = text.trim().replace(/^[([]|[)\]]$/g, '');
  const sizes = inner
    .split(',')
    .map((size) => size.trim())
    .filter((size, i, all) => size !== '' || i < all.length - 1);
  const known = sizes.every((size) => /^([1-9]\d*|None)$/.test(size));
  return known && sizes.length > 0 ? sizes.map((size) => (size === 'None' ? null : Number(size))) : undefined;
}

function above(source: SourceText, line: number, cell: number | undefined, comment: string): TextEdit {
  const indent = /^\s*/.exec(source.line(line, cell))?.[0] ?? '';
  return insertion(line, 1, cell, `${indent}${comment}${source.lineBreak(cell)}`);
}

function insertion(line: number, column: number, cell: number | undefined, newText: string): TextEdit {
  const at = { startLine: line, startColumn: column, endLine: line, endColumn: column };
  return { range: cell === undefined ? at : { ...at, cell }, newText };
}
