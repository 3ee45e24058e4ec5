import type { BoundArguments } from '../../../model/catalogue/catalogue';
import type { GraphObject } from '../../../model/graph/graphObject';
import { type SyntaxNode, field } from '../syntax';
import type { Value } from '../values';
import type { KerasSession } from './session';

/** Remembers arguments that Keras would refuse, where they are written in this call. */
export function recordRefused(
  session: KerasSession,
  bound: BoundArguments<Value>,
  className: string,
  call: SyntaxNode | null,
  object: GraphObject | null,
): void {
  const list = call && field(call, 'arguments');
  for (const { written, nearest } of bound.refused) {
    for (const child of list?.children ?? []) {
      const name = child.type === 'keyword_argument' ? field(child, 'name') : undefined;
      if (name && !session.vm.program.isIncluded(name) && session.vm.program.text(name) === written) {
        session.refusals.push({
          object,
          className,
          written,
          nearest,
          range: session.range(child),
          keyword: session.range(name),
        });
      }
    }
  }
}

/** Remembers required arguments that a call lacks; those that it gives under a wrong name are among the refused ones already. */
export function recordMissing(
  session: KerasSession,
  bound: BoundArguments<Value>,
  className: string,
  call: SyntaxNode,
  object: GraphObject,
): void {
  const misspelt = new Set(bound.refused.map(({ nearest }) => nearest));
  const range = session.range(call);
  for (const written of bound.missing.filter((name) => !misspelt.has(name))) {
    session.refusals.push({
      object,
      className,
      written,
      nearest: null,
      range,
      keyword: range,
      missing: true,
    });
  }
}
