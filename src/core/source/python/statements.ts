import { attributeOf, resolutionOrder } from './attributes';
import { assign, augment, elementOf } from './assignment';
import { assignedNames, branches, filledNames } from './branches';
import { readParameters } from './calls';
import { defineClass } from './classes';
import { PythonError } from './errors';
import { functionScope } from './expressions';
import { importFrom, importModules } from './imports';
import type { Completion, Interpreter } from './interpreter';
import { LoopBudget } from './loopBudget';
import { matchCase } from './match';
import { truth } from './operators';
import { type Scope } from './scope';
import { type SyntaxNode, field } from './syntax';
import { type FunctionValue, type Value, none, str, typeName, unknown } from './values';

type Execute = (node: SyntaxNode, scope: Scope, vm: Interpreter) => Completion | undefined;

/** What to do with each kind of statement. Expressions that stand alone are evaluated. */
export const statements: Readonly<Record<string, Execute>> = {
  expression_statement: (node, scope, vm) => {
    for (const child of node.children) {
      vm.execute(child, scope);
    }
    return undefined;
  },
  assignment: (node, scope, vm) => {
    assignment(node, scope, vm);
    return undefined;
  },
  augmented_assignment: (node, scope, vm) => {
    augment(node, scope, vm);
    return undefined;
  },
  block: (node, scope, vm) => vm.executeBlock(node, scope),
  module: (node, scope, vm) => vm.executeBlock(node, scope),
  ERROR: (node, scope, vm) => vm.executeBlock(node, scope),
  if_statement: ifStatement,
  for_statement: forStatement,
  while_statement: whileStatement,
  with_statement: withStatement,
  try_statement: tryStatement,
  match_statement: matchStatement,
  function_definition: (node, scope, vm) => {
    const value = defineFunction(node, scope, vm);
    scope.set(value.name, value);
    return undefined;
  },
  class_definition: (node, scope, vm) => {
    const value = defineClass(node, scope, vm);
    scope.set(value.name, value);
    return undefined;
  },
  decorated_definition: decorated,
  import_statement: (node, scope, vm) => {
    importModules(node, scope, vm);
    return undefined;
  },
  import_from_statement: (node, scope, vm) => {
    importFrom(node, scope, vm);
    return undefined;
  },
  future_import_statement: () => undefined,
  return_statement: (node, scope, vm) => {
    const child = node.children[0];
    return { kind: 'return', value: child ? vm.evaluate(child, scope) : none };
  },
  break_statement: () => ({ kind: 'break' }),
  continue_statement: () => ({ kind: 'continue' }),
  pass_statement: () => undefined,
  print_statement: () => undefined,
  exec_statement: () => undefined,
  type_alias_statement: () => undefined,
  global_statement: (node, scope, vm) => {
    node.children.forEach((child) => scope.declareGlobal(vm.program.text(child)));
    return undefined;
  },
  nonlocal_statement: (node, scope, vm) => {
    node.children.forEach((child) => scope.declareNonlocal(vm.program.text(child)));
    return undefined;
  },
  delete_statement: (node, scope, vm) => {
    const targets = node.children[0]?.type === 'expression_list' ? node.children[0].children : node.children;
    targets.forEach((target) => remove(target, scope, vm));
    return undefined;
  },
  assert_statement: (node, scope, vm) => {
    const condition = node.children[0];
    if (condition && truth(vm.evaluate(condition, scope), vm) === false) {
      throw new PythonError('AssertionError', vm.excerpt(node));
    }
    return undefined;
  },
  raise_statement: (node, scope, vm) => {
    const child = node.children.find((c) => c.field !== 'cause');
    const value = child ? vm.evaluate(child, scope) : none;
    throw new PythonError(exceptionName(value, child, vm), child ? vm.excerpt(child) : 'raised again', value);
  },
};

function assignment(node: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const left = field(node, 'left');
  const right = field(node, 'right');
  if (!left || !right) {
    return none;
  }
  const value = right.type === 'assignment' ? assignment(right, scope, vm) : vm.evaluate(right, scope);
  assign(left, value, scope, vm);
  return value;
}

