import type { Interpreter } from './interpreter';
import type { Arguments } from './arguments';
import type { Scope } from './scope';
import type { SyntaxNode } from './syntax';

/** Where a value is written: the literal or call that made it. Kept with the value, so that edits can go there. */
export type Place = { readonly start: number; readonly end: number };

interface Placed {
  at?: Place;
}

export interface NoneValue extends Placed {
  readonly kind: 'none';
}
export interface BoolValue extends Placed {
  readonly kind: 'bool';
  readonly value: boolean;
}
export interface IntValue extends Placed {
  readonly kind: 'int';
  readonly value: number;
}
export interface FloatValue extends Placed {
  readonly kind: 'float';
  readonly value: number;
}
export interface StrValue extends Placed {
  readonly kind: 'str';
  readonly value: string;
}
export interface BytesValue extends Placed {
  readonly kind: 'bytes';
  readonly value: string;
}
export interface EllipsisValue extends Placed {
  readonly kind: 'ellipsis';
}
export interface ListValue extends Placed {
  readonly kind: 'list';
  readonly items: Value[];
  /** Filled in a loop whose number of runs is not known: there may be more items. */
  open?: boolean;
}
export interface TupleValue extends Placed {
  readonly kind: 'tuple';
  readonly items: readonly Value[];
  /** Names of the fields of a namedtuple. */
  readonly names?: readonly string[];
}
export interface SetValue extends Placed {
  readonly kind: 'set';
  readonly entries: Map</* hash */ string, Value>;
}
export interface DictValue extends Placed {
  readonly kind: 'dict';
  readonly entries: Map</* hash */ string, readonly [key: Value, value: Value]>;
  /** Filled in a loop whose number of runs is not known: there may be more entries. */
  open?: boolean;
  /** What a defaultdict makes for a missing key. */
  readonly missing?: Value;
}
export interface SliceValue extends Placed {
  readonly kind: 'slice';
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
}
/** Lazy, because `range(1000000)` is cheap in Python too. */
export interface RangeValue extends Placed {
  readonly kind: 'range';
  readonly start: number;
  readonly stop: number;
  readonly step: number;
}

export interface Parameter {
  readonly name: string;
  readonly kind: 'positional' | 'star' | 'keyword-only' | 'double-star';
  readonly default: SyntaxNode | undefined;
  readonly defaultValue: Value | undefined;
  readonly annotation: SyntaxNode | undefined;
  readonly node: SyntaxNode;
}

export interface FunctionValue extends Placed {
  readonly kind: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: SyntaxNode;
  readonly node: SyntaxNode;
  readonly closure: Scope;
  readonly generator: boolean;
  /** The class in whose body it is written, for `super()`. */
  owner: ClassValue | null;
  /** What a decorator made of it. */
  readonly role: 'plain' | 'property' | 'static' | 'class' | 'setter';
  /** `f.attribute = …` */
  readonly attributes: Map<string, Value>;
}
export interface MethodValue extends Placed {
  readonly kind: 'method';
  readonly self: Value;
  readonly callee: Value;
}
/** A function that the reader itself knows. */
export interface BuiltinValue extends Placed {
  readonly kind: 'builtin';
  /** Full name: 'numpy.zeros', 'len'. */
  readonly name: string;
  readonly invoke: (vm: Interpreter, args: Arguments) => Value;
}
export interface ClassValue extends Placed {
  readonly kind: 'class';
  readonly name: string;
  readonly bases: readonly Value[];
  readonly attributes: Map<string, Value>;
  readonly node: SyntaxNode;
  /** Fields of a dataclass or NamedTuple in order. */
  fields: readonly string[] | null;
}
export interface InstanceValue extends Placed {
  readonly kind: 'instance';
  readonly class: ClassValue;
  readonly attributes: Map<string, Value>;
  /** The object of the library class that the class derives from: a Keras layer, model, callback … */
  native: Native | null;
  /** The call that made it. */
  readonly call: SyntaxNode | null;
}
export interface ModuleValue extends Placed {
  readonly kind: 'module';
  /** Canonical: 'keras.layers' for `tensorflow.keras.layers`. */
  readonly name: string;
  readonly members: ModuleMembers;
}
/** Looks a member up by name; undefined where the module has none. */
export interface ModuleMembers {
  get(name: string): Value | undefined;
  /** For star imports; null where nobody knows. */
  names(): Iterable<string> | null;
}

/** What cannot be known from the source alone. Everything that is computed from it is unknown too, for the same reason. */
export interface UnknownValue extends Placed {
  readonly kind: 'unknown';
  /** Part of a sentence: 'the contents of data.csv', 'the argument `units` of build_model'. */
  readonly reason: string;
  /** Where it comes into the program. */
  readonly origin: Place | null;
  /** Python's type where at least that is known: 'int', 'str', 'tuple'. */
  readonly type?: string;
}

export type Value =
  | NoneValue
  | BoolValue
  | IntValue
  | FloatValue
  | StrValue
  | BytesValue
  | EllipsisValue
  | ListValue
  | TupleValue
  | SetValue
  | DictValue
  | SliceValue
  | RangeValue
  | FunctionValue
  | MethodValue
  | BuiltinValue
  | ClassValue
  | InstanceValue
  | ModuleValue
  | UnknownValue
  | Native;

export type Kind = Value['kind'];

/** Objects of libraries: arrays, data sets, tensors, layers, models. Undefined from any of these methods = not supported. */
export abstract class Native {
  readonly kind = 'native';
  at?: Place;
  /** Python's `type(x).__name__`. */
  abstract readonly typeName: string;

