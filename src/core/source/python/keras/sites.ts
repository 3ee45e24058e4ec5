import type { ArgumentSite, CallSite, SiteContext } from '../../../model/site';
import type { Range } from '../../../text/range';
import type { Interpreter } from '../interpreter';
import { type Program, type SyntaxNode, field } from '../syntax';
import type { Place, Value } from '../values';

/** Keras' names of the arguments of a call, as they were bound. */
export interface ArgumentNames {
  readonly positional: readonly (string | null)[];
  readonly keywords: Readonly<Record<string, string | null>>;
}

const noNames: ArgumentNames = { positional: [], keywords: {} };

/** Describes calls of the source so that findings can point at them and edits can change them. */
export class SiteBuilder {
  private readonly ids = new Map</* offset */ string, number>();

  constructor(
    private readonly program: Program,
    private readonly vm: Interpreter,
  ) {}

  /** `values`: what each argument was evaluated to, by Keras' name, for the places where they are really written. */
  callSite(
    node: SyntaxNode | null,
    names: ArgumentNames = noNames,
    values: Readonly<Record<string, Value>> = {},
  ): CallSite | null {
    if (!node) {
      return null;
    }
    if (this.program.isIncluded(node)) {
      return this.distantSite(node);
    }
    const callee = field(node, 'function');
    const argumentNode = field(node, 'arguments');
    if (!callee || !argumentNode) {
      return this.expressionSite(node);
    }
    const inner = { start: argumentNode.start + 1, end: argumentNode.end - 1 };
    return {
      id: this.idOf(node),
      range: this.program.range(node),
      callee: this.program.range(callee),
      calleeText: this.program.text(callee),
      argumentList: this.program.range(argumentNode.type === 'argument_list' ? inner : argumentNode),
      arguments: this.argumentSites(argumentNode, names, values),
      context: this.context(node),
      editable: true,
    };
  }

  /** A string or expression that names an object: `"adam"`, `x + y`. */
  expressionSite(place: Place | null | undefined): CallSite | null {
    if (!place) {
      return null;
    }
    if (this.program.isIncluded(place)) {
      return this.distantSite(place);
    }
    const range = this.program.range(place);
    return {
      id: this.idOf(place),
      range,
      callee: range,
      calleeText: this.program.textBetween(place.start, place.end),
      argumentList: null,
      arguments: [],
      context: { kind: 'other' },
      editable: true,
    };
  }

  /** What another file makes is shown at the call or import that leads there; edits would have to go to that file. */
  private distantSite(place: Place): CallSite {
    const range = this.program.range(this.vm.placeAtHome(place) ?? place);
    return {
      id: this.idOf(place),
      range,
      callee: range,
      calleeText: this.excerpt(place),
      argumentList: null,
      arguments: [],
      context: { kind: 'other' },
      editable: false,
    };
  }

  private idOf(place: Place): number {
    const key = `${place.start}:${place.end}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      this.ids.set(key, (id = this.ids.size));
    }
    return id;
  }

  private argumentSites(
    list: SyntaxNode,
    names: ArgumentNames,
    values: Readonly<Record<string, Value>>,
  ): ArgumentSite[] {
    const result: ArgumentSite[] = [];
    let position = 0;
    const children = list.type === 'argument_list' ? list.children : [list];
    for (const child of children) {
      if (child.type === 'ERROR') {
        continue;
      }
      const isKeyword = child.type === 'keyword_argument';
      const isSplat = child.type === 'list_splat' || child.type === 'dictionary_splat';
      const valueNode = isKeyword ? field(child, 'value') : child;
      const keywordNode = isKeyword ? field(child, 'name') : undefined;
      if (!valueNode) {
        continue;
      }
      const keyword = keywordNode ? this.program.text(keywordNode) : null;
      const name = isSplat
        ? null
        : keyword !== null
          ? (names.keywords[keyword] ?? null)
          : (names.positional[position] ?? null);
      position += isKeyword || isSplat ? 0 : 1;
      const origin = name === null ? null : this.origin(values[name], valueNode);
      result.push({
        name,
        keyword,
        range: this.program.range(child),
        value: this.program.range(valueNode),
        valueText: this.program.text(valueNode),
        origin,
        call: valueNode.type === 'call' ? this.callSite(valueNode) : null,
      });
    }
    return result;
  }

  /** Where a value is written, when that is not in the argument itself. */
  private origin(value: Value | undefined, node: SyntaxNode): Range | null {
    const at = value?.kind === 'unknown' ? null : value?.at;
    return at && !this.program.isIncluded(at) && (at.start < node.start || at.end > node.end)
      ? this.program.range(at)
      : null;
  }

  private context(node: SyntaxNode): SiteContext {
    const { parent } = node;
    if (parent?.type === 'subscript' && node.field === 'value' && parent.parent?.type === 'list') {
      // `LeakyReLU()` before `[...]` without a comma: an item all the same.
      return { kind: 'list-item', list: this.program.range(parent.parent) };
    }
    if (parent?.type === 'list') {
      return { kind: 'list-item', list: this.program.range(parent) };
    }
    if (parent?.type === 'call' && node.field === 'function') {
      return this.applyContext(parent);
    }
    if (parent?.type === 'argument_list' && parent.children.length === 1) {
      const add = this.addContext(parent);
      if (add) {
        return add;
      }
    }
    const target = this.assignedName(node);
    return target
      ? { kind: 'variable', statement: this.program.range(target.statement), target: target.name }
      : { kind: 'other' };
  }

  private applyContext(call: SyntaxNode): SiteContext {
    const argumentNode = field(call, 'arguments');
    const statement = statementOf(call);
    if (!argumentNode || !statement) {
      return { kind: 'other' };
    }
    const target = this.assignedName(call);
    return {
      kind: 'apply',
      statement: this.program.range(statement),
      call: this.program.range(call),
      input: this.program.range({ start: argumentNode.start + 1, end: argumentNode.end - 1 }),
      target: target?.name ?? null,
    };
  }

  private addContext(argumentList: SyntaxNode): SiteContext | null {
    const call = argumentList.parent;
    const callee = call && field(call, 'function');
    const attribute = callee && field(callee, 'attribute');
    const receiver = callee && field(callee, 'object');
    const statement = call?.parent;
    if (
      !attribute ||
      !receiver ||
      this.program.text(attribute) !== 'add' ||
      statement?.type !== 'expression_statement'
    ) {
      return null;
    }
    return { kind: 'add', statement: this.program.range(statement), receiver: this.program.text(receiver) };
  }

  /** The name that an expression is assigned to as a whole. */
  private assignedName(node: SyntaxNode): { readonly name: string; readonly statement: SyntaxNode } | null {
    const assignment = node.parent;
    if (assignment?.type !== 'assignment' || node.field !== 'right') {
      return null;
    }
    const left = field(assignment, 'left');
    const statement = statementOf(assignment);
    return left && statement && (left.type === 'identifier' || left.type === 'attribute')
      ? { name: this.program.text(left), statement }
      : null;
  }

  /** For messages of other parts: text of a place. */
  excerpt(place: Place): string {
    return this.vm.excerpt(place);
  }
}

/** The simple statement that an expression stands in. */
function statementOf(node: SyntaxNode): SyntaxNode | null {
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.type === 'expression_statement' || at.type === 'return_statement') {
      return at;
    }
    if (at.type === 'block' || at.type === 'module') {
      return null;
    }
  }
  return null;
}
