import type { CallSite } from '../../model/site';
import { endOf, startOf, type Range, type TextEdit } from '../../text/range';
import type { SourceText } from '../../text/sourceText';
import type { SourceWriter } from './sourceWriter';

/** Puts further layers behind the one that a call makes, one after the other. Null where the place does not allow an edit. */
export function insertAfter(
  source: SourceText,
  writer: SourceWriter,
  site: CallSite,
  layers: readonly string[],
): readonly TextEdit[] | null {
  const { context } = site;
  if (!site.editable) {
    return null;
  }
  switch (context.kind) {
    case 'list-item':
      return startsLine(source, site.range)
        ? itemLines(source, writer, site.range, layers)
        : [{ range: endOf(site.range), newText: layers.map((layer) => `, ${layer}`).join('') }];
    case 'add':
      return [
        linesAfter(
          source,
          writer,
          context.statement,
          layers.map((layer) => `${context.receiver}.add(${layer})`),
        ),
      ];
    case 'apply': {
      // Only where the application is all that is assigned: in `y = a + Dense(2)(x)` the name holds more than the layer's output.
      const { target, statement, call } = context;
      const assigns = source.slice({ ...statement, endLine: call.startLine, endColumn: call.startColumn });
      if (target !== null && /^\w+\s*=\s*$/.test(assigns) && sameEnd(statement, call)) {
        return [
          linesAfter(
            source,
            writer,
            statement,
            layers.map((layer) => `${target} = ${layer}(${target})`),
          ),
        ];
      }
      const opening = [...layers]
        .reverse()
        .map((layer) => `${layer}(`)
        .join('');
      return [
        { range: startOf(call), newText: opening },
        { range: endOf(call), newText: ')'.repeat(layers.length) },
      ];
    }
    default:
      return null;
  }
}

/** Statements on lines of their own behind a statement; a comment behind it stays where it is. */
function linesAfter(
  source: SourceText,
  writer: SourceWriter,
  statement: Range,
  lines: readonly string[],
): TextEdit {
  const start = `${writer.lineBreakOf(statement)}${writer.indentation(statement)}`;
  return {
    range: /^\s*(#.*)?$/.test(restOfLine(source, statement)) ? lineEnd(source, statement) : endOf(statement),
    newText: lines.map((line) => start + line).join(''),
  };
}

/** Elements on lines of their own behind an element of a list; comma and comment behind it stay where they are. */
function itemLines(
  source: SourceText,
  writer: SourceWriter,
  item: Range,
  layers: readonly string[],
): readonly TextEdit[] {
  const start = `${writer.lineBreakOf(item)}${writer.indentation(item)}`;
  const rest = restOfLine(source, item);
  if (/^\s*,\s*(#.*)?$/.test(rest)) {
    return [{ range: lineEnd(source, item), newText: layers.map((layer) => `${start}${layer},`).join('') }];
  }
  if (/^\s*#/.test(rest)) {
    return [
      { range: endOf(item), newText: ',' },
      { range: lineEnd(source, item), newText: layers.map((layer) => start + layer).join(',') },
    ];
  }
  return [{ range: endOf(item), newText: layers.map((layer) => `,${start}${layer}`).join('') }];
}

function startsLine(source: SourceText, range: Range): boolean {
  return (
    source
      .line(range.startLine, range.cell)
      .slice(0, range.startColumn - 1)
      .trim() === ''
  );
}

/** What stands behind a range on its last line. */
function restOfLine(source: SourceText, range: Range): string {
  return source.line(range.endLine, range.cell).slice(range.endColumn - 1);
}

/** The end of the line on which a range ends. */
function lineEnd(source: SourceText, range: Range): Range {
  return endOf({ ...range, endColumn: source.line(range.endLine, range.cell).trimEnd().length + 1 });
}

/** Puts a layer in front of the one that a call makes. */
export function insertBefore(
  source: SourceText,
  writer: SourceWriter,
  site: CallSite,
  layer: string,
): readonly TextEdit[] | null {
  const { context } = site;
  if (!site.editable) {
    return null;
  }
  switch (context.kind) {
    case 'list-item': {
      const separator = startsLine(source, site.range)
        ? `,${writer.lineBreakOf(site.range)}${writer.indentation(site.range)}`
        : ', ';
      return [{ range: startOf(site.range), newText: layer + separator }];
    }
    case 'add':
      return [
        {
          range: startOf(context.statement),
          newText: `${context.receiver}.add(${layer})${writer.lineBreakOf(site.range)}${writer.indentation(context.statement)}`,
        },
      ];
    case 'apply':
      return [
        { range: startOf(context.input), newText: `${layer}(` },
        { range: endOf(context.input), newText: ')' },
      ];
    default:
      return null;
  }
}

function sameEnd(
  a: { endLine: number; endColumn: number },
  b: { endLine: number; endColumn: number },
): boolean {
  return a.endLine === b.endLine && a.endColumn === b.endColumn;
}
