import { optional, required } from './arguments';
import type { ClassDefinition } from './classDefinition';

const initial = required('initial_learning_rate', 'initial_lr', 'learning_rate');
const steps = required('decay_steps');
const rate = required('decay_rate');
const staircase = optional('staircase', false);

/** Classes of keras.optimizers.schedules. */
export const schedules: readonly ClassDefinition[] = [
  {
    className: 'ExponentialDecay',
    aliases: ['exponential_decay'],
    arguments: [initial, steps, rate, staircase, optional('name', 'ExponentialDecay')],
  },
  {
    className: 'InverseTimeDecay',
    aliases: ['inverse_time_decay'],
    arguments: [initial, steps, rate, staircase, optional('name', 'InverseTimeDecay')],
  },
  {
    className: 'PolynomialDecay',
    aliases: ['polynomial_decay'],
    arguments: [
      initial,
      steps,
      optional('end_learning_rate', 0.0001),
      optional('power', 1),
      optional('cycle', false),
      optional('name', 'PolynomialDecay'),
    ],
  },
  {
    className: 'PiecewiseConstantDecay',
    aliases: ['PiecewiseConstant', 'piecewise_constant'],
    arguments: [required('boundaries'), required('values'), optional('name', 'PiecewiseConstant')],
  },
  {
    className: 'CosineDecay',
    aliases: ['cosine_decay'],
    arguments: [
      initial,
      steps,
      optional('alpha', 0),
      optional('name', 'CosineDecay'),
      optional('warmup_target', null),
      optional('warmup_steps', 0),
    ],
  },
  {
    className: 'CosineDecayRestarts',
    aliases: ['cosine_decay_restarts'],
    arguments: [
      initial,
      required('first_decay_steps'),
      optional('t_mul', 2),
      optional('m_mul', 1),
      optional('alpha', 0),
      optional('name', 'SGDRDecay'),
    ],
  },
];
