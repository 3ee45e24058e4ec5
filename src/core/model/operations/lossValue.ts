import { optional, required } from '../catalogue/arguments';
import { isTensor, type OperationDefinition } from './operationDefinition';

/** Losses that add everything up unless they are told axes. */
const overall = new Set(['Dice', 'Tversky']);

/**
 * One of Keras' losses called inside a loss of the program's own: a function gives a value for each row, an object (`reduce`) one for all.
 * Keras has no such operation, so no name counts it.
 */
export const lossValue: OperationDefinition = {
  op: 'loss_value',
  className: 'LossValue',
  aliases: ['loss_value'],
  arguments: [
    required('y_true'),
    required('y_pred'),
    required('class_name'),
    optional('config', {}),
    optional('reduce', false),
  ],
  infer: ({ y_pred: prediction, class_name: className, reduce }) => {
    const shape = isTensor(prediction) ? prediction.shape : [];
    const scalar = reduce === true || (typeof className === 'string' && overall.has(className));
    return [{ shape: scalar ? [] : shape.slice(0, -1), dtype: 'float32' }];
  },
};
