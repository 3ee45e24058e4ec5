import fs from 'node:fs';
import path from 'node:path';
import { HumanError } from '../core/humanError';
import { readNotebook } from '../core/text/notebook';
import { SourceText } from '../core/text/sourceText';

/** Loads a file by its extension, with its text as it stands on the disk. Throws a HumanError where it is missing or of a kind that cannot be read. */
export function loadFile(file: string): { readonly source: SourceText; readonly text: string } {
  const extension = path.extname(file).toLowerCase();
  if (extension !== '.py' && extension !== '.ipynb') {
    throw new HumanError(`${file} is neither a Python file (.py) nor a notebook (.ipynb).`);
  }
  const text = readText(file);
  const code = text.replace(/^\uFEFF/, '');
  const source = extension === '.ipynb' ? readNotebook(file, code) : SourceText.ofFile(file, 'python', code);
  return { source, text };
}

/** Refuses a file that does not exist before anything is started. */
export function requireFile(file: string, what: string): void {
  if (!fs.existsSync(file)) {
    throw new HumanError(`${what} ${file} does not exist. Check the path.`);
  }
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reason =
      code === 'ENOENT'
        ? 'does not exist'
        : code === 'EISDIR'
          ? 'is a folder'
          : code === 'EACCES'
            ? 'may not be read'
            : `cannot be read (${code})`;
    throw new HumanError(`${file} ${reason}. Check the path.`);
  }
}
