import { buildLayer } from '../catalogue/catalogue';
import type { LayerClass } from '../catalogue/layerClass';
import { ShapeError } from '../catalogue/layerClass';
import { inputLayer } from '../catalogue/core';
import { findOperation } from '../operations/operations';
import { operationConfig, tensorsOf, type OperationArguments } from '../operations/operationDefinition';
import type { CallSite } from '../site';
import type { Config, TensorSpec, WeightSpec } from '../spec';
import type { Shape } from '../../report/report';
import { inferOutputs } from './evaluate';
import {
  CompositeObject,
  LayerObject,
  ModelObject,
  OpaqueObject,
  OperationObject,
  type GraphObject,
  type ObjectIdentity,
} from './graphObject';
import { NameScope } from './nameScope';
import { SymbolicTensor, CallNode, type CallInputs, type Subgraph } from './symbolicTensor';
import { orderedObjects } from './traversal';

/** What all objects are made with; a name that is not given comes from Keras' counters. */
export interface ObjectOptions {
  readonly name?: string | null | undefined;
  readonly site?: CallSite | null | undefined;
}

/** Builds layers, calls and models as Keras does when the program runs, on shapes alone. Both readers build on it. */
export class Graph {
  readonly names = new NameScope();

  /** A layer of the catalogue from its completed configuration (`completeConfig`). */
  createLayer(definition: LayerClass, config: Config, options: ObjectOptions = {}): LayerObject {
    const name = options.name ?? (typeof config.name === 'string' ? config.name : null);
    const identity = this.#identity(definition.className, { ...options, name });
    const layer = new LayerObject(identity, definition, { ...config, name: identity.name });
    if (config.trainable === false) {
      layer.trainable = false;
    }
    return layer;
  }

  /** `keras.Input`: the tensor of a new InputLayer. `batchShape` has the batch first. */
  createInput(batchShape: Shape, dtype = 'float32', options: ObjectOptions = {}): SymbolicTensor {
    return this.tensorOfInput(this.createLayer(inputLayer, inputConfig(batchShape, dtype), options));
  }

  /** The tensor of an InputLayer that was made with `createLayer`. */
  tensorOfInput(layer: LayerObject): SymbolicTensor {
    const [tensor] = (
      layer.nodes[0] ?? this.#call(layer, {}, {}, buildLayer(layer.definition, layer.config, {}))
    ).outputs;
    if (!tensor) {
      throw new ShapeError('an InputLayer needs a shape');
    }
    return tensor;
  }

