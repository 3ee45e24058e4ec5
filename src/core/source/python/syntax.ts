import { Language, Parser, type TreeCursor } from 'web-tree-sitter';
import type { Range } from '../../text/range';
import type { SourceText } from '../../text/sourceText';
import { maskMagics } from './mask';

/** A node of the syntax tree, copied out of the parser's memory: reading it there costs a call into WebAssembly a field. */
export interface SyntaxNode {
  readonly type: string;
  /** Place in the whole program: offset in the cell plus where the cell starts in `Program`. */
  readonly start: number;
  readonly end: number;
  /** Name of the field of the parent that this node fills. */
  readonly field: string;
  /** Named nodes without comments, operators that fill a field, and the colons of slices. */
  readonly children: readonly SyntaxNode[];
  /** Null at the top of a cell. */
  parent: SyntaxNode | null;
}

/** A parsed source: one tree a cell. */
export interface Program {
  readonly cells: readonly { readonly start: number; readonly tree: SyntaxNode }[];
  text(node: SyntaxNode): string;
  textBetween(start: number, end: number): string;
  /** Ends of items after which a comma is missing. */
  readonly missingCommas: readonly { readonly start: number; readonly end: number }[];
  /** In the source that is read; for a place in an included file that of the import that brought it in. */
  range(node: { readonly start: number; readonly end: number }): Range;
  /** Parses another file behind the others: its places are those of the program too. */
  include(source: SourceText, home: Range): readonly SyntaxNode[];
  isIncluded(place: { readonly start: number }): boolean;
  /** The file that a place lies in. */
  pathOf(place: { readonly start: number }): string;
}

interface ParsedCell {
  readonly start: number;
  readonly tree: SyntaxNode;
  readonly index: number | undefined;
  readonly text: string;
  readonly path: string;
  /** Of an included file. */
  readonly home: Range | null;
}

/** The first child that fills a field. */
export function field(node: SyntaxNode, name: string): SyntaxNode | undefined {
  for (const child of node.children) {
    if (child.field === name) {
      return child;
    }
  }
  return undefined;
}

/** All children that fill a field. */
export function fields(node: SyntaxNode, name: string): SyntaxNode[] {
  return node.children.filter((child) => child.field === name);
}

/** Parses Python; error-tolerant, so every text gives a tree. */
export class PythonParser {
  private missingCommas: SyntaxNode[] = [];

  private constructor(
    private readonly parser: Parser,
    private readonly names: readonly string[],
    private readonly fieldNames: readonly (string | null)[],
    private readonly named: readonly boolean[],
  ) {}

  /** `core` and `grammar`: the bytes of web-tree-sitter.wasm and tree-sitter-python.wasm. */
  static async create(core: Uint8Array, grammar: Uint8Array): Promise<PythonParser> {
    await Parser.init({ wasmBinary: core });
    const language = await Language.load(grammar);
    const parser = new Parser();
    parser.setLanguage(language);
    const named = language.types.map((_, id) => language.nodeTypeIsNamed(id));
    return new PythonParser(parser, language.types, language.fields, named);
  }

  parse(source: SourceText): Program {
    this.missingCommas = [];
    const own = this.parseCells(source, 0, null);
    const { missingCommas } = this;
    const cells = [...own];
    const cellAt = (offset: number): ParsedCell | undefined => {
      let low = 0;
      let high = cells.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((cells[middle]?.start ?? 0) <= offset) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return cells[low];
    };
    const textBetween = (from: number, to: number): string => {
      const cell = cellAt(from);
      return cell ? cell.text.slice(from - cell.start, to - cell.start) : '';
    };
    return {
      cells: own,
      missingCommas,
      textBetween,
      text: (node) => textBetween(node.start, node.end),
      range: (node) => {
        const cell = cellAt(node.start);
        if (cell?.home) {
          return cell.home;
        }
        const offset = cell?.start ?? 0;
        return source.rangeAt(cell?.index, node.start - offset, node.end - offset);
      },
      include: (file, home) => {
        const last = cells.at(-1);
        this.missingCommas = [];
        const added = this.parseCells(file, last ? last.start + last.text.length + 1 : 0, home);
        cells.push(...added);
        return added.map(({ tree }) => tree);
      },
      isIncluded: (place) => (cellAt(place.start)?.home ?? null) !== null,
      pathOf: (place) => cellAt(place.start)?.path ?? source.path,
    };
  }

