import { type Interpreter, placed } from './interpreter';
import { truth } from './operators';
import { LoopBudget } from './loopBudget';
import { assign, elementOf } from './assignment';
import { Scope } from './scope';
import { type SyntaxNode, field } from './syntax';
import { type Value, dict, list, set, unknown } from './values';

/** List, set and dictionary comprehensions; generator expressions become lists. */
export function comprehension(node: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const inner = new Scope(scope, 'comprehension');
  const body = field(node, 'body');
  const clauses = node.children.filter(
    (child) => child.type === 'for_in_clause' || child.type === 'if_clause',
  );
  const collected: Value[] = [];
  const pairs: [Value, Value][] = [];
  // A comprehension over something unknown has one item that stands for all; its length is not known.
  let open: Value | undefined;

  const produce = (): void => {
    if (body?.type === 'pair') {
      const key = field(body, 'key');
      const value = field(body, 'value');
      if (key && value) {
        pairs.push([vm.evaluate(key, inner), vm.evaluate(value, inner)]);
      }
    } else if (body) {
      collected.push(vm.evaluate(body, inner));
    }
  };
  const walk = (depth: number): void => {
    const clause = clauses[depth];
    if (!clause) {
      produce();
    } else if (clause.type === 'if_clause') {
      const condition = clause.children[0];
      const value = condition ? vm.evaluate(condition, inner) : undefined;
      const holds = value ? truth(value, vm) : true;
      if (holds === undefined) {
        open ??= value;
      }
      if (holds !== false) {
        walk(depth + 1);
      }
    } else {
      const left = field(clause, 'left');
      const right = field(clause, 'right');
      if (!left || !right) {
        return;
      }
      const source = vm.evaluate(right, inner);
      const items = vm.iterate(source);
      if (!items) {
        open ??=
          source.kind === 'unknown' ? source : unknown(`the length of \`${vm.excerpt(right)}\``, right);
      }
      for (const item of items ? [...items] : [elementOf(source, right, vm)]) {
        vm.step();
        assign(left, item, inner, vm);
        walk(depth + 1);
        if (budget.spent()) {
          open ??= unknown('a long comprehension', node);
          return;
        }
      }
    }
  };
  const before = vm.host.progress();
  const budget = new LoopBudget(vm);
  walk(0);
  if (open && vm.host.progress() === before) {
    return open.kind === 'unknown' ? unknown(open.reason, open.origin) : unknown('a comprehension', node);
  }
  switch (node.type) {
    case 'dictionary_comprehension':
      return placed(dict(pairs), node);
    case 'set_comprehension':
      return placed(set(collected), node);
    default:
      return placed(list(collected), node);
  }
}
