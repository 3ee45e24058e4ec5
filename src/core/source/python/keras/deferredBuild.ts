import type { ModelObject } from '../../../model/graph/graphObject';
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
import type { KerasSession } from './session';

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
    if (x instanceof ArrayValue && x.shape && x.shape.length > 1) {
      model.session.seenShapes.set(model.object, x.shape.slice(1));
    }
    const { object, session } = model;
    if (object.role === 'Sequential' && !object.graph && object.layers.length > 0 && shape) {
      build(object, [null, ...shape.slice(1)], session);
      if (!isBuilt(object) && shape.length === 1) {
        // Older versions of Keras take single numbers for rows of one number each.
        build(object, [null, 1], session);
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

/** What Keras would refuse is found again where the model is described. */
function build(model: ModelObject, shape: Shape, session: KerasSession): void {
  const { layers } = model;
  try {
    session.graph.buildSequential(model, shape);
    session.progress++;
  } catch {
    model.layers = layers;
    model.graph = null;
  }
}

const isBuilt = (model: ModelObject): boolean => model.graph !== null;

function shapeOf(value: Value): Shape | null {
  return value instanceof ArrayValue &&
    value.shape &&
    value.shape.length > 0 &&
    !value.shape.slice(1).includes(null)
    ? value.shape
    : null;
}
