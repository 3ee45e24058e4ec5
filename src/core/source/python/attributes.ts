import { PythonError } from './errors';
import type { Interpreter } from './interpreter';
import { collectionMethod } from './collectionMethods';
import { stringMethod } from './strings';
import {
  type ClassValue,
  type InstanceValue,
  type Native,
  type Value,
  builtin,
  dict,
  int,
  none,
  str,
  tuple,
  typeName,
  unknown,
} from './values';

/** `value.name`; undefined where the value has no such attribute. */
export function attributeOf(value: Value, name: string, vm: Interpreter): Value | undefined {
  switch (value.kind) {
    case 'unknown':
      return value.type === undefined ? value : unknown(value.reason, value.origin);
    case 'module':
      return value.members.get(name);
    case 'native':
      return value.attribute(name, vm) ?? commonAttribute(value, name);
    case 'instance':
      return lookupInstance(value, name, vm) ?? commonAttribute(value, name);
    case 'class':
      return classAttribute(value, name, vm);
    case 'str':
    case 'bytes':
      return stringMethod(value, name, vm);
    case 'list':
    case 'tuple':
    case 'dict':
    case 'set':
    case 'range':
      return collectionMethod(value, name, vm);
    case 'function':
      return (
        value.attributes.get(name) ?? (name === '__name__' ? str(value.name) : functionAttribute(value, name))
      );
    case 'method':
      return name === '__self__' ? value.self : attributeOf(value.callee, name, vm);
    case 'builtin':
      return name === '__name__' ? str(value.name.slice(value.name.lastIndexOf('.') + 1)) : undefined;
    case 'int':
    case 'float':
      return numberAttribute(value, name);
    default:
      return undefined;
  }
}

function numberAttribute(value: Value & { readonly value: number }, name: string): Value | undefined {
  switch (name) {
    case 'real':
    case 'numpy':
    case 'item':
    case 'value':
      return name === 'real' ? value : builtin(name, () => value);
    case 'is_integer':
      return builtin(name, () => ({ kind: 'bool', value: Number.isInteger(value.value) }));
    case 'bit_length':
      return builtin(name, () => int(Math.floor(Math.log2(Math.abs(value.value))) + 1));
    case 'shape':
      return tuple([]);
    case 'ndim':
      return int(0);
    case 'dtype':
      return str(value.kind === 'int' ? 'int64' : 'float64');
    case 'astype':
      return builtin(name, () => value);
    default:
      return undefined;
  }
}

function functionAttribute(value: Value & { kind: 'function' }, name: string): Value | undefined {
  if (value.role === 'property' && (name === 'setter' || name === 'getter' || name === 'deleter')) {
    return builtin('property.setter', (_vm, args) => {
      const setter = args.positional[0];
      if (setter) {
        value.attributes.set('__setter__', setter);
      }
      return value;
    });
  }
  return name === '__doc__' ? none : undefined;
}

function commonAttribute(value: Value, name: string): Value | undefined {
  if (name === '__class__') {
    return value.kind === 'instance' ? value.class : unknown('the class of an object');
  }
  if (name === '__dict__' && value.kind === 'instance') {
    return dict([...value.attributes].map(([key, item]) => [str(key), item]));
  }
  return undefined;
}

/** A class with all it derives from, in the order in which attributes are looked for. */
export function resolutionOrder(value: ClassValue): readonly Value[] {
  const order: Value[] = [];
  const visit = (current: Value): void => {
    const at = order.indexOf(current);
    if (at >= 0) {
      order.splice(at, 1);
    }
    order.push(current);
    if (current.kind === 'class') {
      current.bases.forEach(visit);
    }
  };
  visit(value);
  return order;
}

/** The class of a library that a class derives from, if any. */
export function nativeBase(value: ClassValue): Native | undefined {
  return resolutionOrder(value).find((base): base is Native => base.kind === 'native');
}

