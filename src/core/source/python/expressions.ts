import { Arguments } from './arguments';
import { requiredAttribute } from './attributes';
import { readParameters, yieldValue } from './calls';
import { comprehension } from './comprehensions';
import { type Interpreter, placed } from './interpreter';
import { compare } from './comparisons';
import { binary, truth, unary, unknownOf } from './operators';
import type { Scope } from './scope';
import { readString } from './stringLiterals';
import { superOf } from './super';
import { type SyntaxNode, field } from './syntax';
import { type Value, bool, dict, float, hash, int, list, none, set, str, tuple, unknown } from './values';

type Evaluate = (node: SyntaxNode, scope: Scope, vm: Interpreter) => Value;

const first: Evaluate = (node, scope, vm) => {
  const child = node.children[0];
  return child ? vm.evaluate(child, scope) : none;
};

/** What to do with each kind of expression. */
export const expressions: Readonly<Record<string, Evaluate>> = {
  identifier: (node, scope, vm) => name(vm.program.text(node), node, scope, vm),
  integer: (node, _scope, vm) => placed(integer(vm.program.text(node)), node),
  float: (node, _scope, vm) => placed(decimal(vm.program.text(node)), node),
  string: (node, scope, vm) => placed(readString(node, scope, vm), node),
  concatenated_string: (node, scope, vm) => {
    const parts = node.children.map((child) => vm.evaluate(child, scope));
    const unread = parts.find((part) => part.kind === 'unknown');
    return placed(unread ?? str(parts.map((part) => (part.kind === 'str' ? part.value : '')).join('')), node);
  },
  true: (node) => placed({ kind: 'bool', value: true }, node),
  false: (node) => placed({ kind: 'bool', value: false }, node),
  none: (node) => placed({ kind: 'none' }, node),
  ellipsis: (node) => placed({ kind: 'ellipsis' }, node),
  list: (node, scope, vm) => placed(list(elements(node, scope, vm)), node),
  tuple: (node, scope, vm) => placed(tuple(elements(node, scope, vm)), node),
  expression_list: (node, scope, vm) => placed(tuple(elements(node, scope, vm)), node),
  set: (node, scope, vm) => placed(set(elements(node, scope, vm)), node),
  dictionary: dictionary,
  list_comprehension: comprehension,
  set_comprehension: comprehension,
  dictionary_comprehension: comprehension,
  generator_expression: comprehension,
  parenthesized_expression: first,
  type: first,
  await: first,
  expression_statement: first,
  attribute: (node, scope, vm) => {
    const object = field(node, 'object');
    const attribute = field(node, 'attribute');
    return object && attribute
      ? requiredAttribute(vm.evaluate(object, scope), vm.program.text(attribute), vm)
      : vm.unknownAt(node);
  },
  subscript: (node, scope, vm) => {
    const value = field(node, 'value');
    const object = value ? vm.evaluate(value, scope) : none;
    return vm.item(object, subscriptIndex(node, scope, vm));
  },
  slice: slice,
  call: call,
  keyword_argument: (node, scope, vm) => {
    const value = field(node, 'value');
    return value ? vm.evaluate(value, scope) : none;
  },
  list_splat: first,
  dictionary_splat: first,
  binary_operator: (node, scope, vm) => {
    const [left, operator, right] = operands(node);
    if (!left || !operator || !right) {
      return vm.unknownAt(node);
    }
    const a = vm.evaluate(left, scope);
    const b = vm.evaluate(right, scope);
    vm.operator = node;
    return binary(vm.program.text(operator), a, b, vm);
  },
  unary_operator: (node, scope, vm) => {
    const operator = field(node, 'operator');
    const argument = field(node, 'argument');
    return operator && argument
      ? placed(unary(vm.program.text(operator), vm.evaluate(argument, scope), vm), node)
      : vm.unknownAt(node);
  },
  boolean_operator: (node, scope, vm) => {
    const [left, operator, right] = operands(node);
    if (!left || !operator || !right) {
      return vm.unknownAt(node);
    }
    const value = vm.evaluate(left, scope);
    const holds = truth(value, vm);
    const decides = vm.program.text(operator) === 'or';
    if (holds === undefined) {
      const other = vm.evaluate(right, scope);
      return truth(other, vm) === decides ? other : unknownOf(value, other);
    }
    return holds === decides ? value : vm.evaluate(right, scope);
  },
  not_operator: (node, scope, vm) => {
    const argument = field(node, 'argument');
    const value = argument ? vm.evaluate(argument, scope) : none;
    const holds = truth(value, vm);
    return holds === undefined ? unknownOf(value) : bool(!holds);
  },
  comparison_operator: comparison,
  conditional_expression: (node, scope, vm) => {
    const [then, condition, otherwise] = node.children;
    if (!then || !condition || !otherwise) {
      return vm.unknownAt(node);
    }
    const holds = truth(vm.evaluate(condition, scope), vm);
    if (holds === undefined) {
      vm.host.assume(
        'branch',
        `\`${vm.excerpt(condition)}\` is not known here; the first of the two values was taken.`,
        condition,
      );
    }
    return vm.evaluate(holds === false ? otherwise : then, scope);
  },
  named_expression: (node, scope, vm) => {
    const target = field(node, 'name');
    const value = field(node, 'value');
    const result = value ? vm.evaluate(value, scope) : none;
    if (target) {
      scope.enclosing.set(vm.program.text(target), result);
    }
    return result;
  },
  lambda: (node, scope, vm) => {
    const body = field(node, 'body');
    return body
      ? placed(
          {
            kind: 'function',
            name: '<lambda>',
            parameters: readParameters(field(node, 'parameters'), scope, vm),
            body,
            node,
            closure: functionScope(scope),
            generator: false,
            owner: null,
            role: 'plain',
            attributes: new Map(),
          },
          node,
        )
      : vm.unknownAt(node);
  },
  yield: (node, scope, vm) => {
    const child = node.children[0];
    const value = child ? vm.evaluate(child, scope) : none;
    if (/^yield\s+from\b/.test(vm.program.text(node))) {
      for (const item of vm.iterate(value) ?? []) {
        yieldValue(scope, item);
      }
    } else {
      yieldValue(scope, value);
    }
    return none;
  },
};

