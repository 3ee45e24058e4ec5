import type { Arguments } from './arguments';
import { bind, findInClass, hasForeignBase, nativeBase } from './attributes';
import { PythonError } from './errors';
import type { Interpreter } from './interpreter';
import { Scope } from './scope';
import { type SyntaxNode, field } from './syntax';
import {
  type ClassValue,
  type FunctionValue,
  type InstanceValue,
  type Parameter,
  type Value,
  dict,
  list,
  none,
  str,
  tuple,
  typeName,
  unknown,
} from './values';

/** Calls anything that can be called. */
export function callValue(callee: Value, args: Arguments, vm: Interpreter): Value {
  switch (callee.kind) {
    case 'unknown':
      return vm.host.foreignCall(callee, args) ?? unknown(callee.reason, callee.origin);
    case 'builtin':
      return callee.invoke(vm, args);
    case 'method':
      return callValue(callee.callee, args.prepend(callee.self), vm);
    case 'function':
      return callFunction(callee, args, vm);
    case 'class':
      return instantiate(callee, args, vm);
    case 'native':
      return callee.call(args, vm) ?? unknown(`the result of calling ${callee.typeName}`, args.node);
    case 'instance': {
      const own = findInClass(callee.class, '__call__');
      const method = own ? bind(own, callee, vm) : undefined;
      if (method) {
        return callValue(method, args, vm);
      }
      return (
        callee.native?.call(args, vm) ?? unknown(`the result of calling ${callee.class.name}`, args.node)
      );
    }
    case 'module':
      return unknown(`${callee.name}()`, args.node);
    default:
      throw new PythonError('TypeError', `'${typeName(callee) ?? 'object'}' object is not callable`);
  }
}

const maximumYields = 256;

function callFunction(callee: FunctionValue, args: Arguments, vm: Interpreter): Value {
  const scope = new Scope(
    callee.closure,
    'function',
    callee.owner,
    callee.owner ? (args.positional[0] ?? null) : null,
    callee.generator ? [] : null,
  );
  bindParameters(callee, args, scope);
  vm.host.entered(callee.name, callee.node, args.node);
  let result: Value | undefined;
  try {
    if (callee.node.type === 'lambda') {
      result = vm.evaluate(callee.body, scope);
    } else {
      const completion = executeBody(callee, scope, vm);
      result = scope.yielded ? list(scope.yielded) : completion;
    }
    return result;
  } finally {
    vm.host.left(callee.name, result);
  }
}

/** Thrown by `yield` when a generator has yielded enough. */
export class GeneratorFull extends Error {}

/** Adds to what a generator yields. */
export function yieldValue(scope: Scope, value: Value): void {
  for (let at: Scope | null = scope; at; at = at.parent) {
    if (at.yielded) {
      at.yielded.push(value);
      if (at.yielded.length >= maximumYields) {
        throw new GeneratorFull();
      }
      return;
    }
  }
}

function executeBody(callee: FunctionValue, scope: Scope, vm: Interpreter): Value {
  try {
    const completion = vm.executeBlock(callee.body, scope);
    return completion?.kind === 'return' ? completion.value : none;
  } catch (error) {
    if (error instanceof GeneratorFull && scope.yielded) {
      return none;
    }
    throw error;
  }
}

