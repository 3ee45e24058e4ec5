import type { TextEdit } from '../../text/range';
import { argumentOf, removeArgument, setArgument } from './argumentEdits';
import type { FixContext } from '../fix';

/** What shall become of the optimizer. */
export interface OptimizerChange {
  /** Another class; null keeps the one there is. */
  readonly className: string | null;
  /** Keras' argument names and Python expressions. */
  readonly set: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/**
 * Changes the optimizer where it is written: arguments of its constructor; a string becomes a constructor with the file's own qualifier;
 * a compile without one gets it. Null where it is not written in an editable place.
 */
export function changeOptimizer(
  { spec, source, writer }: FixContext,
  change: OptimizerChange,
): readonly TextEdit[] | null {
  const compile = spec.compile;
  if (!compile) {
    return null;
  }
  const { optimizer } = compile;
  const { site } = optimizer;
  if (optimizer.form === 'object' && site?.argumentList && change.className === null) {
    return changeArguments(source, site, change);
  }
  const className = change.className ?? optimizer.className;
  const written = writer.name(
    `keras.optimizers.${className}`,
    optimizer.form === 'object' && site ? site : undefined,
  );
  if (!written) {
    return null;
  }
  const text = `${written.text}(${Object.entries(change.set)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')})`;
  if (site?.editable) {
    return [...written.edits, { range: site.range, newText: text }];
  }
  if (optimizer.form === 'default' && compile.site) {
    const edit = setArgument(source, compile.site, 'optimizer', text);
    return edit && [...written.edits, edit];
  }
  return null;
}

function changeArguments(
  source: FixContext['source'],
  site: Parameters<typeof setArgument>[1],
  change: OptimizerChange,
): readonly TextEdit[] | null {
  const edits: (TextEdit | null)[] = [];
  const replaced = new Set<string>();
  for (const [name, value] of Object.entries(change.set)) {
    // One clipping in place of another takes its place in the text: Keras allows one at most.
    const gone = (change.remove ?? [])
      .map((other) => argumentOf(site, other))
      .find((argument) => argument !== undefined);
    if (gone && !argumentOf(site, name) && !replaced.has(name)) {
      edits.push({ range: gone.range, newText: `${name}=${value}` });
      replaced.add(gone.name ?? '');
    } else {
      edits.push(setArgument(source, site, name, value));
    }
  }
  for (const name of change.remove ?? []) {
    const argument = argumentOf(site, name);
    if (argument && !replaced.has(name)) {
      edits.push(removeArgument(source, site, argument));
    }
  }
  return edits.some((edit) => edit === null) ? null : edits.filter((edit) => edit !== null);
}
