import type { CallSpec, LayerSpec, ModelSpec, SerializedObject } from './spec';

/** Layer classes whose kernel multiplies the signal: the ones that gradient propagation is about. */
const recurrentClasses = new Set([
  'SimpleRNN',
  'LSTM',
  'GRU',
  'RNN',
  'ConvLSTM1D',
  'ConvLSTM2D',
  'ConvLSTM3D',
  'Bidirectional',
]);
const normalizationClasses = new Set([
  'BatchNormalization',
  'LayerNormalization',
  'GroupNormalization',
  'UnitNormalization',
  'RMSNormalization',
]);
const adaptiveOptimizers = new Set([
  'Adam',
  'AdamW',
  'Adamax',
  'Nadam',
  'RMSprop',
  'Adadelta',
  'Lion',
  'Lamb',
  'Muon',
]);
const kernelNames = /(^|\/)(kernel|depthwise_kernel|pointwise_kernel|recurrent_kernel)$/;

/** Whether the layer multiplies by a trainable or frozen kernel. */
export function hasKernel(layer: LayerSpec): boolean {
  return layer.weights.some((weight) => kernelNames.test(weight.name));
}

/** Whether at most one layer has a kernel: the loss is convex then, and bears rates that stacks do not. */
export function isSingleLayer(spec: ModelSpec): boolean {
  return spec.layers.filter(hasKernel).length < 2;
}

/** Whether the weight is a kernel, not a bias, a scale or a statistic. */
export function isKernel(weightName: string): boolean {
  return kernelNames.test(weightName);
}

export function isRecurrent(layer: LayerSpec): boolean {
  return recurrentClasses.has(layer.className);
}

export function isNormalization(layer: LayerSpec): boolean {
  return normalizationClasses.has(layer.className);
}

/** Whether the optimizer divides by the gradient's own size (Adam-like, RMSprop). Adagrad and Ftrl start from an accumulator of 0.1 and behave like SGD for small gradients. */
export function isAdaptive(spec: {
  readonly compile: { readonly optimizer: { readonly className: string } } | null;
}): boolean {
  return adaptiveOptimizers.has(spec.compile?.optimizer.className ?? 'RMSprop');
}

/** The activation's name as Keras writes it in the layer's config; null where it has none of its own. */
export function activationOf(layer: Pick<LayerSpec, 'className' | 'config'>): string | null {
  const wrapped = layer.config['layer'];
  if (layer.className === 'TimeDistributed' && isSerialized(wrapped)) {
    return activationOf({ className: wrapped.class_name, config: wrapped.config });
  }
  const value = layer.config['activation'];
  if (typeof value === 'string') {
    return value;
  }
  if (isSerialized(value)) {
    return value.class_name;
  }
  return activationClasses[layer.className] ?? null;
}

const activationClasses: Readonly<Record<string, string>> = {
  ReLU: 'relu',
  LeakyReLU: 'leaky_relu',
  PReLU: 'leaky_relu',
  ELU: 'elu',
  Softmax: 'softmax',
};

/** The initializer of the layer's kernel, else null. */
export function kernelInitializer(layer: LayerSpec): SerializedObject | null {
  const value = layer.config['kernel_initializer'] ?? layer.config['depthwise_initializer'];
  return isSerialized(value) ? value : null;
}

export function isSerialized(value: unknown): value is SerializedObject {
  return (
    typeof value === 'object' &&
    value !== null &&
    'class_name' in value &&
    typeof value.class_name === 'string'
  );
}

/** What is connected to what, computed once a spec. */
export class GraphIndex {
  readonly layers: ReadonlyMap</* layer id */ string, LayerSpec>;
  private readonly producers = new Map</* tensor */ number, CallSpec>();
  private readonly calls = new Map</* layer id */ string, CallSpec[]>();
  private readonly consumers = new Map</* tensor */ number, CallSpec[]>();

  constructor(readonly spec: ModelSpec) {
    this.layers = new Map(spec.layers.map((layer) => [layer.id, layer]));
    for (const call of spec.calls) {
      const own = this.calls.get(call.layer) ?? [];
      own.push(call);
      this.calls.set(call.layer, own);
      for (const tensor of call.outputs) {
        this.producers.set(tensor, call);
      }
      for (const tensor of inputsOf(call)) {
        const users = this.consumers.get(tensor) ?? [];
        users.push(call);
        this.consumers.set(tensor, users);
      }
    }
  }

  layerOf(call: CallSpec): LayerSpec | undefined {
    return this.layers.get(call.layer);
  }

  producer(tensor: number): CallSpec | undefined {
    return this.producers.get(tensor);
  }

  /** Calls that read what this call puts out. */
  users(call: CallSpec): readonly CallSpec[] {
    return call.outputs.flatMap((tensor) => this.consumers.get(tensor) ?? []);
  }

  callsOf(layer: LayerSpec): readonly CallSpec[] {
    return this.calls.get(layer.id) ?? [];
  }

