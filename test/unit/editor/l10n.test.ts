import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { translator } from '../../../src/shared/l10n';

const file = 'l10n/bundle.l10n.json';

/** Every text that is handed to `l10n.t`, by the host or in a page, as it stands in the source. */
function texts(): string[] {
  const sources = ['src/editor', 'webview'].flatMap((folder) =>
    fs
      .readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8')),
  );
  const call = /l10n\.t\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/g;
  return sources.flatMap((source) => {
    const found = [...source.matchAll(call)].map(([, literal = '']) => unquoted(literal));
    assert.equal(
      found.length,
      source.split('l10n.t(').length - 1,
      'a text that is put together cannot be translated',
    );
    return found;
  });
}

function pageSources(): [file: string, source: string][] {
  return fs
    .readdirSync('webview', { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => [entry.name, fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8')]);
}

function unquoted(literal: string): string {
  return JSON.parse(
    `"${literal
      .slice(1, -1)
      .replaceAll("\\'", "'")
      .replace(/(?<!\\)"/g, '\\"')}"`,
  ) as string;
}

describe('texts that can be translated', () => {
  it(`all stand in ${file}; UPDATE=1 writes it`, () => {
    const bundle = Object.fromEntries([...new Set(texts())].sort().map((text) => [text, text]));
    if (process.env['UPDATE'] === '1') {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, `${JSON.stringify(bundle, null, 2)}\n`);
    }
    assert.deepEqual(JSON.parse(fs.readFileSync(file, 'utf8')), bundle);
  });

  it('leave no text of a page out that a person can see or hear', () => {
    const seen = [
      // what an element holds, or says
      /el\('[a-z0-9]+', \{[^{}]*\},\s*('[^']*[A-Za-z]{2,}[^']*'|`[^`]*[A-Za-z]{3,} [^`]*`)/g,
      /\b(?:'aria-label'|title|placeholder): ('[^']*[A-Za-z]{2,}[^']*'|`[^`]*`)/g,
    ];
    const plain = pageSources().flatMap(([file, source]) =>
      seen.flatMap((pattern) => [...source.matchAll(pattern)].map(([, text]) => `${file}: ${text}`)),
    );
    // a rule's id and name, and code, are the same in every language
    const same = /`\$\{id\} \$\{rule\}`$|`\$\{signs\[kind\]\}/;
    assert.deepEqual(
      plain.filter((text) => !same.test(text)),
      [],
    );
  });

  it('stand in the page in the language of its bundle', () => {
    const german = translator({ 'Go to {0}: {1}': '{1} in {0} zeigen' });
    assert.equal(german.t('Go to {0}: {1}', 'Zeile 3', '{0}'), '{0} in Zeile 3 zeigen');
    assert.equal(german.t('{0} of {1}', 1), '1 of {1}');
  });

  it('leave no title or description of the manifest out', () => {
    const { contributes } = JSON.parse(fs.readFileSync('package.json', 'utf8')) as {
      contributes: Record<string, unknown>;
    };
    const shown =
      /^(title|name|description|markdownDescription|contents|altText|displayName|userDescription)$/;
    const plain: string[] = [];
    const visit = (value: unknown, key: string): void => {
      if (typeof value === 'string') {
        if (shown.test(key) && !/^%[\w.]+%$/.test(value)) {
          plain.push(value);
        }
      } else if (typeof value === 'object' && value !== null) {
        Object.entries(value).forEach(([name, each]) => visit(each, Array.isArray(value) ? key : name));
      }
    };
    Object.entries(contributes)
      .filter(([name]) => name !== 'languageModelTools')
      .forEach(([name, value]) => visit(value, name));
    // the product's own name
    assert.deepEqual([...new Set(plain)], ['Gradient Doctor']);
  });
});
