import type { ArgumentSite, CallSite } from '../../model/site';
import type { Range } from '../../text/range';
import { startOf } from '../../text/range';
import type { SourceText } from '../../text/sourceText';

const literal = /^(?:(['"])[^'"\n]*\1|[-+]?[\d.]+(?:e[-+]?\d+)?)$/i;

/**
 * Where the value of an argument is written, if that place serves nothing but the calls that change together: `LR = 0.1`, a parameter's
 * default, an entry of a dictionary. Null where something else reads it too, or where it is no literal: then the calls are changed.
 */
export function ownOrigin(
  source: SourceText,
  argument: ArgumentSite,
  value: string,
  together: readonly CallSite[],
): Range | null {
  const { origin, valueText } = argument;
  if (!origin || !literal.test(source.slice(origin)) || !literal.test(value)) {
    return null;
  }
  const [, name = '', key] = /^([A-Za-z_]\w*)(?:\[\s*['"](\w+)['"]\s*\])?$/.exec(valueText) ?? [];
  if (!name || !isDefinition(textBefore(source, origin), key ?? name, key !== undefined)) {
    return null;
  }
  const served = together.reduce(
    (sum, site) => sum + site.arguments.filter((other) => other.valueText === valueText).length,
    0,
  );
  return reads(source, name, key) === served ? origin : null;
}

function textBefore(source: SourceText, range: Range): string {
  const { startLine, startColumn, cell } = startOf(range);
  return source.line(startLine, cell).slice(0, startColumn - 1);
}

function isDefinition(before: string, name: string, inDictionary: boolean): boolean {
  return inDictionary
    ? new RegExp(`['"]${name}['"]\\s*:\\s*$|\\b${name}\\s*=\\s*$`).test(before)
    : new RegExp(`(^|[\\s(,])${name}\\s*(:\\s*[\\w.]+\\s*)?=\\s*$`).test(before);
}

/** How often a name or a dictionary's key is read: a dictionary that is handed on whole, or asked in another way, counts as read. */
function reads(source: SourceText, name: string, key: string | undefined): number {
  const text = source.cells.map((cell) => cell.text).join('\n');
  const uses = [
    ...text.matchAll(new RegExp(`(?<![\\w.'"])${name}(?![\\w'"]|\\s*(?::\\s*[\\w.]+\\s*)?=(?!=))`, 'g')),
  ];
  if (key === undefined) {
    return uses.length;
  }
  const entry = /^\[\s*['"](\w+)['"]\s*\]/;
  const asked = uses.map((use) => entry.exec(text.slice(use.index + name.length))?.[1]);
  return asked.includes(undefined) ? Infinity : asked.filter((other) => other === key).length;
}
