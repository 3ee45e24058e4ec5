import type { CallSite } from '../model/site';
import type { ModelSpec } from '../model/spec';
import { containsRange } from '../text/range';
import { refusedIn } from '../source/refusedIn';
import { removeArgument } from './edits/argumentEdits';
import type { FixCandidate, FixMaker } from './fix';

/** Writes the argument as Keras calls it, or takes it out where Keras has nothing of that name. */
export const refusedArgumentFix: FixMaker = {
  name: 'refused-argument',
  answers: ['GD401'],
  source: 'Keras 3.15',
  propose({ spec, source, refused }) {
    return refusedIn(spec, refused)
      .map(({ argument }) => argument)
      .filter(({ missing }) => missing !== true) // what belongs there only the user knows
      .flatMap((argument, i): FixCandidate[] => {
        const base = { answers: refusedArgumentFix.answers, priority: 0, syntactic: true };
        if (argument.nearest !== null) {
          return [
            {
              ...base,
              id: i === 0 ? 'rename-argument' : `rename-argument-${i + 1}`,
              title: `Write ${argument.nearest} in place of ${argument.written}`,
              edits: [{ range: argument.keyword, newText: argument.nearest }],
            },
          ];
        }
        const site = sitesIn(spec).find((s) =>
          s.arguments.some((a) => containsRange(a.range, argument.keyword)),
        );
        const written = site?.arguments.find((a) => containsRange(a.range, argument.keyword));
        const edit = site && written && removeArgument(source, site, written);
        return edit
          ? [
              {
                ...base,
                id: i === 0 ? 'remove-argument' : `remove-argument-${i + 1}`,
                title: `Remove ${argument.written}`,
                edits: [edit],
              },
            ]
          : [];
      });
  },
};

function sitesIn(spec: ModelSpec): readonly CallSite[] {
  return [
    ...spec.layers.map((layer) => layer.site),
    spec.compile?.site ?? null,
    spec.compile?.optimizer.site ?? null,
  ].filter((site) => site !== null);
}
