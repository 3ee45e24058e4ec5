import type { Interpreter } from './interpreter';
import { truth } from './operators';
import type { Scope } from './scope';
import { type SyntaxNode, field, fields } from './syntax';

/** How much a branch matters for what the program builds. */
const Weight = { ends: -1, empty: 0, plain: 1, extends: 2, builds: 3 } as const;

const builders = new Set([
  'Sequential',
  'Model',
  'Functional',
  'load_model',
  'clone_model',
  'model_from_json',
]);
const extenders = new Set(['add', 'compile', 'fit', 'fit_generator', 'build', 'pop', 'Input']);

/**
 * The blocks of an `if` to run, in order: the one that holds; where the condition is not known, the one that builds or compiles,
 * and all that build a model of their own.
 */
export function branches(node: SyntaxNode, scope: Scope, vm: Interpreter): SyntaxNode[] {
  const open: { block: SyntaxNode | undefined; condition: SyntaxNode | undefined }[] = [];
  let decided = false;
  for (const clause of [node, ...fields(node, 'alternative')]) {
    const condition = field(clause, 'condition');
    const holds = condition ? truth(vm.evaluate(condition, scope), vm) : true;
    if (holds !== false) {
      open.push({ block: field(clause, 'consequence') ?? field(clause, 'body'), condition });
    }
    if (holds) {
      decided = true;
      break;
    }
  }
  const [first] = open;
  if (!first) {
    return [];
  }
  if (decided && open.length === 1) {
    return first.block ? [first.block] : [];
  }
  return choose(decided ? open : [...open, { block: undefined, condition: first.condition }], scope, vm);
}

function choose(
  open: readonly { readonly block: SyntaxNode | undefined; readonly condition: SyntaxNode | undefined }[],
  scope: Scope,
  vm: Interpreter,
): SyntaxNode[] {
  const weighed = open.map(({ block, condition }) => ({
    block,
    condition,
    weight: block ? weigh(block, scope, vm, 0) : Weight.empty,
  }));
  const best = Math.max(...weighed.map((each) => each.weight));
  const winners = weighed.filter((each) => each.weight === best);
  const first = winners[0];
  if (best === Weight.builds && winners.length > 1) {
    assumeBranch(first?.condition, 'several branches build a model, and all were read', vm);
    return winners.flatMap((each) => each.block ?? []);
  }
  if (best === Weight.plain) {
    // A guard that only changes settings (`if len(argv) > 1: epochs = …`) is left out where it can be.
    const skip = weighed.some((each) => each.block === undefined);
    const block = first?.block;
    if (skip && block && assignedNames(block, vm).every((name) => scope.get(name) !== undefined)) {
      return [];
    }
  }
  if (best >= Weight.extends) {
    assumeBranch(first?.condition, 'the branch that builds was read', vm);
  }
  return first?.block ? [first.block] : [];
}

function assumeBranch(condition: SyntaxNode | undefined, what: string, vm: Interpreter): void {
  if (condition) {
    vm.host.assume(
      'branch',
      `Whether \`${vm.excerpt(condition)}\` holds is not known here; ${what}.`,
      condition,
    );
  }
}

function weigh(block: SyntaxNode, scope: Scope, vm: Interpreter, depth: number): number {
  let weight: number = Weight.plain;
  const last = block.children.at(-1);
  const visit = (node: SyntaxNode): void => {
    if (node.type === 'function_definition' || node.type === 'class_definition' || node.type === 'lambda') {
      return;
    }
    if (node.type === 'call') {
      weight = Math.max(weight, weighCall(node, scope, vm, depth));
    }
    node.children.forEach(visit);
  };
  visit(block);
  const ends =
    last?.type === 'raise_statement' ||
    last?.type === 'return_statement' ||
    last?.type === 'continue_statement' ||
    last?.type === 'break_statement' ||
    (last !== undefined && /^(?:sys\.)?(?:exit|quit)\(/.test(vm.program.text(last)));
  return ends && (weight < Weight.extends || last?.type === 'raise_statement') ? Weight.ends : weight;
}

function weighCall(node: SyntaxNode, scope: Scope, vm: Interpreter, depth: number): number {
  const callee = field(node, 'function');
  if (!callee) {
    return Weight.plain;
  }
  if (callee.type === 'call') {
    return Weight.extends;
  }
  const name = vm.program.text(callee.type === 'attribute' ? (field(callee, 'attribute') ?? callee) : callee);
  if (builders.has(name)) {
    return Weight.builds;
  }
  if (extenders.has(name)) {
    return Weight.extends;
  }
  const value = callee.type === 'identifier' ? scope.get(name) : undefined;
  return value?.kind === 'function' && depth < 3
    ? Math.max(Weight.plain, weigh(value.body, value.closure, vm, depth + 1))
    : Weight.plain;
}

/** The plain names that a piece of code assigns. */
export function assignedNames(node: SyntaxNode, vm: Interpreter): string[] {
  const names = new Set<string>();
  const visit = (current: SyntaxNode): void => {
    if (current.type === 'function_definition' || current.type === 'class_definition') {
      const name = field(current, 'name');
      if (name) {
        names.add(vm.program.text(name));
      }
      return;
    }
    if (
      current.type === 'assignment' ||
      current.type === 'augmented_assignment' ||
      current.type === 'for_statement'
    ) {
      const left = field(current, 'left');
      if (left) {
        collectTargets(left, names, vm);
      }
    }
    current.children.forEach(visit);
  };
  visit(node);
  return [...names];
}

/** The names whose containers a piece of code fills: `names.append(…)`, `names[key] = …`. */
export function filledNames(node: SyntaxNode, vm: Interpreter): string[] {
  const names = new Set<string>();
  const visit = (current: SyntaxNode): void => {
    const holder =
      current.type === 'attribute'
        ? field(current, 'object')
        : current.type === 'subscript' && current.field === 'left'
          ? field(current, 'value')
          : undefined;
    if (holder?.type === 'identifier') {
      names.add(vm.program.text(holder));
    }
    current.children.forEach(visit);
  };
  visit(node);
  return [...names];
}

function collectTargets(target: SyntaxNode, names: Set<string>, vm: Interpreter): void {
  if (target.type === 'identifier') {
    names.add(vm.program.text(target));
  } else if (target.type !== 'attribute' && target.type !== 'subscript') {
    target.children.forEach((child) => collectTargets(child, names, vm));
  }
}