  attribute(_name: string, _vm: Interpreter): Value | undefined {
    return undefined;
  }
  setAttribute(_name: string, _value: Value, _vm: Interpreter): boolean {
    return false;
  }
  item(_index: Value, _vm: Interpreter): Value | undefined {
    return undefined;
  }
  setItem(_index: Value, _value: Value, _vm: Interpreter): boolean {
    return false;
  }
  /** The elements, where they are known. */
  iterate(_vm: Interpreter): readonly Value[] | undefined {
    return undefined;
  }
  /** One element that stands for all, where their number is not known. */
  anyElement(_vm: Interpreter): Value | undefined {
    return undefined;
  }
  length(): Value | undefined {
    return undefined;
  }
  truth(): boolean | undefined {
    return true;
  }
  call(_args: Arguments, _vm: Interpreter): Value | undefined {
    return undefined;
  }
  /** `reflected`: this stands on the right. */
  binary(_operator: string, _other: Value, _reflected: boolean, _vm: Interpreter): Value | undefined {
    return undefined;
  }
  unary(_operator: string, _vm: Interpreter): Value | undefined {
    return undefined;
  }
  /** Of a class of a library: whether a value is an instance of it. */
  hasInstance(_value: Native): boolean | undefined {
    return undefined;
  }
  /** A class of a library: makes the native part of an instance of a class that derives from it. */
  instantiate(_instance: InstanceValue, _vm: Interpreter): Native | null {
    return null;
  }
  repr(): string {
    return `<${this.typeName}>`;
  }
}

export const none: NoneValue = { kind: 'none' };
export const pyTrue: BoolValue = { kind: 'bool', value: true };
export const pyFalse: BoolValue = { kind: 'bool', value: false };
export const bool = (value: boolean): BoolValue => (value ? pyTrue : pyFalse);
export const int = (value: number): IntValue => ({ kind: 'int', value });
export const float = (value: number): FloatValue => ({ kind: 'float', value });
export const str = (value: string): StrValue => ({ kind: 'str', value });
export const list = (items: Value[]): ListValue => ({ kind: 'list', items });
export const tuple = (items: readonly Value[]): TupleValue => ({ kind: 'tuple', items });
export const unknown = (reason: string, origin: Place | null = null, type?: string): UnknownValue =>
  type === undefined ? { kind: 'unknown', reason, origin } : { kind: 'unknown', reason, origin, type };
export const builtin = (name: string, invoke: BuiltinValue['invoke']): BuiltinValue => ({
  kind: 'builtin',
  name,
  invoke,
});

export function dict(entries: Iterable<readonly [Value, Value]> = []): DictValue {
  const result: DictValue = { kind: 'dict', entries: new Map() };
  for (const [key, value] of entries) {
    result.entries.set(hash(key), [key, value]);
  }
  return result;
}

export function set(items: Iterable<Value> = []): SetValue {
  const result: SetValue = { kind: 'set', entries: new Map() };
  for (const item of items) {
    result.entries.set(hash(item), item);
  }
  return result;
}

/** A dictionary's value for a string key. */
export function entry(value: DictValue, key: string): Value | undefined {
  return value.entries.get(`s${key}`)?.[1];
}

/** A number, whether int, float or bool. */
export function numberOf(value: Value | undefined): number | undefined {
  switch (value?.kind) {
    case 'int':
    case 'float':
      return value.value;
    case 'bool':
      return value.value ? 1 : 0;
    default:
      return undefined;
  }
}

/** An integer, whether int or bool. */
export function intOf(value: Value | undefined): number | undefined {
  return value?.kind === 'int' ? value.value : value?.kind === 'bool' ? Number(value.value) : undefined;
}

export function stringOf(value: Value | undefined): string | undefined {
  return value?.kind === 'str' ? value.value : undefined;
}

/** The first unknown value in a structure of lists and tuples. */
export function unknownIn(value: Value): UnknownValue | undefined {
  if (value.kind === 'unknown') {
    return value;
  }
  for (const item of sequenceOf(value) ?? []) {
    const found = unknownIn(item);
    if (found) {
      return found;
    }
  }
  return undefined;
}

/** The items of a list or tuple. */
export function sequenceOf(value: Value | undefined): readonly Value[] | undefined {
  return value?.kind === 'list' || value?.kind === 'tuple' ? value.items : undefined;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 1;

/** Python's `id()`, counted. */
export function identity(value: object): number {
  let id = identities.get(value);
  if (id === undefined) {
    identities.set(value, (id = nextIdentity++));
  }
  return id;
}

/** A key that is equal for values that Python finds equal. */
export function hash(value: Value): string {
  switch (value.kind) {
    case 'str':
      return `s${value.value}`;
    case 'bytes':
      return `b${value.value}`;
    case 'int':
    case 'float':
      return `n${value.value}`;
    case 'bool':
      return `n${Number(value.value)}`;
    case 'none':
      return 'none';
    case 'tuple':
      return `(${value.items.map(hash).join(',')})`;
    default:
      return `#${identity(value)}`;
  }
}

const typeNames: Partial<Record<Kind, string>> = {
  none: 'NoneType',
  method: 'function',
  builtin: 'builtin_function_or_method',
  class: 'type',
};

/** Python's `type(x).__name__`; undefined for what is not known. */
export function typeName(value: Value): string | undefined {
  switch (value.kind) {
    case 'unknown':
      return value.type;
    case 'native':
      return value.typeName;
    case 'instance':
      return value.class.name;
    default:
      return typeNames[value.kind] ?? value.kind;
  }
}

/** The value of a `True` or `False`. */
export function truthOfConstant(value: Value | undefined): boolean | undefined {
  return value?.kind === 'bool' ? value.value : undefined;
}