  /** A layer whose inside is not known. */
  createOpaque(
    className: string,
    config: Config,
    options: ObjectOptions = {},
    weights: readonly WeightSpec[] = [],
  ): OpaqueObject {
    return new OpaqueObject(this.#identity(className, options), config, weights);
  }

  /** A custom layer or subclassed model; its attributes are told with `track`, its call with `callComposite`. */
  createComposite(
    className: string,
    config: Config,
    role: 'model' | 'layer',
    options: ObjectOptions = {},
  ): CompositeObject {
    return new CompositeObject(this.#identity(className, options), config, role);
  }

  /** Calls a layer of the catalogue or a built (or buildable) model. Throws a ShapeError where Keras would refuse. */
  call(callee: LayerObject | ModelObject, inputs: CallInputs, flags: Config = {}): CallNode {
    if (callee.kind === 'model') {
      return this.#callModel(callee, Object.values(inputs).flat(), flags);
    }
    const build = buildLayer(callee.definition, callee.config, inputs);
    if (callee.weights === null) {
      callee.weights = build.weights;
      for (const hidden of callee.definition.hiddenLayers ?? []) {
        this.names.next(hidden);
      }
    }
    return this.#call(callee, inputs, flags, build);
  }

  /** Calls a layer whose inside is not known; the output has the shape of the first input unless told otherwise. */
  callOpaque(
    callee: OpaqueObject,
    inputs: CallInputs,
    flags: Config = {},
    outputs?: readonly TensorSpec[],
  ): CallNode {
    const first = Object.values(inputs).flat()[0];
    return this.#call(callee, inputs, flags, { outputs: outputs ?? (first ? [first] : []) });
  }

  /** Calls a custom layer: `body` is run on tensors that stand for the inputs and gives the outputs. */
  callComposite(
    callee: CompositeObject,
    inputs: CallInputs,
    body: (inputs: CallInputs) => readonly SymbolicTensor[],
    flags: Config = {},
    multiple?: boolean,
  ): CallNode {
    const inner: Record<string, readonly SymbolicTensor[]> = {};
    for (const [argument, tensors] of Object.entries(inputs)) {
      inner[argument] = tensors.map(({ shape, dtype }) => new SymbolicTensor(shape, dtype, null, 0));
    }
    const outputs = body(inner);
    const graph: Subgraph = { inputs: Object.values(inner).flat(), outputs };
    return this.#call(callee, inputs, flags, { outputs, multiple: multiple ?? outputs.length !== 1 }, graph);
  }

  /**
   * A raw operation, named as in keras.ops. Arguments by name; tensors may stand in lists. `layerName` is given where an
   * activation or the like is applied under a name of the user's own.
   */
  applyOperation(op: string, args: OperationArguments, options: ObjectOptions = {}): CallNode {
    const definition = findOperation(op);
    if (!definition) {
      throw new ShapeError(`keras.ops has no operation named ${op}`);
    }
    const object = new OperationObject(
      this.#identity(definition.className, options),
      definition,
      operationConfig(definition, args),
      [],
    );
    const outputs = definition.infer(args);
    const multiple = outputs.length !== 1;
    return this.#call(object, { inputs: tensorsOf(args) }, {}, { outputs, multiple });
  }

  /** A custom layer's weight as a tensor: an operation 'variable' without inputs, inside that layer. */
  createVariable(weight: WeightSpec, options: ObjectOptions = {}): SymbolicTensor {
    const definition = findOperation('variable');
    const identity = { name: options.name ?? weight.name, className: 'Variable', site: options.site ?? null };
    if (!definition) {
      throw new ShapeError('no operation named variable');
    }
    const object = new OperationObject(identity, definition, { op: 'variable', args: {} }, [weight]);
    object.trainable = weight.trainable;
    const { shape, dtype } = weight;
    const [tensor] = this.#call(object, {}, {}, { outputs: [{ shape, dtype }] }).outputs;
    if (!tensor) {
      throw new ShapeError('a variable has one output');
    }
    return tensor;
  }

  createSequential(
    layers: readonly (GraphObject | SymbolicTensor)[] = [],
    options: ObjectOptions = {},
  ): ModelObject {
    const model = new ModelObject(this.#identity('Sequential', options), 'Sequential');
    this.fill(model, layers);
    return model;
  }

  /** Adds layers and builds once, as the constructor of a Sequential does. */
  fill(model: ModelObject, layers: readonly (GraphObject | SymbolicTensor)[]): void {
    for (const layer of layers) {
      this.#append(model, layer);
    }
    if (layers.length > 0) {
      this.#rebuild(model);
    }
  }

  /** `model.add(layer)`; an input tensor stands for its InputLayer. */
  add(model: ModelObject, layer: GraphObject | SymbolicTensor): void {
    this.#append(model, layer);
    this.#rebuild(model);
  }

  /** `model.pop()` */
  pop(model: ModelObject): GraphObject | undefined {
    const removed = model.layers.at(-1);
    model.layers = model.layers.slice(0, -1);
    model.graph = null;
    if (model.layers.length > 0) {
      this.#rebuild(model);
    }
    return removed;
  }

  /** `model.build(input_shape)` of a Sequential, or its first call. */
  buildSequential(model: ModelObject, batchShape: Shape, dtype?: string): void {
    if (!isInputLayer(model.layers[0])) {
      model.layers = [this.createLayer(inputLayer, inputConfig(batchShape, dtype)), ...model.layers];
    }
    this.#connect(model);
  }

  /** `keras.Model(inputs, outputs)`; inputs in the middle of a graph become inputs of their own, as in Keras. */
  createFunctional(
    inputs: readonly SymbolicTensor[],
    outputs: readonly SymbolicTensor[],
    options: ObjectOptions = {},
  ): ModelObject {
    const model = new ModelObject(this.#identity('Functional', options), 'Functional');
    const graph: Subgraph = { inputs, outputs };
    const starts = inputs
      .filter((tensor) => !isInputLayer(tensor.producer?.callee))
      .map((tensor) => this.createInput(tensor.shape, tensor.dtype).producer?.callee)
      .filter((layer) => layer !== undefined);
    model.layers = [...starts, ...orderedObjects(graph)];
    model.graph = graph;
    return model;
  }

  #identity(className: string, options: ObjectOptions): ObjectIdentity {
    return { name: options.name ?? this.names.next(className), className, site: options.site ?? null };
  }

  #call(
    callee: GraphObject,
    inputs: CallInputs,
    flags: Config,
    build: { readonly outputs: readonly TensorSpec[]; readonly multiple?: boolean | undefined },
    inner: Subgraph | null = null,
  ): CallNode {
    const multiple = build.multiple ?? build.outputs.length !== 1;
    const node = new CallNode(callee, inputs, flags, build.outputs, multiple, inner);
    callee.nodes.push(node);
    return node;
  }

  #callModel(model: ModelObject, tensors: readonly SymbolicTensor[], flags: Config): CallNode {
    const [first] = tensors;
    if (model.graph === null && first) {
      this.buildSequential(model, [null, ...first.shape.slice(1)], first.dtype);
    }
    if (model.graph === null) {
      throw new ShapeError(`model ${model.name} has no layers that could be called`);
    }
    if (model.graph.inputs.length !== tensors.length) {
      throw new ShapeError(
        `Layer "${model.name}" expects ${model.graph.inputs.length} input(s), but it received ${tensors.length} input tensors.`,
      );
    }
    const outputs = inferOutputs(model.graph, tensors);
    return this.#call(model, { inputs: tensors }, flags, { outputs }, model.graph);
  }

  #append(model: ModelObject, item: GraphObject | SymbolicTensor): void {
    const layer = item instanceof SymbolicTensor ? item.producer?.callee : item;
    if (!layer) {
      throw new ShapeError('Only instances of keras.Layer can be added to a Sequential model.');
    }
    if (model.layers.length === 0 && layer.kind === 'layer' && !isInputLayer(layer)) {
      const batchShape = legacyInputShape(layer);
      if (batchShape) {
        model.layers = [this.createLayer(inputLayer, inputConfig(batchShape, legacyInputType(layer)))];
      }
    }
    model.layers = [...model.layers, layer];
    model.graph = null;
  }

