import { Arguments } from './arguments';
import { attributeOf, lookupInstance, setAttributeOf } from './attributes';
import { callValue } from './calls';
import { BudgetExceeded, PythonError, ReadAgain } from './errors';
import { expressions } from './expressions';
import { itemOf, iterateOf, setItemOf } from './items';
import type { ReadOptions } from '../reader';
import { Scope } from './scope';
import { SiblingModules } from './siblings';
import { statements } from './statements';
import { type Program, type SyntaxNode, field } from './syntax';
import {
  type InstanceValue,
  type ModuleValue,
  type Place,
  type Value,
  none,
  pyFalse,
  pyTrue,
  unknown,
} from './values';

/** How a statement ended when not by going on to the next one. */
export type Completion =
  | { readonly kind: 'break' }
  | { readonly kind: 'continue' }
  | { readonly kind: 'return'; readonly value: Value };

/** What the interpreter asks of the libraries that it knows. */
export interface Host {
  /** The module of that dotted name as it is written in an import; undefined for one that nobody knows. */
  module(name: string): ModuleValue | undefined;
  /** What a name means that the program never binds. */
  unbound(name: string): Value | undefined;
  /** Grows with every layer and model: loops and branches that move it matter. */
  progress(): number;
  /** A name was bound at the module's level or in a function. */
  bound(name: string, value: Value, scope: Scope, node: SyntaxNode): void;
  /** A user function starts and ends; `value` undefined when it failed. */
  entered(name: string, node: SyntaxNode, call: SyntaxNode | null): void;
  left(name: string, value: Value | undefined): void;
  /** Something that nobody knows is called: undefined where nothing can be said of the result either. */
  foreignCall(callee: Value, args: Arguments): Value | undefined;
  /** Whether a value is a model: a name must not go on meaning the model before when a new one fails to be read. */
  isModel(value: Value): boolean;
  /** Something was decided that the source alone does not decide. */
  assume(id: string, text: string, place: Place | null): void;
}

const limits = { steps: 400_000, depth: 45 };

/** Runs the model-building part of a Python program on abstract values. Never executes anything outside of it. */
export class Interpreter {
  private steps = 0;
  depth = 0;
  /** Above 0 while a body runs once that may run any number of times. */
  uncertain = 0;
  /** The operator expression that is evaluated: where data are scaled. */
  operator: SyntaxNode | null = null;
  /** Steps in loops that built nothing and were left before their end. */
  idleSteps = 0;
  readonly globals = new Scope(null, 'module');
  /** Other files that the program imports. */
  readonly siblings: SiblingModules;
  /** Names imported with `*` from modules that nobody knows: any unbound name may come from there. */
  foreignStars: string[] = [];
  /** Innermost last: calls of the source that are being evaluated. */
  readonly callStack: SyntaxNode[] = [];
  /** Statements that failed, with what Python would say. */
  readonly failures: { readonly place: Place; readonly error: PythonError }[] = [];

  constructor(
    readonly program: Program,
    readonly host: Host,
    resolve?: ReadOptions['resolve'],
  ) {
    this.siblings = new SiblingModules(this, resolve);
  }

  /** Runs all cells. A statement that fails does not stop the next. */
  run(): void {
    this.globals.set('__name__', { kind: 'str', value: '__main__' });
    this.globals.set('__file__', { kind: 'str', value: 'main.py' });
    try {
      for (const cell of this.program.cells) {
        this.runTolerantly(cell.tree, this.globals);
      }
    } catch (error) {
      if (!(error instanceof BudgetExceeded)) {
        throw error;
      }
      this.host.assume(
        'budget',
        'The program takes too long to read to its end; the rest was left out.',
        null,
      );
    }
  }

  /** Runs statements one by one, and goes on after one that fails. */
  runTolerantly(block: SyntaxNode, scope: Scope): void {
    for (const statement of block.children) {
      const inner = scope === this.globals ? tolerantBlock(statement, this, scope) : undefined;
      if (inner) {
        this.runTolerantly(inner, scope);
        continue;
      }
      try {
        this.execute(statement, scope);
      } catch (error) {
        this.recordFailure(error, statement);
        this.forgetModel(statement, scope);
      }
    }
  }

  /** `model = …` that fails: what is compiled and trained from here on is not the model before. */
  private forgetModel(statement: SyntaxNode, scope: Scope): void {
    for (const assignment of statement.children) {
      const target = assignment.type === 'assignment' ? field(assignment, 'left') : undefined;
      const name = target?.type === 'identifier' ? this.program.text(target) : undefined;
      const value = name === undefined ? undefined : scope.get(name);
      if (name !== undefined && value && this.host.isModel(value)) {
        scope.set(name, unknown('a statement that fails', statement));
      }
    }
  }

