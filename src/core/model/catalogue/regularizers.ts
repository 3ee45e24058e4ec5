import { optional } from './arguments';
import type { ClassDefinition } from './classDefinition';

/** Classes of keras.regularizers. A string `'l1'` or `'l2'` means 0.01, the class's default. */
export const regularizers: readonly ClassDefinition[] = [
  { className: 'L1', aliases: ['l1'], arguments: [optional('l1', 0.01, 'l')] },
  { className: 'L2', aliases: ['l2'], arguments: [optional('l2', 0.01, 'l')] },
  {
    className: 'L1L2',
    aliases: ['l1_l2', 'l1l2', 'WeightRegularizer'],
    arguments: [optional('l1', 0), optional('l2', 0)],
  },
  {
    className: 'OrthogonalRegularizer',
    aliases: ['orthogonal_regularizer'],
    arguments: [optional('factor', 0.01), optional('mode', 'rows')],
  },
];
