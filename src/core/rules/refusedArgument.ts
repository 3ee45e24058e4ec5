import { refusedIn } from '../source/refusedIn';
import type { SourceRule } from './rule';

/** An argument that Keras does not know, or one that it cannot do without: it would stop with a TypeError before anything is trained. */
export const refusedArgument: SourceRule = {
  kind: 'source',
  id: 'GD401',
  name: 'unknown-argument',
  check(spec, refused) {
    return refusedIn(spec, refused).map(({ argument, layers }) => {
      const { className, written, nearest, missing } = argument;
      const what = missing ? `${className} needs ${written}` : `${className} has no argument ${written}`;
      const remedy = missing
        ? ', and the call does not give it.'
        : nearest === null
          ? '.'
          : `. It is called ${nearest}.`;
      return {
        level: 'fail' as const,
        layers,
        range: argument.keyword,
        title: what,
        message: `Keras stops here: ${what}${remedy}`,
        headline: `Keras cannot build this network: ${what}.`,
        evidence: [{ name: 'argument', value: written, threshold: nearest, unit: '' }],
      };
    });
  },
};