function exceptionName(value: Value, node: SyntaxNode | undefined, vm: Interpreter): string {
  if (value.kind === 'class') {
    return value.name;
  }
  const name = value.kind === 'builtin' ? value.name : typeName(value);
  return name ?? (node ? /[A-Za-z_]+/.exec(vm.program.text(node))?.[0] : undefined) ?? 'Exception';
}

function ifStatement(node: SyntaxNode, scope: Scope, vm: Interpreter): Completion | undefined {
  for (const block of branches(node, scope, vm)) {
    const completion = vm.executeBlock(block, scope);
    if (completion) {
      return completion;
    }
  }
  return undefined;
}

/** Leaves a loop that costs too much; what it assigns is no longer known then. */
function isSpent(budget: LoopBudget, node: SyntaxNode, scope: Scope, vm: Interpreter): boolean {
  if (!budget.spent()) {
    return false;
  }
  for (const name of filledNames(node, vm)) {
    const value = scope.get(name);
    if (value?.kind === 'list' || value?.kind === 'dict') {
      value.open = true;
    }
  }
  for (const name of assignedNames(node, vm)) {
    const value = scope.get(name);
    if (value && value.kind !== 'native' && value.kind !== 'instance') {
      scope.set(name, unknown(`\`${name}\`, which a long loop computes`, node));
    }
  }
  return true;
}

function forStatement(node: SyntaxNode, scope: Scope, vm: Interpreter): Completion | undefined {
  const left = field(node, 'left');
  const right = field(node, 'right');
  const body = field(node, 'body');
  if (!left || !right) {
    return undefined;
  }
  const source = vm.evaluate(right, scope);
  const items = vm.iterate(source);
  const budget = new LoopBudget(vm);
  const before = vm.host.progress();
  const open = !items || (source.kind === 'list' && source.open === true);
  for (const item of items ? [...items] : [elementOf(source, right, vm)]) {
    vm.step();
    assign(left, item, scope, vm);
    const completion = uncertainly(open, vm, () => vm.executeBlock(body, scope));
    if (completion?.kind === 'break') {
      return undefined;
    }
    if (completion?.kind === 'return') {
      return completion;
    }
    if (isSpent(budget, node, scope, vm)) {
      break;
    }
  }
  if (!items && vm.host.progress() !== before) {
    vm.host.assume(
      'loop-once',
      `How often the loop over \`${vm.excerpt(right)}\` runs is not known here; its body was read once.`,
      right,
    );
  }
  return elseClause(node, scope, vm);
}

function whileStatement(node: SyntaxNode, scope: Scope, vm: Interpreter): Completion | undefined {
  const condition = field(node, 'condition');
  const body = field(node, 'body');
  const budget = new LoopBudget(vm);
  while (condition) {
    vm.step();
    const holds = truth(vm.evaluate(condition, scope), vm);
    if (holds === false) {
      return elseClause(node, scope, vm);
    }
    const completion = uncertainly(holds === undefined, vm, () => vm.executeBlock(body, scope));
    if (completion?.kind === 'return') {
      return completion;
    }
    if (completion?.kind === 'break' || holds === undefined || isSpent(budget, node, scope, vm)) {
      return undefined;
    }
  }
  return undefined;
}

/** Runs a body that may run any number of times. */
function uncertainly<Result>(open: boolean, vm: Interpreter, run: () => Result): Result {
  vm.uncertain += open ? 1 : 0;
  try {
    return run();
  } finally {
    vm.uncertain -= open ? 1 : 0;
  }
}

function elseClause(node: SyntaxNode, scope: Scope, vm: Interpreter): Completion | undefined {
  const clause = field(node, 'alternative');
  return clause && vm.executeBlock(field(clause, 'body'), scope);
}

