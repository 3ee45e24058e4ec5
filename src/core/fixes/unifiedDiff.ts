import { createTwoFilesPatch } from 'diff';
import type { SourceText } from '../text/sourceText';

/** A unified diff of two states of a source; notebooks give one part a changed cell. */
export function unifiedDiff(before: SourceText, after: SourceText): string {
  return before.cells
    .map((cell, i) => ({ cell, changed: after.cells[i]?.text ?? '' }))
    .filter(({ cell, changed }) => cell.text !== changed)
    .map(({ cell, changed }) => {
      const name = cell.index === undefined ? before.path : `${before.path}#cell-${cell.index}`;
      const patch = createTwoFilesPatch(name, name, cell.text, changed, '', '', { context: 2 });
      return patch.replace(/^=+\n/, '');
    })
    .join('');
}