/** The scope that a function written here closes over: class bodies are not seen from within methods. */
export function functionScope(scope: Scope): Scope {
  return scope.kind === 'class' && scope.parent ? functionScope(scope.parent) : scope;
}

function name(text: string, node: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const value = scope.get(text);
  if (value) {
    return value;
  }
  const star = vm.foreignStars[0];
  const known = vm.host.unbound(text);
  return (
    known ??
    unknown(
      star === undefined
        ? `\`${text}\`, which is not defined in this file`
        : `\`${text}\`, which may come from ${star}`,
      node,
    )
  );
}

function integer(text: string): Value {
  const digits = text.replace(/_/g, '').replace(/[lL]$/, '');
  if (/[jJ]$/.test(digits)) {
    return unknown('a complex number');
  }
  return int(Number(/^0\d+$/.test(digits) ? digits.replace(/^0+(?=\d)/, '') : digits));
}

function decimal(text: string): Value {
  const digits = text.replace(/_/g, '');
  return /[jJ]$/.test(digits) ? unknown('a complex number') : float(Number(digits));
}

function operands(
  node: SyntaxNode,
): [SyntaxNode | undefined, SyntaxNode | undefined, SyntaxNode | undefined] {
  return [field(node, 'left'), field(node, 'operator'), field(node, 'right')];
}

/** The items of a display, with `*rest` spread. */
export function elements(node: SyntaxNode, scope: Scope, vm: Interpreter): Value[] {
  const items: Value[] = [];
  for (const child of node.children) {
    if (child.type === 'list_splat') {
      const value = vm.evaluate(child, scope);
      items.push(...(vm.iterate(value) ?? [unknown(`the items of \`${vm.excerpt(child)}\``, child)]));
    } else if (child.type === 'ERROR') {
      items.push(...elements(child, scope, vm));
    } else if (isItemThenGap(child)) {
      // `LeakyReLU()` [line break] `[...]`: a comma is missing, and what follows stands for more items.
      const value = field(child, 'value');
      if (value) {
        items.push(vm.evaluate(value, scope), list([{ kind: 'ellipsis', at: child }]));
      }
    } else {
      items.push(vm.evaluate(child, scope));
    }
  }
  return items;
}

function isItemThenGap(node: SyntaxNode): boolean {
  return (
    node.type === 'subscript' &&
    field(node, 'value')?.type === 'call' &&
    node.parent?.type === 'list' &&
    field(node, 'subscript')?.type === 'ellipsis'
  );
}

