import { isInputLayer } from '../../../model/graph/graph';
import type { GraphObject, ModelObject, OpaqueObject } from '../../../model/graph/graphObject';
import type { SymbolicTensor } from '../../../model/graph/symbolicTensor';
import type { Arguments } from '../arguments';
import { PythonError } from '../errors';
import type { Interpreter } from '../interpreter';
import type { SyntaxNode } from '../syntax';
import {
  type InstanceValue,
  Native,
  type UnknownValue,
  type Value,
  bool,
  builtin,
  int,
  intOf,
  list,
  none,
  sequenceOf,
  str,
  tuple,
  unknown,
} from '../values';
import { callModel } from './callLayer';
import { calleeName, opaqueLayer } from './foreignLayers';
import { LayerValue, layerIn } from './layerValue';
import { modelMethod } from './modelMethods';
import { asPythonError } from './operations';
import type { KerasSession } from './session';
import { TensorValue, resultOf } from './tensorValue';
import type { TrackedModel } from './trackedModel';
import { setTrainable } from './trainableFlags';

/** A Sequential or Functional model. */
export class ModelValue extends Native {
  readonly typeName: string;

  constructor(
    readonly object: ModelObject,
    readonly session: KerasSession,
    readonly tracked: TrackedModel,
    /** The instance of the program's class that derives from Sequential or Model. */
    readonly instance: InstanceValue | null = null,
  ) {
    super();
    this.typeName = object.role;
  }

  override attribute(name: string, vm: Interpreter): Value | undefined {
    const { object, session } = this;
    switch (name) {
      case 'add':
        return builtin(name, (_vm, args) => this.add(args.required(0, 'layer'), args));
      case 'pop':
        return builtin(name, () => {
          session.graph.pop(object);
          return none;
        });
      case 'layers':
        return list(this.visibleLayers().map((layer) => wrapObject(layer, session)));
      case 'name':
        return str(object.name);
      case 'trainable':
        return bool(object.trainable);
      case 'built':
        return bool(object.graph !== null);
      case 'input':
      case 'output':
      case 'inputs':
      case 'outputs':
        return this.ends(name);
      case 'input_shape':
      case 'output_shape':
        return this.endShape(name === 'input_shape' ? object.inputs : object.outputs, name);
      case 'get_layer':
        return builtin(name, (_vm, args) => this.getLayer(args));
      case 'call':
      case '__call__':
        return builtin(name, (inner, args) => this.call(args, inner));
      case 'build':
        return builtin(name, (_vm, args) => this.build(args));
      default:
        return modelMethod(this.tracked, this, name, vm);
    }
  }

  override setAttribute(name: string, value: Value): boolean {
    if (name === 'trainable' && value.kind === 'bool') {
      setTrainable(this.object, value, this.session);
      return true;
    }
    return false;
  }

  override call(args: Arguments, vm: Interpreter): Value {
    return callModel(this, args, vm);
  }

  override iterate(): readonly Value[] | undefined {
    return undefined;
  }

  /** `model.layers`: a Sequential hides its InputLayer. */
  private visibleLayers(): readonly GraphObject[] {
    const { object } = this;
    return object.role === 'Sequential'
      ? object.layers.filter((layer) => !isInputLayer(layer))
      : object.layers;
  }

  private add(value: Value, args: Arguments): Value {
    const { session, object } = this;
    const item = graphItem(value);
    if (value.kind === 'ellipsis' || isGap(value)) {
      this.tracked.gaps.push(value.at ?? args.node ?? { start: 0, end: 0 });
      return none;
    }
    if (!item) {
      if (value.kind === 'unknown') {
        session.graph.add(object, unknownLayer(value, args.node, session));
        return none;
      }
      throw new PythonError(
        'ValueError',
        'Only instances of `keras.Layer` can be added to a Sequential model.',
      );
    }
    session.progress++;
    addInput(value, object, session);
    try {
      session.graph.add(object, item);
    } catch (error) {
      object.layers = object.layers.slice(0, -1);
      throw asPythonError(error);
    }
    return none;
  }

