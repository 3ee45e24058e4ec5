import { isInputLayer } from '../../../model/graph/graph';
import type { GraphObject, ModelObject } from '../../../model/graph/graphObject';
import { evaluate } from '../../../model/graph/evaluate';
import type { SymbolicTensor } from '../../../model/graph/symbolicTensor';
import type { Arguments } from '../arguments';
import { type Value, unknown } from '../values';
import { ModelValue, modelIn } from './modelValue';
import { asPythonError } from './operations';
import type { KerasSession } from './session';

/** `clone_model(model)`: new layers under the same names, fresh weights. */
export function cloneModel(args: Arguments, session: KerasSession): Value {
  const source = modelIn(args.positional[0]);
  if (!source) {
    return unknown('a copy of a model', args.node);
  }
  try {
    const model =
      source.object.role === 'Sequential'
        ? cloneSequential(source.object, session)
        : cloneFunctional(source.object, session);
    if (!model) {
      return unknown('a copy of a model', args.node);
    }
    const tracked = session.track(model, args.node);
    const value = new ModelValue(model, session, tracked);
    session.values.set(model, value);
    return value;
  } catch (error) {
    throw asPythonError(error);
  }
}

function copyOf(object: GraphObject, session: KerasSession): GraphObject {
  return object.kind === 'layer'
    ? session.graph.createLayer(object.definition, object.config, { name: object.name, site: object.site })
    : object;
}

function cloneSequential(object: ModelObject, session: KerasSession): ModelObject {
  return session.graph.createSequential(
    object.layers.map((layer) => copyOf(layer, session)),
    { name: object.name, site: object.site },
  );
}

function cloneFunctional(object: ModelObject, session: KerasSession): ModelObject | null {
  if (!object.graph) {
    return null;
  }
  const copies = new Map<GraphObject, GraphObject>();
  const inputs = object.graph.inputs.map((tensor) => {
    const layer = tensor.producer?.callee;
    return session.graph.createInput(tensor.shape, tensor.dtype, {
      name: isInputLayer(layer) ? layer.name : null,
    });
  });
  const outputs = evaluate<SymbolicTensor>(object.graph, inputs, (node, given) => {
    const { callee } = node;
    let copy = copies.get(callee);
    if (!copy) {
      copies.set(callee, (copy = copyOf(callee, session)));
    }
    if (copy.kind === 'layer') {
      return session.graph.call(copy, given, node.flags).outputs;
    }
    return copy.kind === 'opaque' ? session.graph.callOpaque(copy, given).outputs : node.outputs;
  });
  return session.graph.createFunctional(inputs, outputs, { name: object.name, site: object.site });
}