function withStatement(node: SyntaxNode, scope: Scope, vm: Interpreter): Completion | undefined {
  const clause = node.children.find((child) => child.type === 'with_clause');
  for (const item of clause?.children ?? []) {
    const expression = field(item, 'value') ?? item.children[0];
    if (!expression) {
      continue;
    }
    const target = expression.type === 'as_pattern' ? field(expression, 'alias') : undefined;
    const manager = vm.evaluate(target ? (expression.children[0] ?? expression) : expression, scope);
    const enter = manager.kind === 'unknown' ? undefined : attributeOf(manager, '__enter__', vm);
    const value = enter && manager.kind === 'instance' ? vm.callValues(enter) : manager;
    if (target) {
      assign(target, value, scope, vm);
    }
  }
  const body = field(node, 'body');
  if (body && scope.kind === 'module') {
    vm.runTolerantly(body, scope);
    return undefined;
  }
  return vm.executeBlock(body, scope);
}

function tryStatement(node: SyntaxNode, scope: Scope, vm: Interpreter): Completion | undefined {
  const final = node.children.find((child) => child.type === 'finally_clause');
  const { depth } = vm;
  const calls = vm.callStack.length;
  let completion: Completion | undefined;
  try {
    completion = vm.executeBlock(field(node, 'body'), scope) ?? elseOfTry(node, scope, vm);
  } catch (error) {
    if (!(error instanceof PythonError)) {
      throw error;
    }
    vm.depth = depth;
    vm.callStack.length = calls;
    const handler = fieldsOfType(node, 'except_clause').find((clause) => handles(clause, error, scope, vm));
    if (!handler) {
      vm.executeBlock(final?.children.at(-1), scope);
      throw error;
    }
    const pattern = field(handler, 'value');
    const target = pattern?.type === 'as_pattern' ? field(pattern, 'alias') : undefined;
    if (target) {
      assign(target, error.value ?? str(error.message), scope, vm);
    }
    completion = vm.executeBlock(handler.children.at(-1), scope);
  }
  return vm.executeBlock(final?.children.at(-1), scope) ?? completion;
}

function elseOfTry(node: SyntaxNode, scope: Scope, vm: Interpreter): Completion | undefined {
  const clause = node.children.find((child) => child.type === 'else_clause');
  return clause && vm.executeBlock(field(clause, 'body'), scope);
}

const fieldsOfType = (node: SyntaxNode, type: string): SyntaxNode[] =>
  node.children.filter((child) => child.type === type);

/** Exceptions that are also of another class. */
const exceptionBases: Readonly<Record<string, readonly string[]>> = {
  ModuleNotFoundError: ['ImportError'],
  KeyError: ['LookupError'],
  IndexError: ['LookupError'],
  ZeroDivisionError: ['ArithmeticError'],
  FileNotFoundError: ['OSError', 'IOError', 'EnvironmentError'],
  NotImplementedError: ['RuntimeError'],
};

function handles(clause: SyntaxNode, error: PythonError, scope: Scope, vm: Interpreter): boolean {
  const pattern = field(clause, 'value');
  if (!pattern) {
    return true;
  }
  const classes = pattern.type === 'as_pattern' ? pattern.children[0] : pattern;
  const value = classes ? vm.evaluate(classes, scope) : none;
  const candidates = value.kind === 'tuple' ? value.items : [value];
  return candidates.some((candidate) => {
    const name =
      candidate.kind === 'class' ? candidate.name : candidate.kind === 'builtin' ? candidate.name : null;
    if (name === null) {
      return true;
    }
    const raised = error.value?.kind === 'instance' ? error.value.class : error.value;
    const names =
      raised?.kind === 'class'
        ? resolutionOrder(raised).map((base) => ('name' in base ? base.name : ''))
        : [error.type];
    return (
      name === 'Exception' ||
      name === 'BaseException' ||
      names.some((each) => each === name || exceptionBases[each]?.includes(name))
    );
  });
}

function matchStatement(node: SyntaxNode, scope: Scope, vm: Interpreter): Completion | undefined {
  const subject = field(node, 'subject');
  const value = subject ? vm.evaluate(subject, scope) : none;
  const body = field(node, 'body');
  for (const clause of body ? fieldsOfType(body, 'case_clause') : []) {
    if (matchCase(clause, value, scope, vm) !== false) {
      return vm.executeBlock(field(clause, 'consequence'), scope);
    }
  }
  return undefined;
}

