import type { SourceText } from '../../../text/sourceText';

const comment = /#\s*gradient-doctor:\s*input_shape\s*=\s*[([]([^)\]]*)[)\]]/;

/** `# gradient-doctor: input_shape=(28, 28, 1)` comments, by cell and line: `'0:12'`. */
export function readShapeHints(source: SourceText): ReadonlyMap<string, readonly (number | null)[]> {
  const hints = new Map<string, readonly (number | null)[]>();
  for (const { text, index } of source.cells) {
    if (!text.includes('gradient-doctor')) {
      continue;
    }
    text.split('\n').forEach((line, i) => {
      const match = comment.exec(line);
      if (match) {
        const sizes = (match[1] ?? '')
          .split(',')
          .map((size) => size.trim())
          .filter((size) => size !== '');
        hints.set(
          hintKey(index, i + 1),
          sizes.map((size) => (/^\d+$/.test(size) ? Number(size) : null)),
        );
      }
    });
  }
  return hints;
}

export const hintKey = (cell: number | undefined, line: number): string => `${cell ?? ''}:${line}`;
