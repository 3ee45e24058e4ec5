import { lookup } from '../catalogue/classes';
import { elementwise } from './elementwise';
import { linear } from './linear';
import { lossValue } from './lossValue';
import type { OperationDefinition } from './operationDefinition';
import { reductions } from './reductions';
import { shaping } from './shaping';

/** Finds a raw operation by its name in keras.ops, by its class, or by TensorFlow's and the old backend's name. */
export const findOperation = lookup<OperationDefinition>([
  ...elementwise,
  ...reductions,
  ...linear,
  ...shaping,
  lossValue,
]);
