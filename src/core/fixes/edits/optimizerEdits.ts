import { optimizers } from '../../model/catalogue/optimizers';
import type { TextEdit } from '../../text/range';
import { type ArgumentChange, changeArguments, setArgument } from './argumentEdits';
import type { FixContext } from '../fix';

/** What shall become of the optimizer. */
export interface OptimizerChange extends ArgumentChange {
  /** Another class; null keeps the one there is. */
  readonly className: string | null;
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
  // A class of the program's own takes what its author wrote.
  if (
    change.className === null &&
    !optimizers.some(({ className: known }) => known === optimizer.className)
  ) {
    return null;
  }
  if (optimizer.form === 'object' && site?.argumentList && change.className === null) {
    // TensorFlow 1's optimizers do not know the other arguments of Keras'.
    const isKeras = site.calleeText.split('.').at(-1)?.toLowerCase() === optimizer.className.toLowerCase();
    const isRateOnly = Object.keys(change.set).every((name) => name === 'learning_rate');
    if (!isKeras && !isRateOnly) {
      return null;
    }
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
