import type { Note } from '../report/report';
import type { Range } from '../text/range';
import { evaluate, inferLeaf } from './graph/evaluate';
import { isInputLayer } from './graph/graph';
import type { CompositeObject, GraphObject, ModelObject } from './graph/graphObject';
import type { CallNode, Subgraph, SymbolicTensor } from './graph/symbolicTensor';
import { traverse } from './graph/traversal';
import type { SourceNames } from './site';
import type {
  CallSpec,
  CompileSpec,
  Config,
  ContainerSpec,
  DataSpec,
  LayerSpec,
  ModelSpec,
  PretrainedSpec,
  TensorId,
  TensorSpec,
  UsageSpec,
  WeightSpec,
} from './spec';
import type { Shape } from '../report/report';

/** What a reader knows of a model besides its graph. */
export interface SpecExtras {
  readonly id: string;
  readonly range: Range;
  readonly compile?: CompileSpec | null;
  readonly data?: DataSpec;
  readonly assumptions?: readonly Note[];
  readonly unknowns?: readonly Note[];
  readonly unprobeable?: Note | null;
  readonly names?: SourceNames;
  readonly usage?: UsageSpec;
  readonly pretrained?: readonly PretrainedObjects[];
  /** Flags of objects when training starts; those that are not in it keep the flag that they have. */
  readonly trainable?: ReadonlyMap<GraphObject, boolean>;
  /** What `fit` gives the model for `training`: a subclassed one may be given nothing, which is inference. */
  readonly training?: boolean;
}

/** A pretrained part before its layers have ids. */
export type PretrainedObjects = Omit<PretrainedSpec, 'layers'> & {
  readonly objects: ReadonlySet<GraphObject>;
};

export const noUsage: UsageSpec = {
  trained: false,
  uncompiledFit: null,
  lateTrainable: null,
  preprocessesInput: false,
  changesRate: false,
};

export const unknownData: DataSpec = {
  name: null,
  description: '',
  inputs: [],
  targets: [],
  batchSize: null,
  samples: null,
  plannedSteps: null,
  labelsFrom: null,
  clusters: null,
};

/** Flattens a model into leaves, containers and calls; null while it has no graph (a Sequential whose input shape is not known, a model never called). */
export function toModelSpec(model: ModelObject | CompositeObject, extras: SpecExtras): ModelSpec | null {
  const graph = graphOf(model);
  return graph ? new Flattening(model, graph, extras.trainable ?? new Map()).spec(extras) : null;
}

/** From input tensors to outputs; a subclassed model's is that of its first call. */
function graphOf(model: ModelObject | CompositeObject): Subgraph | null {
  if (model.kind === 'model') {
    return model.graph;
  }
  const [call] = model.nodes;
  return call?.inner ? { inputs: call.inputTensors, outputs: call.outputs } : null;
}

interface Placed {
  readonly object: GraphObject;
  readonly path: readonly GraphObject[];
}

/** Layers that compute something else where a model around them is called with `training=False`; what is random is left out anyway. */
const statisticsLayers = new Set(['BatchNormalization', 'SpectralNormalization']);

/** One pass over a model: first what there is and in which order, then what flows where. */
class Flattening {
  readonly #tensors: TensorSpec[] = [];
  readonly #calls: CallSpec[] = [];
  readonly #leaves = new Map<GraphObject, Placed>();
  readonly #containers = new Map<GraphObject, Placed>();
  readonly #ids = new Map<GraphObject, string>();
  readonly #taken = new Set</* id */ string>();
  /** Leaves that were called, with the call that shows their output. */
  readonly #called = new Map<GraphObject, CallNode>();

  constructor(
    private readonly model: ModelObject | CompositeObject,
    private readonly graph: Subgraph,
    private readonly flags: ReadonlyMap<GraphObject, boolean>,
  ) {}

