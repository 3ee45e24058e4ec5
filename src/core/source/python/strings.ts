import type { Arguments } from './arguments';
import type { Interpreter } from './interpreter';
import { toText, format } from './text';
import {
  type BytesValue,
  type StrValue,
  type Value,
  bool,
  builtin,
  int,
  intOf,
  list,
  stringOf,
  tuple,
  str,
  unknown,
} from './values';

type StringMethod = (text: string, args: Arguments, vm: Interpreter) => Value;

const simple =
  (change: (text: string) => string): StringMethod =>
  (text) =>
    str(change(text));
const test =
  (pattern: RegExp): StringMethod =>
  (text) =>
    bool(pattern.test(text));

function strip(side: 'both' | 'left' | 'right'): StringMethod {
  return (text, args) => {
    const characters = stringOf(args.get(0, 'chars'));
    const drop = (c: string | undefined): boolean =>
      c !== undefined && (characters === undefined ? /\s/.test(c) : characters.includes(c));
    let start = 0;
    let end = text.length;
    while (side !== 'right' && start < end && drop(text[start])) {
      start++;
    }
    while (side !== 'left' && end > start && drop(text[end - 1])) {
      end--;
    }
    return str(text.slice(start, end));
  };
}

function affix(holds: (text: string, part: string) => boolean): StringMethod {
  return (text, args) => {
    const given = args.positional[0];
    const parts = given?.kind === 'tuple' ? given.items : given ? [given] : [];
    return parts.some((part) => part.kind === 'unknown')
      ? unknown('a part of a text')
      : bool(parts.some((part) => part.kind === 'str' && holds(text, part.value)));
  };
}

function split(fromRight: boolean): StringMethod {
  return (text, args) => {
    const separator = stringOf(args.get(0, 'sep'));
    const limit = intOf(args.get(1, 'maxsplit')) ?? -1;
    const parts = separator === undefined ? text.trim().split(/\s+/).filter(Boolean) : text.split(separator);
    const joint = separator ?? ' ';
    if (limit >= 0 && parts.length > limit + 1) {
      const merged = fromRight
        ? [parts.slice(0, parts.length - limit).join(joint), ...parts.slice(parts.length - limit)]
        : [...parts.slice(0, limit), parts.slice(limit).join(joint)];
      return list(merged.map(str));
    }
    return list(parts.map(str));
  };
}

function partition(fromRight: boolean): StringMethod {
  return (text, args) => {
    const separator = stringOf(args.positional[0]) ?? ' ';
    const at = fromRight ? text.lastIndexOf(separator) : text.indexOf(separator);
    const parts = at < 0 ? [text, '', ''] : [text.slice(0, at), separator, text.slice(at + separator.length)];
    return tuple(parts.map(str));
  };
}

function pad(side: 'left' | 'right' | 'zero'): StringMethod {
  return (text, args) => {
    const width = intOf(args.positional[0]) ?? 0;
    const fill = side === 'zero' ? '0' : (stringOf(args.positional[1]) ?? ' ');
    return str(side === 'right' ? text.padEnd(width, fill) : text.padStart(width, fill));
  };
}

const placeholder = /\{\{|\}\}|\{([^{}:!]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}/g;

const formatMethod: StringMethod = (text, args, vm) => {
  let next = 0;
  let missing: Value | null = null;
  const lookup = (name: string): Value | undefined => {
    const [head = '', ...path] = name.split(/[.[\]]+/).filter((part, i) => part !== '' || i === 0);
    const key = head === '' ? String(next++) : head;
    let value = /^\d+$/.test(key) ? args.positional[Number(key)] : args.keywords.get(key);
    for (const part of path) {
      value =
        value &&
        (vm.attribute(value, part) ?? vm.item(value, /^\d+$/.test(part) ? int(Number(part)) : str(part)));
    }
    return value;
  };
  const result = text.replace(placeholder, (all, name: string | undefined, _c, spec: string | undefined) => {
    if (name === undefined) {
      return all[0] ?? '';
    }
    const value = lookup(name);
    const nested = (spec ?? '').replace(/\{([^{}]*)\}/g, (_all, inner: string) => {
      const width = lookup(inner);
      return (width && toText(width)) ?? '';
    });
    const piece = value && value.kind !== 'unknown' ? format(value, nested) : undefined;
    if (piece === undefined) {
      missing ??= value ?? unknown('a part of a text');
    }
    return piece ?? '';
  });
  return missing === null ? str(result) : unknown('a text put together with format()', null, 'str');
};

const methods: Readonly<Record<string, StringMethod>> = {
  lower: simple((text) => text.toLowerCase()),
  upper: simple((text) => text.toUpperCase()),
  casefold: simple((text) => text.toLowerCase()),
  title: simple((text) => text.toLowerCase().replace(/\b[a-z]/g, (c) => c.toUpperCase())),
  capitalize: simple((text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase()),
  swapcase: simple((text) =>
    [...text].map((c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())).join(''),
  ),
  strip: strip('both'),
  lstrip: strip('left'),
  rstrip: strip('right'),
  startswith: affix((text, part) => text.startsWith(part)),
  endswith: affix((text, part) => text.endsWith(part)),
  split: split(false),
  rsplit: split(true),
  splitlines: (text) => list(text.split(/\r?\n/).map(str)),
  partition: partition(false),
  rpartition: partition(true),
  ljust: pad('right'),
  rjust: pad('left'),
  zfill: pad('zero'),
  isdigit: test(/^\d+$/),
  isnumeric: test(/^\d+$/),
  isdecimal: test(/^\d+$/),
  isalpha: test(/^\p{L}+$/u),
  isalnum: test(/^[\p{L}\d]+$/u),
  isspace: test(/^\s+$/),
  isupper: (text) => bool(text !== text.toLowerCase() && text === text.toUpperCase()),
  islower: (text) => bool(text !== text.toUpperCase() && text === text.toLowerCase()),
  find: (text, args) => int(text.indexOf(stringOf(args.positional[0]) ?? '')),
  rfind: (text, args) => int(text.lastIndexOf(stringOf(args.positional[0]) ?? '')),
  index: (text, args) => int(text.indexOf(stringOf(args.positional[0]) ?? '')),
  count: (text, args) => int(text.split(stringOf(args.positional[0]) ?? '\0').length - 1),
  replace: (text, args) => {
    const [from, to] = [stringOf(args.positional[0]), stringOf(args.positional[1])];
    return from === undefined || to === undefined
      ? unknown('a replacement', null, 'str')
      : str(text.replaceAll(from, to));
  },
  removeprefix: (text, args) => {
    const part = stringOf(args.positional[0]) ?? '';
    return str(text.startsWith(part) ? text.slice(part.length) : text);
  },
  removesuffix: (text, args) => {
    const part = stringOf(args.positional[0]) ?? '';
    return str(part !== '' && text.endsWith(part) ? text.slice(0, -part.length) : text);
  },
  join: (text, args, vm) => {
    const items = args.positional[0] && vm.iterate(args.positional[0]);
    const parts = items?.map((item) => (item.kind === 'str' ? item.value : undefined));
    return parts && !parts.includes(undefined)
      ? str(parts.join(text))
      : unknown('a joined text', null, 'str');
  },
  format: formatMethod,
  encode: (text) => ({ kind: 'bytes', value: text }),
  decode: (text) => str(text),
};

/** A method of a text. */
export function stringMethod(
  value: StrValue | BytesValue,
  name: string,
  _vm: Interpreter,
): Value | undefined {
  const method = methods[name];
  return method && builtin(`str.${name}`, (vm, args) => method(value.value, args, vm));
}
