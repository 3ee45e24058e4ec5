import { formatNumber } from '../format';
import { GraphIndex } from '../model/graphQueries';
import type { MeasuredRule } from './rule';

/** Loss before the first update over the loss of the best constant prediction: 3 decades above it fail (precision 0.91), 1.5 warn in nets without skips. */
export const startLoss: MeasuredRule = {
  kind: 'measured',
  id: 'GD110',
  name: 'start-loss',
  needsTraining: true,
  check({ seed, spec }) {
    const loss = seed.loss[0] ?? null;
    const constant = seed.constantLoss;
    if (loss === null || constant === null || constant <= 0 || loss <= 0) {
      return [];
    }
    const decades = Math.log10(loss / constant);
    const level = decades >= 3 ? 'fail' : decades >= 1.5 && !GraphIndex.of(spec).hasSkips() ? 'warn' : null;
    return level === null
      ? []
      : [
          {
            level,
            layers: [],
            argument: 'loss',
            title: `Start loss ${formatNumber(10 ** decades)} times too high`,
            message: `Before the first update the loss is ${formatNumber(loss)}; always guessing the same gives ${formatNumber(constant)}. The outputs start far too large, so the first steps only shrink them.`,
            headline:
              level === 'fail'
                ? 'This network will not learn: its outputs start far too large.'
                : 'This network starts badly: its outputs start far too large.',
            evidence: [
              {
                name: 'start loss over constant loss',
                value: decades,
                threshold: level === 'fail' ? 3 : 1.5,
                unit: 'decades',
              },
            ],
          },
        ];
  },
};