function dictionary(node: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const result = dict();
  for (const child of node.children) {
    if (child.type === 'pair') {
      const key = field(child, 'key');
      const value = field(child, 'value');
      if (key && value) {
        const keyValue = vm.evaluate(key, scope);
        result.entries.set(hash(keyValue), [keyValue, vm.evaluate(value, scope)]);
      }
    } else if (child.type === 'dictionary_splat') {
      const other = vm.evaluate(child, scope);
      if (other.kind === 'dict') {
        for (const [key, pair] of other.entries) {
          result.entries.set(key, pair);
        }
      }
    }
  }
  return placed(result, node);
}

function subscriptIndex(node: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const indices = node.children.filter((child) => child.field === 'subscript');
  const only = indices[0];
  const hasComma =
    only !== undefined && /,\s*\]$/.test(vm.program.textBetween(only.end, node.end).replace(/#.*/g, ''));
  return indices.length === 1 && only && !hasComma
    ? vm.evaluate(only, scope)
    : tuple(indices.map((index) => vm.evaluate(index, scope)));
}

function slice(node: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const parts: Value[] = [none, none, none];
  let at = 0;
  for (const child of node.children) {
    if (child.type === ':') {
      at++;
    } else {
      parts[at] = vm.evaluate(child, scope);
    }
  }
  return { kind: 'slice', start: parts[0] ?? none, stop: parts[1] ?? none, step: parts[2] ?? none };
}

function comparison(node: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const [head, ...rest] = node.children;
  let left = head ? vm.evaluate(head, scope) : none;
  let result: Value = bool(true);
  for (let i = 0; i + 1 < rest.length; i += 2) {
    const operator = rest[i];
    const operand = rest[i + 1];
    if (!operator || !operand) {
      break;
    }
    const right = vm.evaluate(operand, scope);
    const value = compare(vm.program.text(operator).replace(/\s+/g, ' '), left, right, vm);
    const holds = truth(value, vm);
    if (holds === false || rest.length === 2) {
      return value;
    }
    result = holds === undefined ? value : result;
    left = right;
  }
  return result;
}

function call(node: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const functionNode = field(node, 'function');
  const argumentNode = field(node, 'arguments');
  if (!functionNode || !argumentNode) {
    return vm.unknownAt(node);
  }
  if (functionNode.type === 'identifier' && scope.get('super') === undefined) {
    const text = vm.program.text(functionNode);
    if (text === 'super') {
      return superOf(scope);
    }
    if (text === 'locals' || text === 'globals' || text === 'vars') {
      return dict([...(text === 'globals' ? scope.module : scope).names].map(([k, v]) => [str(k), v]));
    }
  }
  const callee = vm.evaluate(functionNode, scope);
  return placed(vm.call(callee, readArguments(argumentNode, node, scope, vm)), node);
}

/** Evaluates the arguments of a call in the order in which they are written. */
export function readArguments(
  node: SyntaxNode,
  callNode: SyntaxNode,
  scope: Scope,
  vm: Interpreter,
): Arguments {
  if (node.type === 'generator_expression') {
    return new Arguments([vm.evaluate(node, scope)], new Map(), callNode);
  }
  const positional: Value[] = [];
  const keywords = new Map<string, Value>();
  let rest: Value | null = null;
  for (const child of node.children) {
    switch (child.type) {
      case 'keyword_argument': {
        const key = field(child, 'name');
        const value = field(child, 'value');
        if (key && value) {
          keywords.set(vm.program.text(key), vm.evaluate(value, scope));
        }
        break;
      }
      case 'list_splat': {
        const value = vm.evaluate(child, scope);
        const items = vm.iterate(value);
        if (items) {
          positional.push(...items);
        } else {
          rest = value;
        }
        break;
      }
      case 'dictionary_splat': {
        const value = vm.evaluate(child, scope);
        if (value.kind === 'dict') {
          for (const [key, item] of value.entries.values()) {
            if (key.kind === 'str') {
              keywords.set(key.value, item);
            }
          }
        } else {
          rest = value;
        }
        break;
      }
      case 'ERROR':
        positional.push(...elements(child, scope, vm));
        break;
      default:
        positional.push(vm.evaluate(child, scope));
    }
  }
  const args = new Arguments(positional, keywords, callNode);
  args.unknownRest =
    rest === null
      ? null
      : rest.kind === 'unknown'
        ? rest
        : unknown('arguments passed on with * or **', callNode);
  return args;
}
