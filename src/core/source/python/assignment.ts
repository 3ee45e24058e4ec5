import { PythonError } from './errors';
import type { Interpreter } from './interpreter';
import { binary } from './operators';
import type { Scope } from './scope';
import { type SyntaxNode, field } from './syntax';
import { type Value, list, none, tuple, unknown } from './values';

/** Binds a value to a target: name, attribute, element, or a pattern of them. */
export function assign(target: SyntaxNode, value: Value, scope: Scope, vm: Interpreter): void {
  switch (target.type) {
    case 'identifier': {
      const name = vm.program.text(target);
      scope.set(name, value);
      vm.host.bound(name, value, scope, target);
      return;
    }
    case 'attribute': {
      const object = field(target, 'object');
      const attribute = field(target, 'attribute');
      if (object && attribute) {
        const name = vm.program.text(attribute);
        vm.setAttribute(vm.evaluate(object, scope), name, value);
        vm.host.bound(name, value, scope, target);
      }
      return;
    }
    case 'subscript': {
      const object = field(target, 'value');
      const indices = target.children.filter((child) => child.field === 'subscript');
      const [only] = indices;
      if (object && only) {
        const index =
          indices.length === 1
            ? vm.evaluate(only, scope)
            : tuple(indices.map((child) => vm.evaluate(child, scope)));
        vm.setItem(vm.evaluate(object, scope), index, value);
      }
      return;
    }
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'tuple':
    case 'list':
    case 'expression_list':
      unpack(target, value, scope, vm);
      return;
    case 'list_splat_pattern':
    case 'list_splat':
    case 'parenthesized_expression':
    case 'as_pattern_target': {
      const inner = target.children[0];
      if (inner) {
        assign(inner, value, scope, vm);
      }
      return;
    }
    default:
  }
}

function unpack(target: SyntaxNode, value: Value, scope: Scope, vm: Interpreter): void {
  const targets = target.children;
  const items = vm.iterate(value);
  if (!items || (value.kind === 'list' && value.open && items.length < targets.length)) {
    const element = elementOf(value, target, vm);
    targets.forEach((child, i) => {
      const each =
        value.kind === 'native' || value.kind === 'instance' ? elementAt(value, i, element, vm) : element;
      assign(child, each, scope, vm);
    });
    return;
  }
  const star = targets.findIndex(
    (child) => child.type === 'list_splat_pattern' || child.type === 'list_splat',
  );
  if (star < 0 ? items.length !== targets.length : items.length < targets.length - 1) {
    throw new PythonError(
      'ValueError',
      items.length < targets.length
        ? `not enough values to unpack (expected ${targets.length}, got ${items.length})`
        : `too many values to unpack (expected ${targets.length})`,
    );
  }
  const after = targets.length - 1 - star;
  targets.forEach((child, i) => {
    if (star >= 0 && i === star) {
      assign(child, list(items.slice(star, items.length - after)), scope, vm);
    } else {
      assign(child, items[star >= 0 && i > star ? items.length - targets.length + i : i] ?? none, scope, vm);
    }
  });
}

/** An element of something whose elements are not listed, where a value of its kind can still tell them apart. */
function elementAt(value: Value, index: number, fallback: Value, vm: Interpreter): Value {
  const item = vm.item(value, { kind: 'int', value: index });
  return item.kind === 'unknown' ? fallback : item;
}

/** One element that stands for all of an iterable of unknown length. */
export function elementOf(value: Value, node: SyntaxNode, vm: Interpreter): Value {
  if (value.kind === 'unknown') {
    return unknown(value.reason, value.origin);
  }
  const native = value.kind === 'native' ? value : value.kind === 'instance' ? value.native : null;
  return native?.anyElement(vm) ?? unknown(`an element of \`${vm.excerpt(node)}\``, node);
}

/** `target += value` */
export function augment(node: SyntaxNode, scope: Scope, vm: Interpreter): void {
  const left = field(node, 'left');
  const operator = field(node, 'operator');
  const right = field(node, 'right');
  if (!left || !operator || !right) {
    return;
  }
  const current = vm.evaluate(left, scope);
  const value = vm.evaluate(right, scope);
  const sign = vm.program.text(operator).slice(0, -1);
  if (current.kind === 'list' && sign === '+') {
    // In place: other names of the list see it too.
    const items = vm.iterate(value);
    if (items) {
      current.items.push(...items);
      return;
    }
  }
  vm.operator = node;
  assign(left, binary(sign, current, value, vm), scope, vm);
}
