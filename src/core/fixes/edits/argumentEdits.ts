import type { ArgumentSite, CallSite } from '../../model/site';
import { ownOrigin } from './ownOrigin';
import type { Range, TextEdit } from '../../text/range';
import { endOf, startOf } from '../../text/range';
import type { SourceText } from '../../text/sourceText';

/** The argument of a call by Keras' name; of a call inside another one's arguments the keywords only are known. */
export function argumentOf(site: CallSite, name: string): ArgumentSite | undefined {
  return (
    site.arguments.find((argument) => argument.name === name) ??
    site.arguments.find((argument) => argument.name === null && argument.keyword === name)
  );
}

/**
 * Sets an argument to a Python expression: replaces the value where it is written (in the call, or in the constant, default or dictionary that
 * serves these calls alone), else appends a keyword. `together`: all calls that get this value. Null where the call cannot be edited.
 */
export function setArgument(
  source: SourceText,
  site: CallSite,
  name: string,
  value: string,
  together: readonly CallSite[] = [site],
): TextEdit | null {
  if (!site.editable || !site.argumentList) {
    return null;
  }
  const present = argumentOf(site, name);
  if (present) {
    return { range: ownOrigin(source, present, value, together) ?? present.value, newText: value };
  }
  const last = site.arguments.at(-1);
  if (!last) {
    return { range: startOf(site.argumentList), newText: `${name}=${value}` };
  }
  // `**kwargs` may hold the argument already; and nothing may follow it but keywords.
  if (site.arguments.some((argument) => argument.name === null && argument.keyword === null)) {
    return null;
  }
  // One argument a line stays one argument a line.
  const ownLine =
    last.range.startLine !== site.argumentList.startLine &&
    /^\s*$/.test(source.line(last.range.startLine, last.range.cell).slice(0, last.range.startColumn - 1));
  const separator = ownLine
    ? `,${source.lineBreak(last.range.cell)}${' '.repeat(last.range.startColumn - 1)}`
    : ', ';
  return { range: endOf(last.range), newText: `${separator}${name}=${value}` };
}

/** Takes an argument out of a call together with its comma. Null where the call cannot be edited or the argument is not written in it. */
export function removeArgument(source: SourceText, site: CallSite, argument: ArgumentSite): TextEdit | null {
  if (!site.editable || !site.argumentList) {
    return null;
  }
  const i = site.arguments.indexOf(argument);
  const before = site.arguments[i - 1];
  const after = site.arguments[i + 1];
  if (i < 0 || (argument.keyword === null && after?.keyword === null)) {
    return null; // a positional argument in front of others would shift them
  }
  const range: Range = before
    ? { ...argument.range, startLine: before.range.endLine, startColumn: before.range.endColumn }
    : after
      ? { ...argument.range, endLine: after.range.startLine, endColumn: after.range.startColumn }
      : site.argumentList;
  // A comment between two arguments belongs to someone: leave the argument alone then.
  return source.slice(range).includes('#') ? null : { range, newText: '' };
}

/** What shall become of a call's arguments: Keras' names and Python expressions. */
export interface ArgumentChange {
  readonly set: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/** Sets and removes arguments of one call; what comes new takes the place of what goes. Null where one of them cannot be edited. */
export function changeArguments(
  source: SourceText,
  site: CallSite,
  change: ArgumentChange,
): readonly TextEdit[] | null {
  const settings = Object.entries(change.set);
  if (site.editable && site.argumentList && site.arguments.length === 0) {
    const newText = settings.map(([name, value]) => `${name}=${value}`).join(', ');
    return [{ range: startOf(site.argumentList), newText }];
  }
  const edits: (TextEdit | null)[] = [];
  const replaced = new Set<ArgumentSite>();
  const gone = (change.remove ?? [])
    .map((name) => argumentOf(site, name))
    .filter((argument) => argument !== undefined);
  for (const [name, value] of settings) {
    const seat = gone.find((argument) => !replaced.has(argument) && mayBecomeKeyword(site, argument));
    if (seat && site.editable && !argumentOf(site, name)) {
      edits.push({ range: seat.range, newText: `${name}=${value}` });
      replaced.add(seat);
    } else {
      edits.push(setArgument(source, site, name, value));
    }
  }
  for (const argument of gone) {
    if (!replaced.has(argument)) {
      edits.push(removeArgument(source, site, argument));
    }
  }
  return edits.some((edit) => edit === null) ? null : edits.filter((edit) => edit !== null);
}

/** No positional argument may follow a keyword. */
function mayBecomeKeyword(site: CallSite, argument: ArgumentSite): boolean {
  return site.arguments.slice(site.arguments.indexOf(argument) + 1).every((after) => after.keyword !== null);
}
