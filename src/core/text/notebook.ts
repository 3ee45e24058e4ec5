import { HumanError } from '../humanError';
import { SourceText, type SourceCell } from './sourceText';

/** What of a Jupyter notebook file matters here (nbformat 3 to 5). */
interface NotebookJson {
  readonly cells?: readonly NotebookCellJson[];
  readonly worksheets?: readonly { readonly cells?: readonly NotebookCellJson[] }[];
}

interface NotebookCellJson {
  readonly cell_type?: string;
  source?: string | string[];
  input?: string | string[];
  /** 0 and null: the cell has not run. */
  readonly execution_count?: number | null;
  /** The same in nbformat 3. */
  readonly prompt_number?: number | null;
}

/** The code cells of a notebook file. Throws a HumanError when the text is no notebook. */
export function readNotebook(path: string, json: string): SourceText {
  const cells: SourceCell[] = [];
  cellsOf(parse(path, json)).forEach((cell, index) => {
    if (cell.cell_type === 'code') {
      const source = cell.source ?? cell.input ?? '';
      const count = cell.execution_count ?? cell.prompt_number;
      cells.push({
        index,
        text: typeof source === 'string' ? source : source.join(''),
        ...(typeof count === 'number' && count > 0 ? { executionCount: count } : {}),
      });
    }
  });
  return new SourceText(path, 'notebook', cells);
}

/** The notebook file's text with the cells of `edited` put in place of its own; outputs and metadata are kept. */
export function writeNotebook(path: string, json: string, edited: SourceText): string {
  const notebook = parse(path, json);
  const cells = cellsOf(notebook);
  for (const { index, text } of edited.cells) {
    const cell = index === undefined ? undefined : cells[index];
    if (cell) {
      const key = cell.source === undefined ? 'input' : 'source';
      cell[key] = typeof cell[key] === 'string' ? text : text.split(/(?<=\n)/);
    }
  }
  const indent = /^\{\r?\n(\s+)"/.exec(json)?.[1] ?? ' ';
  return JSON.stringify(notebook, null, indent) + (json.endsWith('\n') ? '\n' : '');
}

function parse(path: string, json: string): NotebookJson {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new HumanError(
      `${path} is no notebook: its JSON cannot be read (${(error as Error).message}). Open and save it in Jupyter, then try again.`,
    );
  }
  if (typeof value !== 'object' || value === null || !('cells' in value || 'worksheets' in value)) {
    throw new HumanError(
      `${path} is no notebook: it holds no list of cells. Open and save it in Jupyter, then try again.`,
    );
  }
  return value as NotebookJson;
}

function cellsOf(notebook: NotebookJson): readonly NotebookCellJson[] {
  return notebook.cells ?? notebook.worksheets?.flatMap((sheet) => sheet.cells ?? []) ?? [];
}