  /** Notes a failure of the program; passes on what stops the reader altogether. */
  recordFailure(error: unknown, place: Place): void {
    if (error instanceof BudgetExceeded || error instanceof ReadAgain) {
      throw error;
    }
    this.depth = 0;
    this.uncertain = 0;
    this.callStack.length = 0;
    const failure =
      error instanceof PythonError
        ? error
        : new PythonError('Error', String((error as Error)?.message ?? error));
    this.failures.push({ place, error: failure });
  }

  step(): void {
    if (++this.steps > limits.steps) {
      throw new BudgetExceeded();
    }
  }

  /** The place itself, or where the program comes to it when it lies in another file: the innermost call, else null. */
  placeAtHome(place: Place): Place | null {
    return this.program.isIncluded(place)
      ? (this.callStack.findLast((call) => !this.program.isIncluded(call)) ?? null)
      : place;
  }

  get stepsTaken(): number {
    return this.steps;
  }

  evaluate(node: SyntaxNode, scope: Scope): Value {
    this.step();
    const evaluate = expressions[node.type];
    return evaluate ? evaluate(node, scope, this) : unknown(`\`${this.excerpt(node)}\``, node);
  }

  /** Runs one statement; undefined when it goes on to the next. */
  execute(node: SyntaxNode, scope: Scope): Completion | undefined {
    this.step();
    const execute = statements[node.type];
    if (execute) {
      return execute(node, scope, this);
    }
    if (expressions[node.type]) {
      this.evaluate(node, scope);
    }
    return undefined;
  }

  /** Runs statements until one returns, breaks or continues. */
  executeBlock(block: SyntaxNode | undefined, scope: Scope): Completion | undefined {
    for (const statement of block?.children ?? []) {
      const completion = this.execute(statement, scope);
      if (completion) {
        return completion;
      }
    }
    return undefined;
  }

  call(callee: Value, args: Arguments): Value {
    if (this.depth >= limits.depth) {
      return unknown('a recursion that is too deep to follow', args.node);
    }
    this.depth++;
    if (args.node) {
      this.callStack.push(args.node);
    }
    try {
      return callValue(callee, args, this);
    } finally {
      this.depth--;
      if (args.node) {
        this.callStack.pop();
      }
    }
  }

  callValues(callee: Value, ...values: readonly Value[]): Value {
    return this.call(callee, Arguments.of(...values));
  }

  /** `value.name`; undefined where there is no such attribute. */
  attribute(value: Value, name: string): Value | undefined {
    return attributeOf(value, name, this);
  }

  setAttribute(target: Value, name: string, value: Value): void {
    setAttributeOf(target, name, value, this);
  }

  /** A method or attribute of an instance of a class of the program. */
  lookup(instance: InstanceValue, name: string): Value | undefined {
    return lookupInstance(instance, name, this);
  }

  item(value: Value, index: Value): Value {
    return itemOf(value, index, this);
  }

  setItem(target: Value, index: Value, value: Value): void {
    setItemOf(target, index, value, this);
  }

  /** The elements of an iterable; undefined where they are not known. */
  iterate(value: Value): readonly Value[] | undefined {
    return iterateOf(value, this);
  }

  /** Some text of a node, short enough for a sentence. */
  excerpt(node: Place): string {
    const text = this.program.textBetween(node.start, node.end).replace(/\s+/g, ' ');
    return text.length > 40 ? `${text.slice(0, 37)}…` : text;
  }

  unknownAt(node: SyntaxNode, reason?: string): Value {
    return unknown(reason ?? `\`${this.excerpt(node)}\``, node);
  }
}

/** Remembers where a value is written, unless it is one of the shared ones. */
export function placed<V extends Value>(value: V, node: Place): V {
  if (
    value.at === undefined &&
    value !== (none as Value) &&
    value !== (pyTrue as Value) &&
    value !== (pyFalse as Value)
  ) {
    value.at = node;
  }
  return value;
}

/** Blocks whose statements stand on their own at the module's level: `if __name__ == "__main__":`, `with strategy.scope():` */
function tolerantBlock(statement: SyntaxNode, vm: Interpreter, scope: Scope): SyntaxNode | undefined {
  if (statement.type !== 'if_statement' || scope.kind !== 'module') {
    return undefined;
  }
  const condition = statement.children.find((c) => c.field === 'condition');
  return condition &&
    /__name__/.test(vm.program.text(condition)) &&
    /__main__/.test(vm.program.text(condition))
    ? statement.children.find((c) => c.field === 'consequence')
    : undefined;
}
