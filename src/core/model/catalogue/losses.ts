import { optional } from './arguments';
import type { ArgumentDefinition, ClassDefinition } from './classDefinition';

/** `snake` is the name of the function and of the loss; some losses have shorter strings too. */
function loss(
  className: string,
  snake: string,
  aliases: readonly string[],
  ...parameters: readonly ArgumentDefinition[]
): ClassDefinition {
  return {
    className,
    aliases: [snake, ...aliases],
    arguments: [
      ...parameters,
      optional('reduction', 'sum_over_batch_size'),
      optional('name', snake),
      optional('dtype', null),
    ],
  };
}

const fromLogits = optional('from_logits', false);
const smoothing = optional('label_smoothing', 0);
const axis = optional('axis', -1);

/** Losses that compare the output's classes with class numbers, not with rows. */
export const classNumberLosses: ReadonlySet<string> = new Set([
  'SparseCategoricalCrossentropy',
  'CategoricalGeneralizedCrossEntropy',
]);

/** Classes of keras.losses; aliases are the strings and functions that name them. */
export const losses: readonly ClassDefinition[] = [
  loss('BinaryCrossentropy', 'binary_crossentropy', ['bce', 'BCE'], fromLogits, smoothing, axis),
  loss(
    'BinaryFocalCrossentropy',
    'binary_focal_crossentropy',
    [],
    optional('apply_class_balancing', false),
    optional('alpha', 0.25),
    optional('gamma', 2),
    fromLogits,
    smoothing,
    axis,
  ),
  loss('CategoricalCrossentropy', 'categorical_crossentropy', [], fromLogits, smoothing, axis),
  loss(
    'CategoricalFocalCrossentropy',
    'categorical_focal_crossentropy',
    [],
    optional('alpha', 0.25),
    optional('gamma', 2),
    fromLogits,
    smoothing,
    axis,
  ),
  loss('CategoricalGeneralizedCrossEntropy', 'categorical_generalized_cross_entropy', [], optional('q', 0.5)),
  {
    className: 'SparseCategoricalCrossentropy',
    aliases: ['sparse_categorical_crossentropy'],
    arguments: [
      fromLogits,
      optional('ignore_class', null),
      optional('reduction', 'sum_over_batch_size'),
      axis,
      optional('name', 'sparse_categorical_crossentropy'),
      optional('dtype', null),
    ],
  },
  loss('MeanSquaredError', 'mean_squared_error', ['mse', 'MSE']),
  loss('MeanAbsoluteError', 'mean_absolute_error', ['mae', 'MAE']),
  loss('MeanAbsolutePercentageError', 'mean_absolute_percentage_error', ['mape', 'MAPE']),
  loss('MeanSquaredLogarithmicError', 'mean_squared_logarithmic_error', ['msle', 'MSLE']),
  loss('CosineSimilarity', 'cosine_similarity', ['cosine_proximity', 'cosine'], axis),
  loss('LogCosh', 'log_cosh', ['logcosh']),
  {
    className: 'Huber',
    aliases: ['huber', 'huber_loss'],
    arguments: [
      optional('delta', 1),
      optional('reduction', 'sum_over_batch_size'),
      optional('name', 'huber_loss'),
      optional('dtype', null),
    ],
  },
  loss('Hinge', 'hinge', []),
  loss('SquaredHinge', 'squared_hinge', []),
  loss('CategoricalHinge', 'categorical_hinge', []),
  loss('KLDivergence', 'kl_divergence', ['kld', 'KLD', 'kullback_leibler_divergence']),
  loss('Poisson', 'poisson', []),
  {
    className: 'Dice',
    aliases: ['dice'],
    arguments: [
      optional('reduction', 'sum_over_batch_size'),
      optional('name', 'dice'),
      optional('axis', null),
      optional('dtype', null),
    ],
  },
  {
    className: 'Tversky',
    aliases: ['tversky'],
    arguments: [
      optional('alpha', 0.5),
      optional('beta', 0.5),
      optional('reduction', 'sum_over_batch_size'),
      optional('name', 'tversky'),
      optional('axis', null),
      optional('dtype', null),
    ],
  },
  loss(
    'Circle',
    'circle',
    [],
    optional('gamma', 80),
    optional('margin', 0.4),
    optional('remove_diagonal', true),
  ),
  loss('CTC', 'ctc', []),
];
