import type { Interpreter } from './interpreter';
import { equals } from './comparisons';
import { truth } from './operators';
import type { Scope } from './scope';
import { type SyntaxNode, field, fields } from './syntax';
import { type Value, sequenceOf } from './values';

/** Whether a `case` fits; undefined where it is not known. Binds the names of the pattern. */
export function matchCase(
  clause: SyntaxNode,
  value: Value,
  scope: Scope,
  vm: Interpreter,
): boolean | undefined {
  const patterns = clause.children.filter((child) => child.type === 'case_pattern');
  const [only] = patterns;
  const fits =
    only && patterns.length === 1 ? matches(only, value, scope, vm) : matchItems(patterns, value, scope, vm);
  const guard = field(clause, 'guard')?.children[0];
  if (fits === false || !guard) {
    return fits;
  }
  const holds = truth(vm.evaluate(guard, scope), vm);
  return holds === true ? fits : holds;
}

function matches(pattern: SyntaxNode, value: Value, scope: Scope, vm: Interpreter): boolean | undefined {
  const text = vm.program.text(pattern).trim();
  if (text === '_') {
    return true;
  }
  switch (pattern.type) {
    case 'case_pattern': {
      const inner = pattern.children[0];
      return inner ? matches(inner, value, scope, vm) : undefined;
    }
    case 'union_pattern': {
      const results = pattern.children.map((child) => matches(child, value, scope, vm));
      return results.includes(true) ? true : results.includes(undefined) ? undefined : false;
    }
    case 'dotted_name':
      if (text.includes('.')) {
        return undefined;
      }
      scope.set(text, value);
      return true;
    case 'as_pattern': {
      const [inner, name] = pattern.children;
      const fits = inner ? matches(inner, value, scope, vm) : undefined;
      if (name && fits !== false) {
        scope.set(vm.program.text(name), value);
      }
      return fits;
    }
    case 'tuple_pattern':
    case 'list_pattern':
      return matchItems(pattern.children, value, scope, vm);
    case 'dict_pattern': {
      if (value.kind !== 'dict') {
        return value.kind === 'unknown' ? undefined : false;
      }
      const values = fields(pattern, 'value');
      return fields(pattern, 'key').every((key, i) => {
        const keyValue = vm.evaluate(key, scope);
        const found = keyValue.kind === 'str' ? value.entries.get(`s${keyValue.value}`) : undefined;
        const inner = values[i];
        return found !== undefined && inner !== undefined && matches(inner, found[1], scope, vm) !== false;
      });
    }
    case 'class_pattern':
    case 'splat_pattern':
      return undefined;
    default:
      return equals(vm.evaluate(pattern, scope), value, vm);
  }
}

function matchItems(
  patterns: readonly SyntaxNode[],
  value: Value,
  scope: Scope,
  vm: Interpreter,
): boolean | undefined {
  const items = sequenceOf(value);
  if (!items) {
    return value.kind === 'unknown' ? undefined : false;
  }
  return (
    items.length === patterns.length &&
    patterns.every((pattern, i) => {
      const item = items[i];
      return item !== undefined && matches(pattern, item, scope, vm) !== false;
    })
  );
}
