import { formatNumber } from '../format';
import type { SourceRule } from './rule';

/** `clipvalue` cuts each element by itself: (0.9, 100) becomes (0.9, 1), another direction. clipnorm shortens and keeps it. */
export const clipValue: SourceRule = {
  kind: 'source',
  id: 'GD502',
  name: 'clipvalue-turns-gradient',
  check(spec) {
    const optimizer = spec.compile?.optimizer;
    const value = optimizer?.config['clipvalue'];
    const range = optimizer?.site?.arguments.find((argument) => argument.name === 'clipvalue')?.range;
    return typeof value === 'number'
      ? [
          {
            level: 'note',
            layers: [],
            argument: 'clipvalue',
            ...(range ? { range } : {}),
            title: 'clipvalue turns the gradient',
            message: `clipvalue=${formatNumber(value)} cuts every element of the gradient by itself, so that it points in another direction afterwards. clipnorm shortens it and keeps its direction.`,
            headline: 'The gradient is clipped element by element.',
            evidence: [{ name: 'clipvalue', value, threshold: null, unit: '' }],
          },
        ]
      : [];
  },
};
