import fs from 'node:fs';
import path from 'node:path';
import { HumanError } from '../core/humanError';
import { writeNotebook } from '../core/text/notebook';
import type { TextEdit } from '../core/text/range';
import type { SourceText } from '../core/text/sourceText';

/** Applies the edits of a fix, or of several, to the file they were made for: all of it or nothing, and only while the file still holds the text that was analyzed. */
export function writeFix(
  file: string,
  analyzed: SourceText,
  original: string,
  edits: readonly TextEdit[],
): void {
  const now = fs.readFileSync(file, 'utf8');
  if (now !== original) {
    throw new HumanError(
      `${file} has changed since it was analyzed, so the fix was not written. Analyze it again.`,
    );
  }
  const edited = analyzed.apply(edits);
  const mark = original.startsWith('\uFEFF') ? '\uFEFF' : '';
  const text =
    analyzed.language === 'notebook'
      ? writeNotebook(file, original, edited)
      : mark + (edited.cells[0]?.text ?? '');
  // Renaming is atomic: a crash leaves the old file or the new one, never half of one.
  const temporary = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.tmp`);
  fs.writeFileSync(temporary, text, { mode: fs.statSync(file).mode });
  fs.renameSync(temporary, file);
}