  #trainable(object: GraphObject): boolean {
    return this.flags.get(object) ?? object.trainable;
  }

  #pretrained({ objects, ...part }: PretrainedObjects, present: ReadonlySet<string>): PretrainedSpec {
    const ids = [...objects].map((object) => this.#ids.get(object)).filter((id) => id !== undefined);
    return { ...part, layers: ids.filter((id) => present.has(id)) };
  }

  spec(extras: SpecExtras): ModelSpec {
    const starts = inputObjects(this.model, this.graph);
    starts.forEach((object) => this.#place(object, []));
    const root = this.model.kind === 'composite' ? [this.model] : [];
    this.#placeAll(this.model, root);

    // 1. Run the graph on tensor ids: every leaf's call becomes a CallSpec.
    const inputs = this.graph.inputs.map((tensor) => this.#tensor(tensor));
    const outputs = evaluate(
      this.graph,
      inputs,
      (...call) => this.#call(...call),
      root,
      undefined,
      extras.training ?? (this.model.kind === 'composite' ? null : true),
    );

    // 2. Only what is called, in the order in which it was placed.
    const layers = [...this.#leaves.values()]
      .filter(({ object }) => isInputLayer(object) || this.#called.has(object) || this.#isBuiltAside(object))
      .map((placed) => this.#layerSpec(placed));
    const kept = new Set(layers.flatMap(({ id }) => prefixes(id)));
    const containers = [...this.#containers.values()]
      .map((placed) => this.#containerSpec(placed))
      .filter(({ id }) => kept.has(id));

    return {
      id: extras.id,
      name: this.model.name,
      className: this.model.kind === 'model' ? this.model.role : 'Model',
      range: extras.range,
      layers,
      containers,
      tensors: this.#tensors,
      calls: this.#calls,
      inputs: inputs.map((tensor, index) => {
        const layer = starts[index];
        return {
          name: layer?.name ?? `input_${index}`,
          layer: (layer && this.#ids.get(layer)) ?? '',
          tensor,
        };
      }),
      outputs: outputs.map((tensor, index) => ({ name: this.#outputName(index), tensor })),
      compile: extras.compile ?? null,
      data: extras.data ?? unknownData,
      pretrained: (extras.pretrained ?? [])
        .map((part) => this.#pretrained(part, new Set(layers.map(({ id }) => id))))
        .filter((part) => part.layers.length > 0),
      usage: extras.usage ?? noUsage,
      assumptions: extras.assumptions ?? [],
      unknowns: extras.unknowns ?? [],
      unprobeable: extras.unprobeable ?? opaqueNote(layers),
      names: extras.names ?? { bound: {}, imports: [] },
    };
  }

  /** A layer that a subclassed model calls, but not on the way to its outputs (for a loss of its own, say). */
  #isBuiltAside(object: GraphObject): boolean {
    return (
      this.model.kind === 'composite' &&
      object.kind === 'layer' &&
      object.nodes.length > 0 &&
      this.model.children.includes(object)
    );
  }

  #tensor({ shape, dtype }: TensorSpec): TensorId {
    return this.#tensors.push({ shape, dtype }) - 1;
  }

  #call(
    node: CallNode,
    inputs: Readonly<Record<string, readonly TensorId[]>>,
    path: readonly GraphObject[],
    training: boolean | null,
  ): readonly TensorId[] {
    const { callee } = node;
    this.#place(callee, path);
    if (!this.#called.has(callee)) {
      this.#called.set(callee, node);
    }
    const given: Record<string, readonly TensorSpec[]> = {};
    for (const [argument, ids] of Object.entries(inputs)) {
      given[argument] = ids.map((id) => this.#tensors[id]).filter((tensor) => tensor !== undefined);
    }
    const outputs = inferLeaf(node, given).map((tensor) => this.#tensor(tensor));
    // `fit` gives a Functional model training=True, which overrides what its calls were given
    const decides = callee.kind === 'layer' && statisticsLayers.has(callee.definition.className);
    const differs = training === false || node.flags.training === false;
    const flags = decides && differs ? { ...node.flags, training } : node.flags;
    this.#calls.push({ layer: this.#ids.get(callee) ?? callee.name, inputs, outputs, flags });
    return outputs;
  }

  /** Children in Keras' order, nested ones in place. What is only met in calls is placed when it is called. */
  #placeAll(container: ModelObject | CompositeObject, path: readonly GraphObject[]): void {
    for (const child of container.children) {
      if (isInputLayer(child) && path.length > 0) {
        continue;
      }
      this.#place(child, path);
      if (child.kind === 'model' || child.kind === 'composite') {
        this.#placeAll(child, [...path, child]);
      }
    }
    if (container.kind === 'composite') {
      // A Sequential calls it anew with every `add`: what the last call made has to stand in place too.
      const nodes = container.nodes.flatMap(({ inner }) => (inner ? traverse(inner).nodes : []));
      for (const { callee } of nodes) {
        if (callee.kind === 'model' || callee.kind === 'composite') {
          this.#place(callee, path);
          this.#placeAll(callee, [...path, callee]);
        } else {
          this.#place(callee, path);
        }
      }
    }
  }

  #place(object: GraphObject, path: readonly GraphObject[]): void {
    const places = object.kind === 'model' || object.kind === 'composite' ? this.#containers : this.#leaves;
    if (object === this.model || places.has(object)) {
      return;
    }
    const around = path.filter((each) => each !== this.model);
    const written = [...around.map(({ name }) => name), object.name].join('/');
    let id = written;
    for (let count = 1; this.#taken.has(id); count++) {
      id = `${written}_${count}`;
    }
    this.#taken.add(id);
    this.#ids.set(object, id);
    places.set(object, { object, path });
  }

  #layerSpec({ object }: Placed): LayerSpec {
    const node = this.#called.get(object) ?? object.nodes[0];
    const trainable = this.#trainable(object) && this.#trainable(this.model);
    return {
      id: this.#ids.get(object) ?? object.name,
      name: object.name,
      className: object.className,
      kind: object.kind === 'operation' || object.kind === 'opaque' ? object.kind : 'layer',
      config: configOf(object, this.#trainable(object)),
      weights: weightsOf(object).map((weight) => ({ ...weight, trainable: weight.trainable && trainable })),
      trainable,
      outputShape: outputShape(node),
      site: object.site,
    };
  }

  #containerSpec({ object }: Placed): ContainerSpec {
    return {
      id: this.#ids.get(object) ?? object.name,
      name: object.name,
      className: object.className,
      kind:
        object.kind === 'model' || (object.kind === 'composite' && object.role === 'model')
          ? 'model'
          : 'layer',
      config: configOf(object, this.#trainable(object)),
      trainable: this.#trainable(object) && this.#trainable(this.model),
      outputShape:
        object.kind === 'model' && object.graph
          ? shapes(object.graph.outputs, false)
          : outputShape(object.nodes[0]),
      site: object.site,
    };
  }

  #outputName(index: number): string {
    const outputs =
      this.model.kind === 'composite' ? this.model.nodes[0]?.inner?.outputs : this.graph.outputs;
    return outputs?.[index]?.producer?.callee.name ?? `output_${index}`;
  }
}

/** The objects that the inputs come from; an input in the middle of a graph has an InputLayer of its own at the front of the layers. */
function inputObjects(model: ModelObject | CompositeObject, graph: Subgraph): readonly GraphObject[] {
  const spare =
    model.kind === 'model'
      ? model.layers.filter(
          (object) =>
            isInputLayer(object) && !graph.inputs.some((tensor) => tensor.producer?.callee === object),
        )
      : [];
  return graph.inputs
    .map(({ producer }) => (isInputLayer(producer?.callee) ? producer.callee : spare.shift()))
    .filter((object) => object !== undefined);
}

function configOf(object: GraphObject, trainable: boolean): Config {
  if (object.kind === 'model') {
    return { name: object.name };
  }
  const { config } = object;
  // The flag may have been set after the layer was made.
  return 'trainable' in config && config.trainable !== trainable ? { ...config, trainable } : config;
}

function weightsOf(object: GraphObject): readonly WeightSpec[] {
  return object.kind === 'model' || object.kind === 'composite' ? [] : (object.weights ?? []);
}

function outputShape(node: CallNode | undefined): Shape | readonly Shape[] {
  return node ? shapes(node.outputs, node.multiple) : [];
}

function shapes(tensors: readonly SymbolicTensor[], multiple: boolean): Shape | readonly Shape[] {
  const [first] = tensors;
  return tensors.length === 1 && first && !multiple ? first.shape : tensors.map(({ shape }) => shape);
}

/** 'a/b/c' lies in 'a' and 'a/b'. */
function prefixes(id: string): readonly string[] {
  const parts = id.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** A layer whose inside is not known is taken for the identity; where it changes the shape nothing can run. */
function opaqueNote(layers: readonly LayerSpec[]): Note | null {
  const opaque = layers.find(({ kind, weights }) => kind === 'opaque' && weights.length > 0);
  return opaque
    ? {
        id: 'opaque-layer',
        text: `What the layer ${opaque.name} (${opaque.className}) computes is not known.`,
      }
    : null;
}
