import type { MeasuredRule, RuleFinding } from './rule';

/** NaN or infinity in loss, activations, gradients or weights during the probe. Measured precision 1.00. */
export const nonFinite: MeasuredRule = {
  kind: 'measured',
  id: 'GD103',
  name: 'not-finite',
  check({ seed, longer }) {
    const step = seed.firstNonFiniteStep;
    if (step === null) {
      return longer?.explained === null && seed.constantLoss !== 0 ? [overflowsLater(longer.step)] : [];
    }
    const layer = seed.firstNonFiniteLayer;
    const when =
      step === 0 ? 'before the first update' : step === 1 ? 'after 1 update' : `after ${step} updates`;
    return [
      {
        level: 'fail',
        layers: layer === null ? [] : [layer],
        argument: step === 0 ? 'kernel_initializer' : 'activation',
        title: `Numbers overflow ${when}`,
        message:
          `${layer === null ? 'The loss' : `Layer ${layer}`} is the first to hold NaN or infinity, ${when}. From there on every weight turns into NaN ` +
          'and training never recovers.',
        headline: `This network will not learn: its numbers overflow ${when}.`,
        evidence: [{ name: 'first step that is not finite', value: step, threshold: null, unit: '' }],
      },
    ];
  },
};

/** The measured steps were finite, the longer look was not. */
function overflowsLater(step: number): RuleFinding {
  return {
    level: 'fail',
    layers: [],
    argument: 'learning_rate',
    title: `Numbers overflow within ${step} updates`,
    message: `Within ${step} updates the loss turns into NaN or infinity. From there on every weight is NaN and training never recovers.`,
    headline: `This network will not learn: its numbers overflow within ${step} updates.`,
    evidence: [{ name: 'overflows within', value: step, threshold: null, unit: 'updates' }],
  };
}
