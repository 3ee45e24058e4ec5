import fs from 'node:fs';
import path from 'node:path';
import { HumanError } from '../core/humanError';
import { readNotebook } from '../core/text/notebook';
import { SourceText } from '../core/text/sourceText';

/** Loads a file by its extension. Throws a HumanError where it is missing or of a kind that cannot be read. */
export function loadSource(file: string): SourceText {
  const extension = path.extname(file).toLowerCase();
  if (extension !== '.py' && extension !== '.ipynb') {
    throw new HumanError(`${file} is neither a Python file (.py) nor a notebook (.ipynb).`);
  }
  const text = readText(file);
  return extension === '.ipynb' ? readNotebook(file, text) : SourceText.ofFile(file, 'python', text);
}

/** Refuses a file that does not exist before anything is started. */
export function requireFile(file: string, what: string): void {
  if (!fs.existsSync(file)) {
    throw new HumanError(`${what} ${file} does not exist. Check the path.`);
  }
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
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