  private ends(name: string): Value {
    const { object, session } = this;
    const tensors = name.startsWith('input') ? object.inputs : object.outputs;
    if (!tensors) {
      return unknown(`the ${name} of a model that is not built`, this.at ?? null);
    }
    return resultOf(tensors, name.endsWith('s') || tensors.length !== 1, session);
  }

  private endShape(tensors: readonly SymbolicTensor[] | null, name: string): Value {
    const shapes = tensors?.map(({ shape }) =>
      tuple(shape.map((size) => (size === null ? none : int(size)))),
    );
    const [first] = shapes ?? [];
    return !shapes || !first
      ? unknown(`the ${name} of a model that is not built`, this.at ?? null)
      : shapes.length === 1
        ? first
        : list(shapes);
  }

  private getLayer(args: Arguments): Value {
    const layers = this.visibleLayers();
    const name = args.get(0, 'name');
    const index = intOf(args.keyword('index')) ?? intOf(name);
    const found =
      index !== undefined
        ? layers.at(index)
        : name?.kind === 'str'
          ? layers.find((layer) => layer.name === name.value)
          : undefined;
    if (!found) {
      if (name?.kind === 'unknown') {
        return name;
      }
      throw new PythonError('ValueError', 'No such layer.');
    }
    return wrapObject(found, this.session);
  }

  private build(args: Arguments): Value {
    const { object, session } = this;
    const shape = sequenceOf(args.get(0, 'input_shape'));
    if (shape && object.role === 'Sequential' && !object.graph && object.layers.length > 0) {
      const sizes = shape.map((size) => intOf(size) ?? null);
      session.progress++;
      try {
        session.graph.buildSequential(object, sizes);
      } catch (error) {
        throw asPythonError(error);
      }
    }
    return none;
  }
}

/** What stands in a model as an object of the graph; an input tensor stands for its layer. */
export function graphItem(value: Value): GraphObject | SymbolicTensor | undefined {
  return value instanceof TensorValue ? value.tensor : (layerIn(value)?.object ?? modelIn(value)?.object);
}

/** A layer that nobody knows: it is taken for one that passes its input on. */
export function unknownLayer(
  value: UnknownValue,
  place: SyntaxNode | null,
  session: KerasSession,
): OpaqueObject {
  const call = value.at && 'type' in value.at ? (value.at as SyntaxNode) : place;
  const name = call?.type === 'call' ? calleeName(call, session) : 'Layer';
  return opaqueLayer(name === 'add' || name === 'Sequential' ? 'Layer' : name, call, value.reason, session);
}

/** `[...]` in a list of layers. */
export function isGap(value: Value): boolean {
  return (
    value.kind === 'ellipsis' || (value.kind === 'list' && value.items.length > 0 && value.items.every(isGap))
  );
}

/** `Lambda(…, input_shape=…)` as the first layer brings an input. */
export function addInput(value: Value, model: ModelObject, session: KerasSession): void {
  const layer = layerIn(value);
  if (layer?.legacyInput && model.layers.length === 0) {
    const input = session.graph.createInput(layer.legacyInput).producer?.callee;
    model.layers = input ? [input] : [];
  }
}

/** A layer or model of the graph as the program sees it: always the same value for the same object. */
export function wrapObject(object: GraphObject, session: KerasSession): Value {
  const known = session.values.get(object);
  if (known) {
    return known;
  }
  switch (object.kind) {
    case 'model': {
      const tracked = session.models.find((each) => each.object === object) ?? session.track(object, null);
      const value = new ModelValue(object, session, tracked);
      session.values.set(object, value);
      return value;
    }
    case 'operation':
      return unknown(`the operation ${object.name}`);
    default: {
      const value = new LayerValue(object, session);
      session.values.set(object, value);
      return value;
    }
  }
}

/** The model in a value: the model itself, or the one that an instance of the program's class is. */
export function modelIn(value: Value | undefined): ModelValue | undefined {
  const native = value?.kind === 'instance' ? value.native : value;
  return native instanceof ModelValue ? native : undefined;
}
