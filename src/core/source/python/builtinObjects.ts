import type { Arguments } from './arguments';
import { hasForeignBase, resolutionOrder } from './attributes';
import { PythonError } from './errors';
import type { Interpreter } from './interpreter';
import { Native, type Value, bool, str, tuple, typeName, unknown } from './values';

/** Of an unknown value, what is computed from it is unknown for the same reason. */
export const unknownLike = (value: Value): Value =>
  value.kind === 'unknown' ? unknown(value.reason, value.origin) : unknown('the result of a function');

/** Python's `isinstance`; undefined where it is not known. */
export function isInstance(vm: Interpreter, value: Value, candidate: Value): boolean | undefined {
  if (candidate.kind === 'tuple') {
    const results = candidate.items.map((item) => isInstance(vm, value, item));
    return results.includes(true) ? true : results.includes(undefined) ? undefined : false;
  }
  if (value.kind === 'unknown') {
    return value.type !== undefined && candidate.kind === 'builtin'
      ? value.type === candidate.name
      : undefined;
  }
  switch (candidate.kind) {
    case 'class':
      return value.kind === 'instance'
        ? resolutionOrder(value.class).includes(candidate) ||
            (hasForeignBase(value.class) ? undefined : false)
        : false;
    case 'builtin': {
      const name = typeName(value);
      const aliases: Readonly<Record<string, readonly string[]>> = {
        int: ['int', 'bool'],
        object: [name ?? ''],
        'numbers.Number': ['int', 'float', 'bool'],
      };
      return (
        aliases[candidate.name] ?? [candidate.name.slice(candidate.name.lastIndexOf('.') + 1)]
      ).includes(name ?? '');
    }
    case 'native': {
      const native = value.kind === 'instance' ? value.native : value;
      return native?.kind === 'native' ? candidate.hasInstance(native) : false;
    }
    default:
      return undefined;
  }
}

/** `getattr(object, name, default)` */
export function getAttribute(vm: Interpreter, args: Arguments): Value {
  const [object, name, fallback] = args.positional;
  if (!object || name?.kind !== 'str') {
    return unknown('an attribute whose name is not known');
  }
  const found = vm.attribute(object, name.value) ?? fallback;
  if (!found && object.kind === 'instance') {
    throw new PythonError('AttributeError', `no attribute '${name.value}'`);
  }
  return found ?? unknown(`\`${name.value}\``);
}

/** `hasattr(object, name)` */
export function hasAttribute(vm: Interpreter, args: Arguments): Value {
  const [object, name] = args.positional;
  return object && name?.kind === 'str' && object.kind !== 'unknown'
    ? bool(vm.attribute(object, name.value) !== undefined)
    : unknown('whether there is an attribute');
}

/** `zip(…)` of things whose elements are not listed: one tuple stands for all. */
export class ZipValue extends Native {
  readonly typeName = 'zip';

  constructor(readonly parts: readonly Value[]) {
    super();
  }

  override anyElement(vm: Interpreter): Value {
    return tuple(
      this.parts.map(
        (part) => (part.kind === 'native' ? part.anyElement(vm) : undefined) ?? unknownLike(part),
      ),
    );
  }
}

/** An exception object. */
export class ExceptionValue extends Native {
  constructor(
    readonly typeName: string,
    private readonly values: readonly Value[],
  ) {
    super();
  }

  override attribute(name: string): Value | undefined {
    return name === 'args'
      ? tuple(this.values)
      : name === 'message'
        ? (this.values[0] ?? str(''))
        : undefined;
  }
}
