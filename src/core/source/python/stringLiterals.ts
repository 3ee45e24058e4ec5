import type { Interpreter } from './interpreter';
import type { Scope } from './scope';
import { type SyntaxNode, field } from './syntax';
import { format, repr, toText } from './text';
import { type Value, str, unknown } from './values';

/** A string literal with its prefix: plain, raw, bytes, formatted. */
export function readString(node: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const start = node.children[0];
  const prefix = (start ? vm.program.text(start) : '').toLowerCase().replace(/['"]/g, '');
  const raw = prefix.includes('r');
  let text = '';
  let missing: Value | null = null;
  for (const child of node.children) {
    if (child.type === 'string_content') {
      const content = vm.program.text(child);
      text += raw
        ? content
        : unescape(prefix.includes('f') ? content.replace(/\{\{|\}\}/g, (m) => m[0] ?? '') : content);
    } else if (child.type === 'interpolation') {
      const piece = interpolate(child, scope, vm);
      if (typeof piece === 'string') {
        text += piece;
      } else {
        missing ??= piece;
      }
    }
  }
  if (missing) {
    const source = missing.kind === 'unknown' ? missing : undefined;
    return unknown(source?.reason ?? 'a part of a text', source?.origin ?? node, 'str');
  }
  return prefix.includes('b') ? { kind: 'bytes', value: text } : str(text);
}

function interpolate(node: SyntaxNode, scope: Scope, vm: Interpreter): string | Value {
  const expression = field(node, 'expression');
  if (!expression) {
    return '';
  }
  const value = vm.evaluate(expression, scope);
  const conversion = field(node, 'type_conversion');
  const specifier = field(node, 'format_specifier');
  let shown = value;
  if (conversion) {
    const converted = vm.program.text(conversion) === '!s' ? toText(value) : repr(value);
    if (converted === undefined) {
      return value;
    }
    shown = str(converted);
  }
  const spec = specifier ? specifierText(specifier, scope, vm) : '';
  const equals = vm.program
    .text(node)
    .replace(/\s*[:!].*$/s, '')
    .trimEnd();
  const label = /[^=!<>]=\s*\}?$/.test(equals) ? `${vm.program.text(expression)}=` : '';
  return value.kind === 'unknown' ? value : label + (format(shown, spec) ?? '');
}

function specifierText(node: SyntaxNode, scope: Scope, vm: Interpreter): string {
  let text = vm.program.text(node).slice(1);
  for (const child of node.children) {
    const expression = field(child, 'expression');
    if (expression) {
      text = text.replace(vm.program.text(child), toText(vm.evaluate(expression, scope)) ?? '');
    }
  }
  return text;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
};

function unescape(text: string): string {
  return text.includes('\\')
    ? text.replace(
        /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r\n|[^]))/g,
        (
          all,
          x: string | undefined,
          u: string | undefined,
          long: string | undefined,
          plain: string | undefined,
        ) => {
          const code = x ?? u ?? long;
          if (code !== undefined) {
            return String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff));
          }
          if (plain === '\r\n') {
            return '';
          }
          return plain === '\\' || plain === "'" || plain === '"' ? plain : (escapes[plain ?? ''] ?? all);
        },
      )
    : text;
}
