import type { Arguments } from '../arguments';
import {
  type Value,
  builtin,
  dict,
  list,
  none,
  str,
  stringOf,
  tuple,
  unknown,
  Native,
  bool,
} from '../values';
import type { Interpreter } from '../interpreter';
import { type Functions, type Members, functionValues, moduleOf } from './moduleTable';

const texts = (args: Arguments): string[] | undefined => {
  const parts = args.positional.map((value) => (value instanceof PathObject ? value.path : stringOf(value)));
  return parts.some((part) => part === undefined) ? undefined : parts.map((part) => part ?? '');
};

const onText =
  (compute: (text: string) => Value): Functions[string] =>
  (args) => {
    const text = texts(args)?.[0];
    return text === undefined ? unknown('a path', null, 'str') : compute(text);
  };

const join = (parts: readonly string[]): string =>
  parts.reduce(
    (path, part) => (part.startsWith('/') || path === '' ? part : `${path.replace(/\/$/, '')}/${part}`),
    '',
  );
const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const directory = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const extension = (path: string): string => /[^./](\.[^./]*)$/.exec(path)?.[1] ?? '';

const pathFunctions: Functions = {
  join: (args) => {
    const parts = texts(args);
    return parts ? str(join(parts)) : unknown('a path', null, 'str');
  },
  basename: onText((path) => str(baseName(path))),
  dirname: onText((path) => str(directory(path))),
  abspath: onText(str),
  realpath: onText(str),
  normpath: onText(str),
  expanduser: onText(str),
  splitext: onText((path) => {
    const end = extension(path);
    return tuple([str(path.slice(0, path.length - end.length)), str(end)]);
  }),
  split: onText((path) => tuple([str(directory(path)), str(baseName(path))])),
  exists: () => unknown('whether a file exists', null, 'bool'),
  isfile: () => unknown('whether a file exists', null, 'bool'),
  isdir: () => unknown('whether a folder exists', null, 'bool'),
};

const nothing: Functions[string] = () => none;

const osFunctions: Functions = {
  getcwd: () => str('.'),
  getenv: (args) => args.positional[1] ?? none,
  listdir: () => unknown('the files in a folder'),
  walk: () => unknown('the files in a folder'),
  cpu_count: () => unknown('the number of processors', null, 'int'),
  makedirs: nothing,
  mkdir: nothing,
  remove: nothing,
  system: nothing,
  chdir: nothing,
};

const path = moduleOf('os.path', { ...functionValues('os.path', pathFunctions), sep: str('/') });

export const os: Members = {
  ...functionValues('os', osFunctions),
  path,
  sep: str('/'),
  environ: dict(),
  name: str('posix'),
};

export const osPath: Members = { ...functionValues('os.path', pathFunctions), sep: str('/') };

/** `pathlib.Path`: a text that knows its parts. */
class PathObject extends Native {
  readonly typeName = 'PosixPath';

  constructor(readonly path: string) {
    super();
  }

  override binary(operator: string, other: Value, reflected: boolean): Value | undefined {
    const text = other instanceof PathObject ? other.path : stringOf(other);
    return operator === '/' && text !== undefined
      ? new PathObject(join(reflected ? [text, this.path] : [this.path, text]))
      : undefined;
  }

  override attribute(name: string, _vm: Interpreter): Value | undefined {
    const end = extension(this.path);
    switch (name) {
      case 'name':
        return str(baseName(this.path));
      case 'stem':
        return str(baseName(this.path).slice(0, baseName(this.path).length - end.length));
      case 'suffix':
        return str(end);
      case 'parent':
        return new PathObject(directory(this.path));
      case 'joinpath':
        return builtin(name, (_v, args) => new PathObject(join([this.path, ...(texts(args) ?? [])])));
      case 'resolve':
      case 'absolute':
      case 'expanduser':
        return builtin(name, () => this);
      case 'as_posix':
        return builtin(name, () => str(this.path));
      case 'exists':
      case 'is_file':
      case 'is_dir':
        return builtin(name, () => unknown('whether a file exists', null, 'bool'));
      case 'glob':
      case 'rglob':
      case 'iterdir':
        return builtin(name, () => unknown('the files in a folder'));
      case 'mkdir':
        return builtin(name, () => none);
      default:
        return undefined;
    }
  }

  override repr(): string {
    return this.path;
  }
}

export const pathlib: Members = functionValues('pathlib', {
  Path: (args) => {
    const parts = texts(args);
    return parts ? new PathObject(join(parts)) : unknown('a path');
  },
});

export const sys: Members = {
  argv: list([str('main.py')]),
  path: list([]),
  version: str('3.11.0'),
  version_info: tuple([3, 11, 0].map((value) => ({ kind: 'int', value }))),
  platform: str('linux'),
  modules: dict(),
  maxsize: { kind: 'int', value: Number.MAX_SAFE_INTEGER },
  exit: builtin('sys.exit', () => none),
  byteorder: str('little'),
  is_finalizing: builtin('sys.is_finalizing', () => bool(false)),
};