/** Binds arguments to parameters as Python does, or raises Python's TypeError. */
function bindParameters(callee: FunctionValue, args: Arguments, scope: Scope): void {
  const keywords = new Map(args.keywords);
  const positional = [...args.positional];
  const rest = args.unknownRest;
  for (const parameter of callee.parameters) {
    scope.names.set(parameter.name, valueOf(parameter));
  }
  if (keywords.size > 0) {
    const extra = [...keywords.keys()];
    if (rest === null && !callee.parameters.some((p) => p.kind === 'double-star')) {
      throw new PythonError(
        'TypeError',
        `${callee.name}() got an unexpected keyword argument '${extra[0] ?? ''}'`,
      );
    }
  }
  if (positional.length > 0 && rest === null && !callee.parameters.some((p) => p.kind === 'star')) {
    throw new PythonError(
      'TypeError',
      `${callee.name}() takes ${callee.parameters.length} positional arguments but ${args.positional.length} were given`,
    );
  }

  function valueOf(parameter: Parameter): Value {
    switch (parameter.kind) {
      case 'star':
        return rest && positional.length === 0 ? rest : tuple(positional.splice(0));
      case 'double-star': {
        const collected = dict([...keywords].map(([key, value]) => [str(key), value]));
        keywords.clear();
        return collected;
      }
      default: {
        const given = parameter.kind === 'positional' ? positional.shift() : undefined;
        if (given) {
          return given;
        }
        const named = keywords.get(parameter.name);
        if (named) {
          keywords.delete(parameter.name);
          return named;
        }
        if (parameter.defaultValue) {
          return parameter.defaultValue;
        }
        if (rest) {
          return rest;
        }
        throw new PythonError(
          'TypeError',
          `${callee.name}() missing 1 required positional argument: '${parameter.name}'`,
        );
      }
    }
  }
}

/** `ClassName(…)` */
function instantiate(callee: ClassValue, args: Arguments, vm: Interpreter): Value {
  const instance: InstanceValue = {
    kind: 'instance',
    class: callee,
    attributes: new Map(),
    native: null,
    call: args.node,
  };
  if (args.node) {
    instance.at = args.node;
  }
  const constructor = findInClass(callee, '__init__');
  const base = nativeBase(callee);
  if (constructor) {
    callValue(bind(constructor, instance, vm), args, vm);
  } else if (callee.fields) {
    assignFields(callee, callee.fields, instance, args, vm);
  } else if (base) {
    const initialize = base.attribute('__init__', vm);
    if (initialize) {
      vm.call(initialize, args.prepend(instance));
    }
  } else if (args.positional.length > 0 && !hasForeignBase(callee) && callee.bases.length === 0) {
    throw new PythonError('TypeError', `${callee.name}() takes no arguments`);
  }
  if (base && !instance.native) {
    instance.native = base.instantiate(instance, vm);
  }
  return instance;
}

/** The generated `__init__` of a dataclass. */
function assignFields(
  callee: ClassValue,
  names: readonly string[],
  instance: InstanceValue,
  args: Arguments,
  vm: Interpreter,
): void {
  names.forEach((name, i) => {
    const value = args.get(i, name) ?? findInClass(callee, name);
    if (!value) {
      throw new PythonError('TypeError', `__init__() missing 1 required positional argument: '${name}'`);
    }
    instance.attributes.set(
      name,
      value.kind === 'native' && value.typeName === 'Field' ? (value.call(args, vm) ?? value) : value,
    );
  });
  const after = findInClass(callee, '__post_init__');
  if (after) {
    callValue(bind(after, instance, vm), args.with([], new Map()), vm);
  }
}

/** A function's parameters, their defaults evaluated. */
export function readParameters(node: SyntaxNode | undefined, scope: Scope, vm: Interpreter): Parameter[] {
  const result: Parameter[] = [];
  let keywordOnly = false;
  for (const child of node?.children ?? []) {
    const annotation = field(child, 'type');
    const inner = child.type === 'typed_parameter' ? child.children[0] : child;
    const value = field(child, 'value');
    const nameNode = field(child, 'name') ?? (inner?.type === 'identifier' ? inner : inner?.children[0]);
    switch (inner?.type) {
      case 'keyword_separator':
        keywordOnly = true;
        continue;
      case 'positional_separator':
        continue;
      case 'list_splat_pattern':
        result.push(parameter('star'));
        keywordOnly = true;
        continue;
      case 'dictionary_splat_pattern':
        result.push(parameter('double-star'));
        continue;
      case undefined:
      case 'ERROR':
        continue;
      default:
        result.push(parameter(keywordOnly ? 'keyword-only' : 'positional'));
    }
    function parameter(kind: Parameter['kind']): Parameter {
      return {
        name: nameNode ? vm.program.text(nameNode) : '',
        kind,
        default: value,
        defaultValue: value ? vm.evaluate(value, scope) : undefined,
        annotation,
        node: child,
      };
    }
  }
  return result;
}
