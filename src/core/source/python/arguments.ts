import type { SyntaxNode } from './syntax';
import { unknown, type UnknownValue, type Value } from './values';

/** The arguments of one call, evaluated. */
export class Arguments {
  /** Set when a `*args` or `**kwargs` of unknown content was passed. */
  unknownRest: UnknownValue | null = null;

  /** `node`: the call in the source, null where the reader itself calls. */
  constructor(
    readonly positional: readonly Value[],
    readonly keywords: ReadonlyMap<string, Value>,
    readonly node: SyntaxNode | null,
  ) {}

  static of(...positional: Value[]): Arguments {
    return new Arguments(positional, noKeywords, null);
  }

  /** By position or by any of the names. */
  get(index: number, ...names: readonly string[]): Value | undefined {
    const value = index >= 0 ? this.positional[index] : undefined;
    if (value !== undefined) {
      return value;
    }
    for (const name of names) {
      const named = this.keywords.get(name);
      if (named !== undefined) {
        return named;
      }
    }
    return this.unknownRest ?? undefined;
  }

  keyword(...names: readonly string[]): Value | undefined {
    return this.get(-1, ...names);
  }

  /** Like `get`, with an Unknown for what is missing. */
  required(index: number, name: string): Value {
    return this.get(index, name) ?? unknown(`the argument \`${name}\``, this.node);
  }

  /** With values put in front. */
  prepend(...values: readonly Value[]): Arguments {
    return this.with([...values, ...this.positional], this.keywords);
  }

  with(positional: readonly Value[], keywords: ReadonlyMap<string, Value>): Arguments {
    const result = new Arguments(positional, keywords, this.node);
    result.unknownRest = this.unknownRest;
    return result;
  }

  /** All values that were passed. */
  *values(): Iterable<Value> {
    yield* this.positional;
    yield* this.keywords.values();
  }
}

const noKeywords: ReadonlyMap<string, Value> = new Map();
