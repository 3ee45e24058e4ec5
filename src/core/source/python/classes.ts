import type { Interpreter } from './interpreter';
import { PythonError } from './errors';
import { Scope } from './scope';
import { type SyntaxNode, field } from './syntax';
import type { ClassValue, Value } from './values';

/** The class that a `class` statement makes, not yet bound to its name. */
export function defineClass(node: SyntaxNode, scope: Scope, vm: Interpreter): ClassValue {
  const name = field(node, 'name');
  const body = field(node, 'body');
  const bases: Value[] = [];
  for (const child of field(node, 'superclasses')?.children ?? []) {
    if (child.type !== 'keyword_argument') {
      const base = vm.evaluate(child, scope);
      const plain = base.kind === 'builtin' && base.name !== 'object';
      if (plain || base.kind === 'class' || base.kind === 'native' || base.kind === 'unknown') {
        bases.push(base);
      }
    }
  }
  const inner = new Scope(scope, 'class');
  const value: ClassValue = {
    kind: 'class',
    name: name ? vm.program.text(name) : '',
    bases,
    attributes: inner.names,
    node,
    fields: body ? annotatedNames(body, vm) : null,
    at: node,
  };
  for (const statement of body?.children ?? []) {
    try {
      vm.execute(statement, inner);
    } catch (error) {
      if (!(error instanceof PythonError)) {
        throw error;
      }
    }
  }
  for (const member of inner.names.values()) {
    if (member.kind === 'function') {
      member.owner ??= value;
      const setter = member.attributes.get('__setter__');
      if (setter?.kind === 'function') {
        setter.owner ??= value;
      }
    }
  }
  return value;
}

/** `name: type = default` in the order in which they are written: the fields of a dataclass. */
function annotatedNames(body: SyntaxNode, vm: Interpreter): string[] | null {
  const names: string[] = [];
  for (const statement of body.children) {
    const assignment = statement.children[0];
    if (assignment?.type === 'assignment' && field(assignment, 'type')) {
      const left = field(assignment, 'left');
      if (left?.type === 'identifier') {
        names.push(vm.program.text(left));
      }
    }
  }
  return names.length > 0 ? names : null;
}
