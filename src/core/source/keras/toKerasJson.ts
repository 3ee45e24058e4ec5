import { isConfig, isList } from '../../model/catalogue/configAccess';
import type { CallSpec, CompileSpec, Config, Json, LayerSpec, ModelSpec, TensorId } from '../../model/spec';
import { operationModule } from './operationModules';

/**
 * The `config.json` of a `.keras` file for this model. Nested models are written flat, with the path in the layers' names: weights
 * and what is computed are the same. Null where a layer's inside is not known.
 */
export function toKerasJson(spec: ModelSpec): Json | null {
  if (spec.layers.some(({ kind, weights }) => kind === 'opaque' && weights.length > 0)) {
    return null;
  }
  const names = new Map(spec.layers.map(({ id }) => [id, id.replaceAll('/', '_')]));
  const histories = tensorHistories(spec, names);
  const callsOf = (id: string): readonly CallSpec[] => spec.calls.filter(({ layer }) => layer === id);
  const layers = spec.layers.map((layer) => {
    const name = names.get(layer.id) ?? layer.name;
    const calls = callsOf(layer.id).map((call) => savedNode(spec, layer, call, histories));
    return { ...savedObject(layer, name), name, inbound_nodes: calls };
  });
  const history = (tensor: TensorId): Json => histories.get(tensor) ?? null;
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: spec.name,
      trainable: true,
      layers,
      input_layers: spec.inputs.map(({ tensor }) => history(tensor)),
      output_layers: spec.outputs.map(({ tensor }) => history(tensor)),
    },
    registered_name: 'Functional',
    compile_config: spec.compile ? savedCompile(spec.compile) : {},
  };
}

type Histories = ReadonlyMap<TensorId, readonly [string, number, number]>;

/** `[layer, call, output]` of every tensor. */
function tensorHistories(spec: ModelSpec, names: ReadonlyMap<string, string>): Histories {
  const histories = new Map<TensorId, readonly [string, number, number]>();
  for (const { layer, tensor } of spec.inputs) {
    histories.set(tensor, [names.get(layer) ?? layer, 0, 0]);
  }
  const counts = new Map</* LayerSpec.id */ string, number>();
  for (const { layer, outputs } of spec.calls) {
    const call = counts.get(layer) ?? 0;
    counts.set(layer, call + 1);
    outputs.forEach((tensor, index) => histories.set(tensor, [names.get(layer) ?? layer, call, index]));
  }
  return histories;
}

function savedObject(layer: LayerSpec, name: string): { readonly [key: string]: Json } {
  if (layer.kind === 'operation') {
    const module = operationModule(layer.className);
    return { module, class_name: layer.className, config: { name }, registered_name: layer.className };
  }
  return {
    module: 'keras.layers',
    class_name: layer.className,
    config: { ...savedConfig(layer.config), name },
    registered_name: null,
  };
}

/** Modules put back where Keras looks for them by module. */
function savedConfig(config: Config): Config {
  const saved: Record<string, Json> = {};
  for (const [name, value] of Object.entries(config)) {
    saved[name] = savedValue(name, value);
  }
  return saved;
}

function savedValue(name: string, value: Json): Json {
  if (isList(value)) {
    return value.map((each) => savedValue(name, each));
  }
  if (!isConfig(value) || typeof value.class_name !== 'string' || !isConfig(value.config)) {
    return value;
  }
  const family = families.find(([end]) => name.endsWith(end));
  const nested = value.class_name === 'Sequential' ? 'keras' : 'keras.layers';
  return {
    module: family?.[1] ?? nested,
    class_name: value.class_name,
    config: savedConfig(value.config),
    registered_name: null,
  };
}

const families: readonly (readonly [string, string])[] = [
  ['_initializer', 'keras.initializers'],
  ['_regularizer', 'keras.regularizers'],
  ['_constraint', 'keras.constraints'],
  ['learning_rate', 'keras.optimizers.schedules'],
];

function savedNode(spec: ModelSpec, layer: LayerSpec, call: CallSpec, histories: Histories): Json {
  const saved = (id: TensorId): Json => ({
    class_name: '__keras_tensor__',
    config: {
      shape: spec.tensors[id]?.shape ?? [],
      dtype: spec.tensors[id]?.dtype ?? 'float32',
      keras_history: histories.get(id) ?? null,
    },
  });
  const tensors = Object.values(call.inputs).flat();
  if (layer.kind === 'operation') {
    const { args } = layer.config;
    const kwargs = isConfig(args) ? args : {};
    return {
      args: [],
      kwargs: Object.fromEntries(
        Object.entries(kwargs).map(([name, value]) => [name, restored(value, tensors.map(saved))]),
      ),
    };
  }
  const [first, ...others] = Object.entries(call.inputs);
  const list = (ids: readonly TensorId[]): Json => {
    const [only] = ids;
    return ids.length === 1 && only !== undefined ? saved(only) : ids.map(saved);
  };
  const kwargs: Record<string, Json> = { ...call.flags };
  for (const [name, ids] of others) {
    kwargs[name] = name === 'initial_state' ? ids.map(saved) : list(ids);
  }
  return { args: first ? [list(first[1])] : [], kwargs };
}

/** An operation's argument with saved tensors in the places of `{ tensor: n }`. */
function restored(value: Json, tensors: readonly Json[]): Json {
  if (isList(value)) {
    return value.map((each) => restored(each, tensors));
  }
  if (isConfig(value) && typeof value.tensor === 'number') {
    return tensors[value.tensor] ?? null;
  }
  if (isConfig(value) && isList(value.slice)) {
    const [start = null, stop = null, step = null] = value.slice;
    return { class_name: '__slice__', config: { start, stop, step } };
  }
  return value;
}

function savedCompile({ loss, lossWeights, optimizer, metrics }: CompileSpec): Json {
  const savedLoss = (value: Json): Json => {
    if (isList(value)) {
      return value.map(savedLoss);
    }
    if (!isConfig(value)) {
      return value;
    }
    if (value.class_name === 'function' && typeof value.config === 'string') {
      return value.config;
    }
    return typeof value.class_name === 'string'
      ? {
          module: 'keras.losses',
          class_name: value.class_name,
          config: value.config ?? {},
          registered_name: null,
        }
      : Object.fromEntries(Object.entries(value).map(([name, each]) => [name, savedLoss(each)]));
  };
  return {
    optimizer: {
      module: 'keras.optimizers',
      class_name: optimizer.className,
      config: savedConfig(optimizer.config),
      registered_name: null,
    },
    loss: savedLoss(loss),
    loss_weights: lossWeights,
    metrics: [...metrics],
  };
}
