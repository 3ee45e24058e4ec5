import { formatNumber } from '../format';
import { targetOf } from './labelForm';
import { outputHeads } from './outputLoss';
import { regressionLosses } from './regressionLossForClasses';
import type { RuleFinding, SourceRule } from './rule';

/** What an activation can put out. */
const bounds: Readonly<Record<string, readonly [low: number, high: number]>> = {
  sigmoid: [0, 1],
  hard_sigmoid: [0, 1],
  softmax: [0, 1],
  tanh: [-1, 1],
  softsign: [-1, 1],
  relu: [0, Infinity],
  relu6: [0, 6],
  softplus: [0, Infinity],
};

/** Targets may leave the range by this share of it: rounding and noise. */
const slack = 0.05;

/** Targets that the last activation cannot reach. A warning where their range is known, which the probe confirms or takes back. */
export const boundedRegression: SourceRule = {
  kind: 'source',
  id: 'GD304',
  name: 'bounded-regression',
  provisional: true,
  check(spec) {
    return outputHeads(spec).flatMap(({ index, activation, activationLayer, loss }): RuleFinding[] => {
      const target = targetOf(spec, index);
      const bound = bounds[activation];
      if (!bound || target?.kind !== 'real' || !regressionLosses.has(loss.className)) {
        return [];
      }
      const [low, high] = bound;
      const { min, max } = target;
      const width = Number.isFinite(high) ? high - low : 1;
      const outside =
        (min !== null && min < low - slack * width) || (max !== null && max > high + slack * width);
      const unknown = (min === null || max === null) && Number.isFinite(high);
      if (!outside && !unknown) {
        return [];
      }
      const range = `${formatNumber(low)} … ${Number.isFinite(high) ? formatNumber(high) : '∞'}`;
      return [
        {
          level: outside ? 'warn' : 'note',
          layers: [activationLayer.id],
          argument: 'activation',
          title: `${activation} keeps the output within ${range}`,
          message: outside
            ? `The targets reach from ${formatNumber(min)} to ${formatNumber(max)}, but ${activation} puts out ${range} only: the network cannot reach them. A regression wants no activation on its last layer.`
            : `${activation} puts out ${range} only; the code does not tell that the targets are scaled into it. A regression usually wants no activation on its last layer.`,
          headline: 'The output cannot reach the targets.',
          evidence: [
            { name: 'output range', value: range, threshold: null, unit: '' },
            { name: 'smallest target', value: min ?? 'unknown', threshold: low, unit: '' },
            {
              name: 'largest target',
              value: max ?? 'unknown',
              threshold: Number.isFinite(high) ? high : null,
              unit: '',
            },
          ],
        },
      ];
    });
  },
};
