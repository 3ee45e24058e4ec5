import { formatNumber } from '../format';
import { isAdaptive, isSingleLayer } from '../model/graphQueries';
import type { ModelSpec } from '../model/spec';
import type { RuleFinding, SourceRule } from './rule';

/** Rates outside are two orders of magnitude or more away from what the optimizer is used with. */
interface UsualRates {
  readonly low: number;
  readonly high: number;
  readonly start: number;
}

const usual: Readonly<Record<string, UsualRates>> = {
  SGD: { low: 1e-6, high: 5, start: 0.01 },
  Adagrad: { low: 1e-5, high: 5, start: 0.01 },
  Adadelta: { low: 0.01, high: 100, start: 1 },
  Ftrl: { low: 1e-5, high: 10, start: 0.01 },
  Lion: { low: 1e-7, high: 0.03, start: 0.0001 },
};
const adaptive: UsualRates = { low: 1e-6, high: 0.1, start: 0.001 };

/**
 * The rate at which training begins: a number, or that of a schedule. Null where it is not known or where it may change at once. Momentum m makes
 * steps 1 / (1 − m) times as long in the end, which counts for rates too high and too low alike.
 */
export function effectiveRate(spec: ModelSpec): number | null {
  const config = spec.compile?.optimizer.config;
  const rate = config?.['learning_rate'];
  const momentum = spec.compile?.optimizer.className === 'SGD' ? config?.['momentum'] : 0;
  const factor = typeof momentum === 'number' && momentum >= 0 && momentum < 1 ? 1 / (1 - momentum) : 1;
  return typeof rate === 'number' ? rate * factor : null;
}

const ratesOf = (spec: ModelSpec): UsualRates | null =>
  usual[spec.compile?.optimizer.className ?? ''] ?? (isAdaptive(spec) ? adaptive : null);

/** Whether training begins at a low rate that the program raises later, by a callback that the probe does not follow: how far it gets says nothing then. */
export function isRaisedLater(spec: ModelSpec): boolean {
  return spec.usage.changesRate && isFarBelowUsual(spec);
}

/** At most a tenth of what one starts from with this optimizer. */
export function isFarBelowUsual(spec: ModelSpec): boolean {
  const rate = effectiveRate(spec);
  const rates = ratesOf(spec);
  return rate !== null && rates !== null && rate <= rates.start / 10;
}

/** Of the lowest rate, where pretrained layers are tuned: their weights are to move little. */
const fineTuning = 0.01;

/** A learning rate orders of magnitude from what works with this optimizer. The probe takes real steps with it and confirms it or takes it back. */
export const learningRateFarOff: SourceRule = {
  kind: 'source',
  id: 'GD501',
  name: 'learning-rate-far-off',
  provisional: true,
  check(spec): readonly RuleFinding[] {
    const rate = effectiveRate(spec);
    const optimizer = spec.compile?.optimizer;
    if (rate === null || !optimizer || spec.usage.changesRate) {
      return [];
    }
    const range = ratesOf(spec);
    if (!range) {
      return [];
    }
    const low = range.low * (spec.pretrained.length > 0 ? fineTuning : 1);
    if (rate >= low && rate < range.high * (isSingleLayer(spec) ? 10 : 1)) {
      return [];
    }
    const high = rate >= range.high;
    const momentum = optimizer.config['momentum'];
    const withMomentum = optimizer.className === 'SGD' && typeof momentum === 'number' && momentum > 0;
    return [
      {
        // Keras' own default for Adadelta is a hundredth of what its paper means: slow, no mistake of the user's.
        level: optimizer.className === 'Adadelta' && !high ? 'note' : 'warn',
        layers: [],
        argument: 'learning_rate',
        title: `Learning rate ${formatNumber(rate)} is far too ${high ? 'high' : 'low'} for ${optimizer.className}`,
        message:
          `${optimizer.className} works with rates around ${formatNumber(range.start)}; this is ${formatNumber(rate)}${withMomentum ? ' with momentum counted in' : ''}. ` +
          (high
            ? 'Steps so long make the loss jump or overflow.'
            : 'At this pace the weights stay where they started.') +
          ` Start from ${formatNumber(range.start)}.`,
        headline: `The learning rate is far too ${high ? 'high' : 'low'} for ${optimizer.className}.`,
        evidence: [{ name: 'learning rate', value: rate, threshold: high ? range.high : low, unit: '' }],
      },
    ];
  },
};