/** The function that a `def` makes, not yet bound to its name. */
export function defineFunction(node: SyntaxNode, scope: Scope, vm: Interpreter): FunctionValue {
  const name = field(node, 'name');
  const body = field(node, 'body');
  return {
    kind: 'function',
    name: name ? vm.program.text(name) : '',
    parameters: readParameters(field(node, 'parameters'), scope, vm),
    body: body ?? node,
    node,
    closure: functionScope(scope),
    generator: body !== undefined && yields(body),
    owner: null,
    role: 'plain',
    attributes: new Map(),
  };
}

/** Whether a body contains a `yield` of its own. */
function yields(node: SyntaxNode): boolean {
  return (
    node.type === 'yield' ||
    (node.type !== 'function_definition' && node.type !== 'lambda' && node.children.some(yields))
  );
}

const roles: Readonly<Record<string, FunctionValue['role']>> = {
  property: 'property',
  cached_property: 'property',
  staticmethod: 'static',
  classmethod: 'class',
};

function decorated(node: SyntaxNode, scope: Scope, vm: Interpreter): undefined {
  const definition = field(node, 'definition');
  if (!definition) {
    return undefined;
  }
  let value: Value =
    definition.type === 'class_definition'
      ? defineClass(definition, scope, vm)
      : defineFunction(definition, scope, vm);
  const name = value.kind === 'class' || value.kind === 'function' ? value.name : '';
  const decorators = node.children.filter((child) => child.type === 'decorator').reverse();
  for (const decorator of decorators) {
    const expression = decorator.children[0];
    if (expression) {
      value = decorate(value, expression, scope, vm);
    }
  }
  scope.set(name, value);
  return undefined;
}

function decorate(value: Value, expression: SyntaxNode, scope: Scope, vm: Interpreter): Value {
  const text = vm.program.text(expression).replace(/\(.*$/s, '');
  const last = text.slice(text.lastIndexOf('.') + 1);
  const role = roles[last];
  if (role && value.kind === 'function') {
    return { ...value, role };
  }
  if (last === 'dataclass' && value.kind === 'class') {
    const own = value.fields ?? [];
    const inherited = resolutionOrder(value)
      .filter((base) => base.kind === 'class' && base !== value)
      .flatMap((base) => (base.kind === 'class' ? (base.fields ?? []) : []));
    value.fields = [...new Set([...inherited, ...own])];
    return value;
  }
  const decorator = vm.evaluate(expression, scope);
  if (last === 'setter') {
    vm.callValues(decorator, value);
    const property = scope.get(value.kind === 'function' ? value.name : '');
    return property ?? value;
  }
  // Decorators of libraries (tf.function, register_keras_serializable, jit) change nothing that matters here.
  if (decorator.kind === 'function' || decorator.kind === 'class' || decorator.kind === 'instance') {
    const result = vm.callValues(decorator, value);
    return result.kind === 'unknown' ? value : result;
  }
  return value;
}

function remove(target: SyntaxNode, scope: Scope, vm: Interpreter): void {
  if (target.type === 'identifier') {
    scope.delete(vm.program.text(target));
  } else if (target.type === 'subscript') {
    const object = field(target, 'value');
    const index = field(target, 'subscript');
    const container = object ? vm.evaluate(object, scope) : none;
    const key = index ? vm.evaluate(index, scope) : none;
    if (container.kind === 'list' && key.kind === 'int') {
      container.items.splice(key.value, 1);
    } else if (container.kind === 'dict' && key.kind === 'str') {
      container.entries.delete(`s${key.value}`);
    }
  } else if (target.type === 'attribute') {
    const object = field(target, 'object');
    const attribute = field(target, 'attribute');
    const holder = object ? vm.evaluate(object, scope) : none;
    if (attribute && holder.kind === 'instance') {
      holder.attributes.delete(vm.program.text(attribute));
    }
  }
}
