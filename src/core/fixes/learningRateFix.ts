import { formatNumber } from '../format';
import { changeOptimizer } from './edits/optimizerEdits';
import type { FixCandidate, FixContext, FixMaker } from './fix';

const tooHigh = ['GD102', 'GD103', 'GD105', 'GD106', 'GD110'];
const tooLow = ['GD104', 'GD111'];

/** A tenth or ten times the rate, and Adam with its default rate in place of an optimizer that does not get on. */
export const learningRateFix: FixMaker = {
  name: 'learning-rate',
  answers: [...tooHigh, ...tooLow],
  propose(context) {
    const optimizer = context.spec.compile?.optimizer;
    const rate = optimizer?.config['learning_rate'];
    if (!optimizer || typeof rate !== 'number') {
      return [];
    }
    const found = (ids: readonly string[]): boolean =>
      context.findings.some((finding) => ids.includes(finding.id) && finding.severity !== 'information');
    return [
      ...(found(tooHigh) ? scaledRate(context, 0.1, tooHigh) : []),
      ...(found(tooLow) && !found(tooHigh) ? scaledRate(context, 10, tooLow) : []),
      ...adam(context, optimizer.className, rate),
    ];
  },
};

/** The learning rate times a factor; nothing where the rate is a schedule or not a number. */
export function scaledRate(context: FixContext, factor: number, answers: readonly string[]): FixCandidate[] {
  const rate = context.spec.compile?.optimizer.config['learning_rate'];
  if (typeof rate !== 'number') {
    return [];
  }
  const value = Number((rate * factor).toPrecision(3));
  const edits = changeOptimizer(context, { className: null, set: { learning_rate: formatPython(value) } });
  const slower = factor < 1;
  return edits
    ? [
        {
          id: slower ? 'learning-rate-down' : 'learning-rate-up',
          title: `${slower ? 'Lower' : 'Raise'} the learning rate to ${formatNumber(value)}`,
          answers,
          edits,
          priority: 2,
        },
      ]
    : [];
}

function adam(context: FixContext, className: string, rate: number): FixCandidate[] {
  if (className === 'Adam' && rate === 0.001) {
    return [];
  }
  const edits = changeOptimizer(context, { className: 'Adam', set: {} });
  return edits
    ? [
        {
          id: 'adam',
          title: 'Use Adam with its default learning rate',
          answers: [...tooHigh, ...tooLow],
          edits,
          priority: 4,
        },
      ]
    : [];
}

/** A float as Python people write it: 0.0001, 1e-05. */
function formatPython(value: number): string {
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}
