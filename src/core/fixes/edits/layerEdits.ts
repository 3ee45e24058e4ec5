import type { CallSite } from '../../model/site';
import { endOf, startOf, type TextEdit } from '../../text/range';
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
    case 'list-item': {
      const startsLine =
        source
          .line(site.range.startLine, site.range.cell)
          .slice(0, site.range.startColumn - 1)
          .trim() === '';
      const separator = startsLine
        ? `,${writer.lineBreakOf(site.range)}${writer.indentation(site.range)}`
        : ', ';
      return [{ range: endOf(site.range), newText: layers.map((layer) => separator + layer).join('') }];
    }
    case 'add': {
      const start = `${writer.lineBreakOf(site.range)}${writer.indentation(context.statement)}`;
      return [
        {
          range: endOf(context.statement),
          newText: layers.map((layer) => `${start}${context.receiver}.add(${layer})`).join(''),
        },
      ];
    }
    case 'apply': {
      // Only where the application is all that is assigned: in `y = a + Dense(2)(x)` the name holds more than the layer's output.
      const assigns = source.slice({
        ...context.statement,
        endLine: context.call.startLine,
        endColumn: context.call.startColumn,
      });
      if (
        context.target !== null &&
        /^\w+\s*=\s*$/.test(assigns) &&
        sameEnd(context.statement, context.call)
      ) {
        const start = `${writer.lineBreakOf(site.range)}${writer.indentation(context.statement)}`;
        const target = context.target;
        return [
          {
            range: endOf(context.statement),
            newText: layers.map((layer) => `${start}${target} = ${layer}(${target})`).join(''),
          },
        ];
      }
      const opening = [...layers]
        .reverse()
        .map((layer) => `${layer}(`)
        .join('');
      return [
        { range: startOf(context.call), newText: opening },
        { range: endOf(context.call), newText: ')'.repeat(layers.length) },
      ];
    }
    default:
      return null;
  }
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
      const startsLine =
        source
          .line(site.range.startLine, site.range.cell)
          .slice(0, site.range.startColumn - 1)
          .trim() === '';
      const separator = startsLine
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
