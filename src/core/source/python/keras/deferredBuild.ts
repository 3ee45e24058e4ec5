import type { Shape } from '../../../report/report';
import { Arguments } from '../arguments';
import { PythonError } from '../errors';
import type { Interpreter } from '../interpreter';
import { ArrayValue } from '../modules/arrays/arrayValue';
import { arrayFrom } from '../modules/arrays/fromLists';
import { DatasetValue } from '../modules/datasets/datasetValue';
import type { Value } from '../values';
import type { LayerValue } from './layerValue';
import { ModelValue } from './modelValue';

/** Keras builds a model without an input shape when it first sees data. */
export function buildFromData(
  model: ModelValue | LayerValue,
  data: Value | undefined,
  vm: Interpreter,
): void {
  const given = data instanceof DatasetValue ? data.inputs() : data;
  const x =
    given?.kind === 'list' && !given.items.some((item) => item.kind === 'native') ? arrayFrom(given) : given;
  if (!x) {
    return;
  }
  if (model instanceof ModelValue) {
    const shape = shapeOf(x);
    const { object, session } = model;
    if (object.role === 'Sequential' && !object.graph && object.layers.length > 0 && shape) {
      // Older versions of Keras take rows of single numbers for rows of one number each.
      const sizes = shape.length === 1 ? [null, 1] : [null, ...shape.slice(1)];
      try {
        session.graph.buildSequential(object, sizes);
        session.progress++;
      } catch {
        // What Keras would refuse here is found again where the model is described.
      }
    }
    return;
  }
  if (model.object.nodes.length === 0 && model.instance) {
    try {
      model.call(Arguments.of(x), vm);
    } catch (error) {
      if (!(error instanceof PythonError)) {
        throw error;
      }
    }
  }
}

function shapeOf(value: Value): Shape | null {
  return value instanceof ArrayValue &&
    value.shape &&
    value.shape.length > 0 &&
    !value.shape.slice(1).includes(null)
    ? value.shape
    : null;
}
