import { optional } from './arguments';
import type { ClassDefinition } from './classDefinition';

const axis = optional('axis', 0);

/** Classes of keras.constraints. */
export const constraints: readonly ClassDefinition[] = [
  {
    className: 'MaxNorm',
    aliases: ['max_norm', 'maxnorm'],
    arguments: [optional('max_value', 2, 'm'), axis],
  },
  {
    className: 'MinMaxNorm',
    aliases: ['min_max_norm'],
    arguments: [optional('min_value', 0), optional('max_value', 1), optional('rate', 1), axis],
  },
  { className: 'NonNeg', aliases: ['non_neg', 'nonneg'], arguments: [] },
  { className: 'UnitNorm', aliases: ['unit_norm', 'unitnorm'], arguments: [axis] },
];
