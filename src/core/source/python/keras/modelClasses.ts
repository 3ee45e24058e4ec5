import { isInputLayer } from '../../../model/graph/graph';
import type { CompositeObject, ModelObject } from '../../../model/graph/graphObject';
import type { Arguments } from '../arguments';
import { findInClass } from '../attributes';
import { PythonError } from '../errors';
import type { Interpreter } from '../interpreter';
import { type InstanceValue, type Native, type Value, sequenceOf, stringOf, unknown } from '../values';
import { ClassReference } from './classReference';
import { LayerValue } from './layerValue';
import { ModelValue, addInput, graphItem, isGap, unknownLayer } from './modelValue';
import { asPythonError } from './operations';
import type { KerasSession } from './session';
import { TensorValue, tensorsIn } from './tensorValue';

/** `keras.Sequential` */
export class SequentialReference extends ClassReference {
  constructor(session: KerasSession) {
    super('Sequential', session);
  }

  override construct(args: Arguments, _vm: Interpreter, instance: InstanceValue | null): Native {
    const { session } = this;
    const given = args.get(0, 'layers');
    const layers = given && given.kind !== 'none' ? layerItems(given) : [];
    const items = layers.flatMap(
      (value) =>
        graphItem(value) ?? (value.kind === 'unknown' ? unknownLayer(value, args.node, session) : []),
    );
    const refused = layers.find((value) => !graphItem(value) && !isGap(value) && value.kind !== 'unknown');
    if (refused) {
      throw new PythonError(
        'ValueError',
        'Only instances of `keras.Layer` can be added to a Sequential model.',
      );
    }
    const node = instance?.call ?? args.node;
    const className = instance ? instance.class.name : 'Sequential';
    const model = session.graph.createSequential([], {
      name: stringOf(args.get(1, 'name')) ?? (instance ? session.graph.names.next(className) : null),
      site: session.sites.callSite(node),
    });
    const [firstValue] = layers;
    if (firstValue) {
      addInput(firstValue, model, session);
    }
    const before = model.layers;
    try {
      addAll(session, model, before, items);
    } catch (error) {
      throw asPythonError(error);
    }
    const tracked = session.track(model, node);
    tracked.gaps.push(...layers.filter(isGap).map((gap) => gap.at ?? gapPlace(gap) ?? { start: 0, end: 0 }));
    const result = new ModelValue(model, session, tracked, instance);
    session.values.set(model, instance ?? result);
    if (node) {
      result.at = node;
    }
    return result;
  }

  override hasInstance(value: Native): boolean {
    return value instanceof ModelValue && value.object.role === 'Sequential';
  }
}

function gapPlace(value: Value): Value['at'] {
  return value.kind === 'list' ? value.items[0]?.at : undefined;
}

/** The constructor adds the layers one by one and builds once, at the end. */
function addAll(
  session: KerasSession,
  model: ModelObject,
  before: ModelObject['layers'],
  items: readonly NonNullable<ReturnType<typeof graphItem>>[],
): void {
  if (items.length === 0) {
    return;
  }
  if (before.length > 0) {
    items.forEach((item) => session.graph.add(model, item));
    return;
  }
  session.graph.fill(model, items);
}

function layerItems(value: Value): readonly Value[] {
  return sequenceOf(value) ?? (value.kind === 'unknown' ? [value] : graphItem(value) ? [value] : []);
}

/** `keras.Model`: functional when inputs and outputs are given, else the base of subclassed models. */
export class ModelReference extends ClassReference {
  constructor(session: KerasSession) {
    super('Model', session);
  }

  override construct(args: Arguments, _vm: Interpreter, instance: InstanceValue | null): Native {
    const { session } = this;
    const node = instance?.call ?? args.node;
    const inputs = args.get(0, 'inputs', 'input');
    const outputs = args.get(1, 'outputs', 'output');
    if (inputs && outputs) {
      return this.functional(inputs, outputs, args, node, instance);
    }
    const className = instance?.class.name ?? 'Model';
    const object = session.graph.createComposite(className, {}, 'model', {
      site: session.sites.callSite(node),
      name: stringOf(args.keyword('name')),
    });
    const layer = new LayerValue(object, session, instance);
    layer.tracked = session.track(object, node);
    if (instance) {
      session.values.set(object, instance);
    }
    return layer;
  }

  private functional(
    inputs: Value,
    outputs: Value,
    args: Arguments,
    node: Arguments['node'],
    instance: InstanceValue | null,
  ): Native {
    const { session } = this;
    const from = tensorsIn(inputs);
    const to = tensorsIn(outputs);
    if (from.length === 0 || to.length === 0) {
      const missing = [inputs, outputs].find((value) => value.kind === 'unknown');
      session.lostModels.push({
        place: node,
        reason:
          missing?.kind === 'unknown' ? missing.reason : 'its inputs or outputs are not tensors of Keras',
      });
      if (!missing) {
        throw new PythonError('ValueError', 'a model needs input and output tensors');
      }
      throw new PythonError(
        'ValueError',
        `the tensors of a model are not known: ${missing.kind === 'unknown' ? missing.reason : ''}`,
      );
    }
    let model: ModelObject;
    try {
      model = session.graph.createFunctional(from, to, {
        name:
          stringOf(args.get(2, 'name')) ?? (instance ? session.graph.names.next(instance.class.name) : null),
        site: session.sites.callSite(node),
      });
    } catch (error) {
      throw asPythonError(error);
    }
    const result = new ModelValue(model, session, session.track(model, node), instance);
    session.values.set(model, instance ?? result);
    if (node) {
      result.at = node;
    }
    return result;
  }

  override hasInstance(value: Native): boolean {
    return value instanceof ModelValue || (value instanceof LayerValue && value.tracked !== null);
  }
}

/** Whether a class of the program says how its model computes. */
export function hasOwnCall(object: CompositeObject, instance: InstanceValue | null): boolean {
  return object.role === 'model' && instance !== null && findInClass(instance.class, 'call') !== undefined;
}

/** `keras.Input(…)`: the tensor of a new InputLayer. */
export function inputTensor(layer: LayerValue): Value {
  const { object, session } = layer;
  return object.kind === 'layer' && isInputLayer(object)
    ? new TensorValue(session.graph.tensorOfInput(object), session)
    : unknown('an input');
}
