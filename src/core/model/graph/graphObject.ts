import type { LayerClass } from '../catalogue/layerClass';
import type { OperationDefinition } from '../operations/operationDefinition';
import type { CallSite } from '../site';
import type { Config, WeightSpec } from '../spec';
import type { CallNode, Subgraph, SymbolicTensor } from './symbolicTensor';

/** Anything that can be called on symbolic tensors. */
export type GraphObject = LayerObject | OperationObject | OpaqueObject | CompositeObject | ModelObject;

export interface ObjectIdentity {
  readonly name: string;
  readonly className: string;
  readonly site: CallSite | null;
}

abstract class BaseObject {
  readonly name: string;
  readonly className: string;
  readonly site: CallSite | null;
  /** Calls in the order in which they were made. */
  readonly nodes: CallNode[] = [];
  #trainable = true;

  constructor(identity: ObjectIdentity) {
    this.name = identity.name;
    this.className = identity.className;
    this.site = identity.site;
  }

  abstract get children(): readonly GraphObject[];

  get trainable(): boolean {
    return this.#trainable;
  }

  /** As in Keras, the flag goes down to all that is inside now; what is added later keeps its own. */
  set trainable(value: boolean) {
    this.#trainable = value;
    for (const child of this.children) {
      child.trainable = value;
    }
  }

  /** `layer.input`: of the first call. */
  get input(): readonly SymbolicTensor[] | null {
    return this.nodes[0]?.inputTensors ?? null;
  }

  /** `layer.output`: of the first call. */
  get output(): readonly SymbolicTensor[] | null {
    return this.nodes[0]?.outputs ?? null;
  }
}

/** A layer of the catalogue. */
export class LayerObject extends BaseObject {
  readonly kind = 'layer';
  /** Filled by the first call. */
  weights: readonly WeightSpec[] | null = null;

  constructor(
    identity: ObjectIdentity,
    readonly definition: LayerClass,
    /** Changes before the first call at most. */
    public config: Config,
  ) {
    super(identity);
  }

  get children(): readonly GraphObject[] {
    return [];
  }
}

/** A raw operation on tensors, `x + y`; called once. */
export class OperationObject extends BaseObject {
  readonly kind = 'operation';

  constructor(
    identity: ObjectIdentity,
    readonly definition: OperationDefinition,
    /** An OperationConfig. */
    readonly config: Config,
    /** A variable of a custom layer is an operation without inputs. */
    readonly weights: readonly WeightSpec[],
  ) {
    super(identity);
  }

  get children(): readonly GraphObject[] {
    return [];
  }
}

/** A layer whose inside is not known. */
export class OpaqueObject extends BaseObject {
  readonly kind = 'opaque';

  constructor(
    identity: ObjectIdentity,
    readonly config: Config,
    readonly weights: readonly WeightSpec[],
  ) {
    super(identity);
  }

  get children(): readonly GraphObject[] {
    return [];
  }
}

/** A layer class of the user's own, or a subclassed model: what its `call` does is known. */
export class CompositeObject extends BaseObject {
  readonly kind = 'composite';
  readonly #children: GraphObject[] = [];

  constructor(
    identity: ObjectIdentity,
    readonly config: Config,
    /** 'model' for a subclass of keras.Model. */
    readonly role: 'model' | 'layer',
  ) {
    super(identity);
  }

  /** Layers that were assigned to its attributes, in that order. */
  get children(): readonly GraphObject[] {
    return this.#children;
  }

  track(child: GraphObject): void {
    if (!this.#children.includes(child)) {
      this.#children.push(child);
    }
  }
}

/** A Sequential or Functional model. */
export class ModelObject extends BaseObject {
  readonly kind = 'model';
  /** In the order of `model.layers`, InputLayers and operations included. */
  layers: readonly GraphObject[] = [];
  /** From inputs to outputs; null while a Sequential is not built. */
  graph: Subgraph | null = null;

  constructor(
    identity: ObjectIdentity,
    readonly role: 'Sequential' | 'Functional',
  ) {
    super(identity);
  }

  get children(): readonly GraphObject[] {
    return this.layers;
  }

  get inputs(): readonly SymbolicTensor[] | null {
    return this.graph?.inputs ?? null;
  }

  get outputs(): readonly SymbolicTensor[] | null {
    return this.graph?.outputs ?? null;
  }

  override get input(): readonly SymbolicTensor[] | null {
    return this.inputs;
  }

  override get output(): readonly SymbolicTensor[] | null {
    return this.outputs;
  }
}
