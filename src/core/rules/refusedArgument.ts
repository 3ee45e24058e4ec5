import type { SourceRule } from './rule';

/** An argument that Keras does not know: it would stop with a TypeError before anything is trained. */
export const refusedArgument: SourceRule = {
  kind: 'source',
  id: 'GD401',
  name: 'unknown-argument',
  check(spec, refused) {
    return refused
      .filter((argument) => argument.models.includes(spec.id))
      .map((argument) => ({
        level: 'fail' as const,
        layers: argument.layer === null ? [] : [argument.layer],
        range: argument.keyword,
        title: `${argument.className} has no argument ${argument.written}`,
        message:
          `Keras stops here: ${argument.className} has no argument ${argument.written}.` +
          (argument.nearest === null ? '' : ` It is called ${argument.nearest}.`),
        headline: `Keras cannot build this network: ${argument.className} has no argument ${argument.written}.`,
        evidence: [{ name: 'argument', value: argument.written, threshold: argument.nearest, unit: '' }],
      }));
  },
};
