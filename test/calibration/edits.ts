// npm run calibrate -- --edits --mirror DIR --facts FILE [--json FILE]
// Applies every edit of every fix to real programs, parses and reads the result, and counts what went wrong.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PythonParser } from '../../src/core/source/python/syntax';
import type { Reader } from '../../src/core/source/reader';
import { readNotebook } from '../../src/core/text/notebook';
import { SourceText } from '../../src/core/text/sourceText';
import { checkEdits, type CheckedEdit } from './checkEdits';

interface FactsFile {
  readonly repo: string;
  readonly ref: string;
  readonly path: string;
  readonly split: string;
}

export interface EditedFile {
  readonly file: string;
  readonly edits: readonly CheckedEdit[];
}

/** `mirror`: a folder of bare clones, `owner+name/repo` each. */
export async function calibrateEdits(
  mirror: string,
  facts: string,
  tools: { readonly reader: Reader; readonly wasm: (name: string) => Uint8Array },
  progress: (done: number, of: number) => void,
): Promise<readonly EditedFile[]> {
  const { files } = JSON.parse(fs.readFileSync(facts, 'utf8')) as { files: readonly FactsFile[] };
  const parser = await PythonParser.create(
    tools.wasm('web-tree-sitter.wasm'),
    tools.wasm('tree-sitter-python.wasm'),
  );
  const chosen = files.filter((file) => file.split === 'dev' && /\.(py|ipynb)$/.test(file.path));
  return chosen.map((file, i) => {
    const text = execFileSync(
      'git',
      ['-C', path.join(mirror, file.repo.replace('/', '+'), 'repo'), 'show', `${file.ref}:${file.path}`],
      { encoding: 'utf8', maxBuffer: 2 ** 28 },
    );
    const source = file.path.endsWith('.ipynb')
      ? readNotebook(file.path, text)
      : SourceText.ofFile(file.path, 'python', text);
    progress(i + 1, chosen.length);
    return {
      file: `${file.repo}, ${file.path}`,
      edits: checkEdits(source, { reader: tools.reader, parser }),
    };
  });
}

/** Markdown: one row a fix, one column a way to go wrong. */
export function editTables(files: readonly EditedFile[]): string {
  const all = files.flatMap((file) => file.edits.map((edit) => ({ ...edit, file: file.file })));
  const wrong = all.filter((edit) => edit.problem !== null);
  const byFix = new Map<string, typeof all>();
  for (const edit of all) {
    byFix.set(edit.fix, [...(byFix.get(edit.fix) ?? []), edit]);
  }
  const rows = [...byFix].sort(([a], [b]) => (a < b ? -1 : 1));
  const problems = (edits: typeof all): string => {
    const counts = new Map<string, number>();
    for (const { problem } of edits) {
      if (problem) {
        counts.set(problem, (counts.get(problem) ?? 0) + 1);
      }
    }
    return [...counts].map(([problem, n]) => `${n} × ${problem}`).join(', ') || '–';
  };
  const models = new Set(all.map((edit) => `${edit.file} ${edit.model}`)).size;
  const percent =
    all.length === 0 ? '–' : `${((100 * (all.length - wrong.length)) / all.length).toFixed(1)} %`;
  return [
    `${files.length} files, ${models} models with a fix, ${all.length} fixes applied, ${percent} as intended; ${all.filter((e) => e.sharedWith.length > 0).length} of them in calls that make another model too.`,
    '',
    '| fix | applied | went wrong |',
    '| --- | --- | --- |',
    ...rows.map(([fix, edits]) => `| ${fix} | ${edits.length} | ${problems(edits)} |`),
    '',
    ...wrong.map((edit) => `- ${edit.problem}: ${edit.fix}, ${edit.file}, ${edit.model} (${edit.detail})`),
    '',
  ].join('\n');
}