/** An attribute as the class (or one that it derives from) holds it. */
export function findInClass(value: ClassValue, name: string, after?: ClassValue): Value | undefined {
  let reached = after === undefined;
  for (const base of resolutionOrder(value)) {
    if (reached && base.kind === 'class') {
      const found = base.attributes.get(name);
      if (found) {
        return found;
      }
    }
    reached ||= base === after;
  }
  return undefined;
}

/** What an attribute of a class becomes when it is reached through an instance. */
export function bind(found: Value, instance: Value, vm: Interpreter): Value {
  if (found.kind !== 'function') {
    return found;
  }
  switch (found.role) {
    case 'static':
      return found;
    case 'class':
      return {
        kind: 'method',
        self: instance.kind === 'instance' ? instance.class : instance,
        callee: found,
      };
    case 'property':
      return vm.callValues({ ...found, role: 'plain' }, instance);
    default:
      return { kind: 'method', self: instance, callee: found };
  }
}

/** An attribute of an instance: its own, its class', its library part's. */
export function lookupInstance(instance: InstanceValue, name: string, vm: Interpreter): Value | undefined {
  const own = instance.attributes.get(name);
  if (own) {
    return own;
  }
  const found = findInClass(instance.class, name);
  if (found) {
    return bind(found, instance, vm);
  }
  const native = instance.native?.attribute(name, vm);
  if (native) {
    return native;
  }
  const fallback = findInClass(instance.class, '__getattr__');
  if (fallback && !name.startsWith('__')) {
    return vm.callValues(bind(fallback, instance, vm), str(name));
  }
  return hasForeignBase(instance.class) && !name.startsWith('__')
    ? unknown(`\`${name}\` of ${instance.class.name}`)
    : undefined;
}

/** Whether a class derives from one that the reader does not know. */
export function hasForeignBase(value: ClassValue): boolean {
  return resolutionOrder(value).some((base) => base.kind === 'unknown');
}

function classAttribute(value: ClassValue, name: string, vm: Interpreter): Value | undefined {
  const found = findInClass(value, name);
  if (found) {
    return found.kind === 'function' && found.role === 'class'
      ? { kind: 'method', self: value, callee: found }
      : found;
  }
  if (name === '__name__' || name === '__qualname__') {
    return str(value.name);
  }
  return (
    nativeBase(value)?.attribute(name, vm) ?? (hasForeignBase(value) ? unknown(`\`${name}\``) : undefined)
  );
}

/** `target.name = value` */
export function setAttributeOf(target: Value, name: string, value: Value, vm: Interpreter): void {
  switch (target.kind) {
    case 'instance': {
      const found = findInClass(target.class, name);
      if (found?.kind === 'function' && found.role === 'property') {
        const setter = found.attributes.get('__setter__');
        if (setter) {
          vm.callValues(setter, target, value);
        }
        return;
      }
      if (!target.native?.setAttribute(name, value, vm)) {
        target.attributes.set(name, value);
      }
      return;
    }
    case 'class':
    case 'function':
      target.attributes.set(name, value);
      return;
    case 'native':
      target.setAttribute(name, value, vm);
      return;
    default:
  }
}

/** As `attributeOf`, raising what Python raises where the attribute is missing for sure. */
export function requiredAttribute(value: Value, name: string, vm: Interpreter): Value {
  const found = attributeOf(value, name, vm);
  if (found) {
    return found;
  }
  if (
    value.kind === 'native' ||
    value.kind === 'module' ||
    value.kind === 'builtin' ||
    value.kind === 'function'
  ) {
    return unknown(
      `\`${name}\` of ${value.kind === 'module' || value.kind === 'builtin' ? value.name : (typeName(value) ?? 'an object')}`,
    );
  }
  if (value.kind === 'int' || value.kind === 'float' || (value.kind === 'instance' && value.native)) {
    return unknown(`\`${name}\` of ${typeName(value) ?? 'an object'}`);
  }
  throw new PythonError(
    'AttributeError',
    `'${typeName(value) ?? 'object'}' object has no attribute '${name}'`,
  );
}
