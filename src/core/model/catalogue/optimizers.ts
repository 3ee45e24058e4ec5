import { optional, required } from './arguments';
import type { ArgumentDefinition, ClassDefinition } from './classDefinition';

/** Old spellings of arguments that are read no more: decay over iterations became a schedule. */
const ignored = ['decay', 'schedule_decay', 'use_locking', 'jit_compile', 'is_legacy_optimizer'];

const weightDecay = optional('weight_decay', null);

/** What every optimizer takes after its own arguments. */
const common: readonly ArgumentDefinition[] = [
  optional('clipnorm', null),
  optional('clipvalue', null),
  optional('global_clipnorm', null),
  optional('use_ema', false),
  optional('ema_momentum', 0.99),
  optional('ema_overwrite_frequency', null),
  optional('loss_scale_factor', null),
  optional('gradient_accumulation_steps', null),
  optional('name', null),
];

function optimizer(
  className: string,
  learningRate: number,
  own: readonly ArgumentDefinition[],
  aliases: readonly string[] = [],
): ClassDefinition {
  const decays = own.some(({ name }) => name === 'weight_decay') ? [] : [weightDecay];
  return {
    className,
    aliases: [className.toLowerCase(), ...aliases],
    arguments: [optional('learning_rate', learningRate, 'lr', 'learningRate'), ...own, ...decays, ...common],
    ignored,
  };
}

const beta1 = optional('beta_1', 0.9, 'beta1');
const beta2 = optional('beta_2', 0.999, 'beta2');
const epsilon = optional('epsilon', 1e-7, 'eps');
const momentum = optional('momentum', 0);
const amsgrad = optional('amsgrad', false);
const nesterov = optional('nesterov', false, 'use_nesterov');
const accumulator = optional('initial_accumulator_value', 0.1);

/** Classes of keras.optimizers with Keras 3.15's defaults; aliases are strings and TensorFlow 1's optimizers of the same rule. */
export const optimizers: readonly ClassDefinition[] = [
  optimizer(
    'SGD',
    0.01,
    [momentum, nesterov],
    ['GradientDescentOptimizer', 'MomentumOptimizer', 'gradientdescent'],
  ),
  optimizer('Adam', 0.001, [beta1, beta2, epsilon, amsgrad], ['AdamOptimizer']),
  optimizer('AdamW', 0.001, [optional('weight_decay', 0.004), beta1, beta2, epsilon, amsgrad]),
  optimizer('Nadam', 0.001, [beta1, beta2, epsilon]),
  optimizer('Adamax', 0.001, [beta1, beta2, epsilon]),
  optimizer(
    'RMSprop',
    0.001,
    [optional('rho', 0.9), momentum, epsilon, optional('centered', false)],
    ['RMSPropOptimizer', 'RMSProp'],
  ),
  optimizer('Adagrad', 0.001, [accumulator, epsilon], ['AdagradOptimizer']),
  optimizer('Adadelta', 0.001, [optional('rho', 0.95), epsilon], ['AdadeltaOptimizer']),
  optimizer(
    'Ftrl',
    0.001,
    [
      optional('learning_rate_power', -0.5),
      accumulator,
      optional('l1_regularization_strength', 0),
      optional('l2_regularization_strength', 0),
      optional('l2_shrinkage_regularization_strength', 0),
      optional('beta', 0),
    ],
    ['FtrlOptimizer'],
  ),
  optimizer('Lion', 0.001, [beta1, optional('beta_2', 0.99, 'beta2')]),
  optimizer('Lamb', 0.001, [beta1, beta2, epsilon], ['LAMB']),
  optimizer('Adafactor', 0.001, [
    optional('beta_2_decay', -0.8),
    optional('epsilon_1', 1e-30),
    optional('epsilon_2', 0.001),
    optional('clip_threshold', 1),
    optional('relative_step', true),
  ]),
  {
    className: 'Muon',
    aliases: ['muon'],
    arguments: [
      optional('learning_rate', 0.001, 'lr'),
      optional('adam_beta_1', 0.9),
      optional('adam_beta_2', 0.999),
      optional('adam_weight_decay', 0.004),
      epsilon,
      optional('weight_decay', 0.004),
      ...common,
      optional('exclude_layers', null),
      optional('exclude_embeddings', true),
      optional('muon_a', 3.4445),
      optional('muon_b', -4.775),
      optional('muon_c', 2.0315),
      optional('adam_lr_ratio', 1),
      optional('momentum', 0.95),
      optional('ns_steps', 5),
      optional('nesterov', true),
      optional('rms_rate', 0.2),
    ],
  },
  optimizer('ScheduleFreeAdamW', 0.0025, [
    beta1,
    beta2,
    optional('epsilon', 1e-8),
    optional('warmup_steps', 0),
  ]),
  {
    className: 'LossScaleOptimizer',
    aliases: ['lossscaleoptimizer'],
    arguments: [
      required('inner_optimizer'),
      optional('initial_scale', 32768),
      optional('dynamic_growth_steps', 2000),
      optional('name', null),
    ],
  },
];
