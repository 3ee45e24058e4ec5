import type { CallSite, ImportSite } from '../../model/site';
import type { ModelSpec } from '../../model/spec';
import { endOf, type Range, type TextEdit } from '../../text/range';
import type { SourceText } from '../../text/sourceText';

/** A piece of code and what has to be imported for it. */
export interface Written {
  readonly text: string;
  readonly edits: readonly TextEdit[];
}

/** Writes Python as the file at hand does: its qualifiers, its quotes, its indentation. */
export class SourceWriter {
  private readonly quote: string;

  constructor(
    private readonly source: SourceText,
    private readonly spec: ModelSpec,
  ) {
    const text = source.cells.map((cell) => cell.text).join('\n');
    const count = (mark: string): number => text.split(mark).length;
    this.quote = count("'") > count('"') ? "'" : '"';
  }

  /** A string literal in the file's quotes; `like`: a literal whose quotes are taken over. */
  string(value: string, like?: string): string {
    const mark = like && /^['"]/.test(like) ? like.charAt(0) : this.quote;
    return `${mark}${value}${mark}`;
  }

  /**
   * How the file names a Keras class: `layers.BatchNormalization` beside `layers.Dense`, a bare name with its import extended beside a
   * bare `Dense`. Null where no name of Keras is at hand.
   */
  name(qualified: string, sibling?: CallSite): Written | null {
    const [, module = '', name = ''] = /^(.*)\.([^.]+)$/.exec(qualified) ?? [];
    const siblingPrefix = sibling && /^(.*)\.[^.]+$/.exec(sibling.calleeText)?.[1];
    if (siblingPrefix && this.resolve(siblingPrefix) === module) {
      return { text: `${siblingPrefix}.${name}`, edits: [] };
    }
    // 1. Bound already, by its own name or by its module's; an import that star or plain brings counts too.
    const bound = Object.entries(this.spec.names.bound);
    const own = bound.find(([, target]) => target === qualified)?.[0];
    if (own) {
      return { text: own, edits: [] };
    }
    if (
      this.spec.names.imports.some(
        (site) => canonical(site.module) === module && site.names.some((n) => n.name === '*'),
      )
    ) {
      return { text: name, edits: [] };
    }
    // 2. Where the file imports names of that module one by one, it is one more.
    const extended = this.spec.names.imports.find(
      (site) => canonical(site.module) === module && site.names.length > 0,
    );
    if (extended) {
      return { text: name, edits: [this.extend(extended, name)] };
    }
    // 3. Through a module that is bound: `layers.X`, `keras.layers.X`, `tf.keras.layers.X`.
    const through = bound
      .map(([local, target]) => this.byModule(local, target, qualified))
      .filter((text) => text !== null)
      .sort((a, b) => a.length - b.length)[0];
    if (through) {
      return { text: through, edits: [] };
    }
    // 4. A new import after the last one of Keras, from the same root.
    const anchor = this.spec.names.imports.findLast(
      (site) => site.names.length > 0 && canonical(site.module).startsWith('keras'),
    );
    if (!anchor) {
      return this.spec.names.imports.length === 0 ? { text: qualified, edits: [] } : null;
    }
    const root = /^(.*?keras)\b/.exec(anchor.module)?.[1] ?? 'keras';
    const line = `${this.lineBreakOf(anchor.statement)}from ${module.replace(/^keras/, root)} import ${name}`;
    return { text: name, edits: [{ range: endOf(anchor.statement), newText: line }] };
  }

  /** A name of Keras through a module that the file has at hand, without any new import: `keras.optimizers.schedules.CosineDecay`. */
  through(qualified: string, sibling?: CallSite): string | null {
    const prefix = sibling && /^(.*)\.[^.]+$/.exec(sibling.calleeText)?.[1];
    const module = prefix ? this.resolve(prefix) : null;
    if (prefix && module && qualified.startsWith(`${module}.`)) {
      return `${prefix}${qualified.slice(module.length)}`;
    }
    return (
      Object.entries(this.spec.names.bound)
        .map(([local, target]) => this.byModule(local, target, qualified))
        .filter((text) => text !== null)
        .sort((a, b) => a.length - b.length)[0] ?? null
    );
  }

  /** White space at the start of the line on which a range begins. */
  indentation(range: Range): string {
    return /^\s*/.exec(this.source.line(range.startLine, range.cell))?.[0] ?? '';
  }

  lineBreakOf(range: Range): string {
    return this.source.lineBreak(range.cell);
  }

  text(range: Range): string {
    return this.source.slice(range);
  }

  private resolve(expression: string): string | null {
    const [head = '', ...rest] = expression.split('.');
    const target = this.spec.names.bound[head] ?? (head === 'keras' || head === 'tf' ? head : null);
    return target === null ? null : canonical([target, ...rest].join('.'));
  }

  private byModule(local: string, target: string, qualified: string): string | null {
    const module = canonical(target);
    // `from keras.optimizers import SGD` binds a class of that module, not the module.
    const isMember = this.spec.names.imports.some(
      (site) =>
        canonical(site.module) === module && site.names.some(({ name, alias }) => (alias ?? name) === local),
    );
    if (isMember) {
      return null;
    }
    if (module === 'tensorflow') {
      return `${local}.${qualified}`;
    }
    const isModule =
      module === 'keras' || /^keras\.(layers|optimizers|losses|initializers|models)$/.test(module);
    return isModule && qualified.startsWith(`${module}.`)
      ? `${local}${qualified.slice(module.length)}`
      : null;
  }

  private extend(site: ImportSite, name: string): TextEdit {
    const last = site.names.at(-1);
    return { range: endOf(last?.range ?? site.statement), newText: `, ${name}` };
  }
}

/** `tensorflow.keras.layers`, `tf.keras.layers`, `keras.src.layers` → `keras.layers`; without Keras' inner modules. */
export function canonical(module: string): string {
  return module
    .replace(/^(tensorflow|tf)\.(python\.)?keras/, 'keras')
    .replace(/^tf_keras/, 'keras')
    .replace(/^keras\.src/, 'keras')
    .replace(/^(keras\.(layers|optimizers|models|initializers|losses))\..*$/, '$1');
}
