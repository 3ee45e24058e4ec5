import { Native, type Value, unknown } from '../values';
import type { TrackedModel } from './trackedModel';

/** `model.trainable_variables`: remembers whose they are, for training loops. */
export class VariableList extends Native {
  readonly typeName = 'list';

  constructor(readonly model: TrackedModel) {
    super();
  }

  override item(): Value {
    return unknown('a weight of a model');
  }

  override length(): Value {
    return unknown('the number of weights', null, 'int');
  }

  override anyElement(): Value {
    return unknown('a weight of a model');
  }

  override binary(operator: string, other: Value): Value | undefined {
    return operator === '+' && other.kind !== 'int' ? this : undefined;
  }
}