  /**
   * The activation that the layer's signal passes next: its own, or that of the activation layer that follows (normalization and
   * dropout in between looked through); 'linear' where there is none.
   */
  effectiveActivation(layer: LayerSpec): string {
    const own = activationOf(layer);
    if (own !== null && own !== 'linear') {
      return own;
    }
    let [call] = this.callsOf(layer);
    for (let hops = 0; call && hops < 4; hops++) {
      const users = this.users(call);
      const next = users[0];
      const nextLayer = next && this.layerOf(next);
      if (users.length !== 1 || !next || !nextLayer) {
        break;
      }
      const activation = hasKernel(nextLayer)
        ? null
        : (activationOf(nextLayer) ?? operationActivation(nextLayer));
      if (activation !== null && activation !== 'linear') {
        return activation;
      }
      if (
        hasKernel(nextLayer) ||
        !(
          isNormalization(nextLayer) ||
          nextLayer.className.endsWith('Dropout') ||
          nextLayer.className === 'Activation'
        )
      ) {
        break;
      }
      call = next;
    }
    return 'linear';
  }

  /** Whether normalization stands between this kernel layer and the next one. */
  isNormalized(layer: LayerSpec): boolean {
    const seen = new Set<CallSpec>();
    const queue = [...this.callsOf(layer)];
    for (let call = queue.pop(); call; call = queue.pop()) {
      for (const user of this.users(call)) {
        const next = this.layerOf(user);
        if (!next || seen.has(user)) {
          continue;
        }
        seen.add(user);
        if (isNormalization(next)) {
          return true;
        }
        if (!hasKernel(next)) {
          queue.push(user);
        }
      }
    }
    return false;
  }

  /** Whether a tensor skips at least one kernel layer and is added or concatenated later. */
  hasSkips(): boolean {
    return this.spec.calls.some((call) => {
      const layer = this.layerOf(call);
      const inputs = inputsOf(call);
      if (!layer || inputs.length < 2 || !/^(Add|Concatenate|Average|Maximum)$/.test(layer.className)) {
        return false;
      }
      const depths = inputs.map((tensor) => this.kernelDepth(tensor));
      return Math.max(...depths) > Math.min(...depths);
    });
  }

  /** Largest number of kernel layers between an input and this tensor. */
  kernelDepth(tensor: number): number {
    return this.depths.get(tensor) ?? 0;
  }

  /** Per tensor, the largest number of kernel layers on a way to it; calls stand in execution order. */
  private readonly depths = new Map</* tensor */ number, number>();

  /** Fills `depths`; called by the factory so that the maps above are complete. */
  private computeDepths(): this {
    for (const call of this.spec.calls) {
      const layer = this.layerOf(call);
      const before = Math.max(0, ...inputsOf(call).map((tensor) => this.kernelDepth(tensor)));
      const depth = before + (layer && hasKernel(layer) ? 1 : 0);
      for (const tensor of call.outputs) {
        this.depths.set(tensor, depth);
      }
    }
    return this;
  }

  static of(spec: ModelSpec): GraphIndex {
    let index = cache.get(spec);
    if (!index) {
      cache.set(spec, (index = new GraphIndex(spec).computeDepths()));
    }
    return index;
  }
}

const cache = new WeakMap<ModelSpec, GraphIndex>();

/**
 * Hidden kernel layers, input first, grouped by depth (longest way from an input, in kernel layers): all but those behind which no other
 * kernel layer follows on the longest way.
 */
export function hiddenLevels(spec: ModelSpec): readonly (readonly LayerSpec[])[] {
  const graph = GraphIndex.of(spec);
  const total = Math.max(0, ...spec.outputs.map((output) => graph.kernelDepth(output.tensor)));
  const levels = new Map</* depth */ number, LayerSpec[]>();
  for (const layer of spec.layers) {
    const [call] = graph.callsOf(layer);
    const depth = call ? graph.kernelDepth(call.outputs[0] ?? -1) : 0;
    if (hasKernel(layer) && depth > 0 && depth < total) {
      levels.set(depth, [...(levels.get(depth) ?? []), layer]);
    }
  }
  return [...levels.keys()].sort((a, b) => a - b).map((depth) => levels.get(depth) ?? []);
}

/** All tensors that a call reads. */
export function inputsOf(call: CallSpec): readonly number[] {
  return Object.values(call.inputs).flat();
}

const activationOperations = new Set([
  'relu',
  'relu6',
  'leaky_relu',
  'elu',
  'selu',
  'gelu',
  'silu',
  'sigmoid',
  'tanh',
  'softmax',
  'softplus',
  'softsign',
]);

function operationActivation(layer: LayerSpec): string | null {
  const op = layer.kind === 'operation' ? layer.config['op'] : null;
  return typeof op === 'string' && activationOperations.has(op) ? op : null;
}

/** Whether steps only gather gradients for a later update: weights that stand still at them say nothing. */
export function gathersGradients(spec: ModelSpec): boolean {
  const steps = spec.compile?.optimizer.config['gradient_accumulation_steps'];
  return typeof steps === 'number' && steps > 1;
}

/** Whether the program tells how large the inputs are: by the name of their data set, or by how it makes or scales them. */
export function areInputsKnown({ data }: ModelSpec): boolean {
  return data.name !== null || data.inputs.some(({ kind, std }) => kind !== 'unknown' || std !== null);
}