  /** Keras builds a Sequential anew with every `add`; each time a Functional takes a name. */
  #rebuild(model: ModelObject): void {
    model.graph = null;
    const [first] = model.layers;
    if (model.layers.length < 2) {
      return;
    }
    if (isInputLayer(first)) {
      this.#connect(model);
    } else if (first?.kind === 'model' && first.graph?.inputs.length === 1) {
      this.buildSequential(model, first.graph.inputs[0]?.shape ?? []);
    }
  }

  #connect(model: ModelObject): void {
    const [first, ...rest] = model.layers;
    if (!isInputLayer(first)) {
      return;
    }
    const input = this.tensorOfInput(first);
    let outputs: readonly SymbolicTensor[] = [input];
    for (const layer of rest) {
      outputs = this.#apply(layer, outputs);
    }
    this.names.next('Functional');
    model.graph = { inputs: [input], outputs };
  }

  #apply(layer: GraphObject, tensors: readonly SymbolicTensor[]): readonly SymbolicTensor[] {
    switch (layer.kind) {
      case 'layer':
        return this.call(layer, { [layer.definition.callArguments[0] ?? 'inputs']: tensors }).outputs;
      case 'model':
        return this.call(layer, { inputs: tensors }).outputs;
      case 'opaque':
        return this.callOpaque(layer, { inputs: tensors }).outputs;
      case 'composite':
        return this.callTracked(layer, tensors);
      case 'operation':
        throw new ShapeError('Only instances of keras.Layer can be added to a Sequential model.');
    }
  }

  /** Calls a composite layer inside a Sequential; a reader that interprets `call` sets it. */
  callTracked: (layer: CompositeObject, inputs: readonly SymbolicTensor[]) => readonly SymbolicTensor[] = (
    layer,
  ) => {
    throw new ShapeError(`what ${layer.className}.call does is not known`);
  };
}

export function isInputLayer(object: GraphObject | undefined): object is LayerObject {
  return object?.kind === 'layer' && object.definition === inputLayer;
}

const inputConfig = (batchShape: Shape, dtype = 'float32'): Config => ({
  batch_shape: batchShape,
  dtype,
  sparse: false,
  ragged: false,
  optional: false,
});

/** `input_shape=`, `input_dim=` and `batch_input_shape=` of a first layer, with the batch first. */
function legacyInputShape({ config }: LayerObject): Shape | null {
  const sizes = (value: unknown): Shape | null =>
    Array.isArray(value) ? value.map((size) => (typeof size === 'number' ? size : null)) : null;
  const batch = sizes(config.batch_input_shape);
  if (batch) {
    return batch;
  }
  const shape =
    sizes(config.input_shape) ?? (typeof config.input_shape === 'number' ? [config.input_shape] : null);
  if (shape) {
    return [null, ...shape];
  }
  return typeof config.input_dim === 'number' && config.output_dim === undefined
    ? [null, config.input_dim]
    : null;
}

function legacyInputType({ config }: LayerObject): string {
  return typeof config.input_dtype === 'string' ? config.input_dtype : 'float32';
}