  private parseCells(source: SourceText, from: number, home: Range | null): ParsedCell[] {
    const cells: ParsedCell[] = [];
    let start = from;
    for (const { text, index } of source.cells) {
      const tree = this.parser.parse(maskMagics(text));
      if (tree) {
        const cursor = tree.walk();
        const copy = this.copy(cursor, start, cursor.nodeTypeId, '', null);
        cells.push({ start, tree: copy, index, text, path: source.path, home });
        cursor.delete();
        tree.delete();
      }
      start += text.length + 1;
    }
    return cells;
  }

  /** Every read of the cursor is a call into WebAssembly: ask as little of it as can be. */
  private copy(
    cursor: TreeCursor,
    base: number,
    typeId: number,
    fieldName: string,
    parent: string | null,
  ): SyntaxNode {
    const type = this.names[typeId] ?? 'ERROR';
    const start = base + cursor.startIndex;
    const end = base + cursor.endIndex;
    const children: SyntaxNode[] = [];
    if (!leaves.has(type) && this.isNamed(typeId) && cursor.gotoFirstChild()) {
      const operators = withOperators.has(type);
      const fieldless = withoutFields.has(type);
      do {
        const childId = cursor.nodeTypeId;
        const named = this.isNamed(childId);
        if (!named && !operators) {
          continue;
        }
        const child = this.names[childId] ?? 'ERROR';
        if (child === 'comment' || child === 'line_continuation') {
          continue;
        }
        const id = fieldless ? 0 : cursor.currentFieldId;
        const name = id === 0 ? '' : (this.fieldNames[id] ?? '');
        if (named || name !== '' || (type === 'slice' && child === ':')) {
          children.push(this.copy(cursor, base, childId, name, type));
        }
      } while (cursor.gotoNextSibling());
      cursor.gotoParent();
    }
    const splits = type === 'list' || (type === 'argument_list' && parent === 'call');
    return adopt({
      type,
      start,
      end,
      field: fieldName,
      children: splits ? children.flatMap((child) => splitMissingComma(child, this.missingCommas)) : children,
      parent: null,
    });
  }

  private isNamed(typeId: number): boolean {
    return this.named[typeId] ?? true;
  }
}

function adopt(node: SyntaxNode): SyntaxNode {
  for (const child of node.children) {
    child.parent = node;
  }
  return node;
}

/** Nodes whose text says all. */
const leaves = new Set([
  'identifier',
  'integer',
  'float',
  'string_content',
  'string_start',
  'string_end',
  'true',
  'false',
  'none',
  'ellipsis',
  'pass_statement',
]);

/** Nodes with an operator or colon that matters. */
const withOperators = new Set([
  'binary_operator',
  'unary_operator',
  'boolean_operator',
  'comparison_operator',
  'augmented_assignment',
  'slice',
]);

/** Nodes none of whose children fills a field. */
const withoutFields = new Set([
  'module',
  'block',
  'expression_statement',
  'argument_list',
  'list',
  'tuple',
  'expression_list',
  'string',
  'concatenated_string',
  'parenthesized_expression',
  'parameters',
  'dotted_name',
  'pattern_list',
  'tuple_pattern',
  'dictionary',
  'ERROR',
]);

/**
 * `[Flatten() keras.layers.Dense(3)]`: where a comma is missing, the parser hangs the second item onto the first as an attribute
 * with an error in front. Takes them apart again.
 */
function splitMissingComma(item: SyntaxNode, missing: SyntaxNode[]): SyntaxNode[] {
  const spine: SyntaxNode[] = [];
  for (let node: SyntaxNode | undefined = item; node; node = headOf(node)) {
    const error: SyntaxNode | undefined =
      node.type === 'attribute' ? node.children.find((c) => c.type === 'ERROR') : undefined;
    const name = error?.children.at(-1);
    const object = headOf(node);
    if (error && name && object && name.type === 'identifier') {
      let second: SyntaxNode = replaceHead(node, { ...name, field: 'object' }, error);
      for (const outer of spine.reverse()) {
        second = replaceHead(outer, { ...second, field: headOf(outer)?.field ?? '' }, null);
      }
      missing.push(object);
      return [...splitMissingComma({ ...object, field: '' }, missing), { ...second, field: '' }];
    }
    spine.push(node);
  }
  return [item];
}

const headFields: Readonly<Record<string, string>> = {
  call: 'function',
  attribute: 'object',
  subscript: 'value',
};

function headOf(node: SyntaxNode): SyntaxNode | undefined {
  const name = headFields[node.type];
  return name === undefined ? undefined : field(node, name);
}

function replaceHead(node: SyntaxNode, head: SyntaxNode, dropped: SyntaxNode | null): SyntaxNode {
  const old = headOf(node);
  return adopt({
    ...node,
    start: head.start,
    children: node.children.filter((c) => c !== dropped).map((c) => (c === old ? head : c)),
  });
}
