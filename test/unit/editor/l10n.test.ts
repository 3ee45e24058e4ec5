import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';

const file = 'l10n/bundle.l10n.json';

/** Every text that the host hands to `vscode.l10n.t`, as it stands in the source. */
function texts(): string[] {
  const sources = fs
    .readdirSync('src/editor', { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => fs.readFileSync(path.join(entry.parentPath, entry.name), 'utf8'));
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
