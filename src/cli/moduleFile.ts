import fs from 'node:fs';
import path from 'node:path';
import { SourceText } from '../core/text/sourceText';

const maximumBytes = 200_000;

/** The file beside `from` that an import means: 'helpers', 'pkg.blocks', '..common'. */
export function resolveModule(module: string, from: string): SourceText | undefined {
  const [dots = ''] = /^\.*/.exec(module) ?? [];
  const names = module.slice(dots.length).split('.');
  if (!names.every((name) => /^\w*$/.test(name))) {
    return undefined;
  }
  const folder = path.join(path.dirname(from), ...Array<string>(Math.max(0, dots.length - 1)).fill('..'));
  const target = path.join(folder, ...names);
  const file = [`${target}.py`, path.join(target, '__init__.py')].find(isReadable);
  return file === undefined || path.resolve(file) === path.resolve(from)
    ? undefined
    : SourceText.ofFile(file, 'python', fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
}

function isReadable(file: string): boolean {
  try {
    const stat = fs.statSync(file);
    return stat.isFile() && stat.size <= maximumBytes;
  } catch {
    return false;
  }
}
