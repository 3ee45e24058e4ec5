import { isConfig, isList } from '../../model/catalogue/configAccess';
import type { CompileSpec, Config, Json, LayerSpec, ModelSpec, TensorId } from '../../model/spec';
import { type ItemCall, type NestedItem, type NestedModel, nest } from './nesting';
import { operationModule } from './operationModules';

/**
 * The `config.json` of a `.keras` file for this model, nested models inside. Custom layers are written flat, with the path in the names
 * of what they hold: weights and what is computed are the same. Null where a layer's inside is not known.
 */
export function toKerasJson(spec: ModelSpec): Json | null {
  if (spec.layers.some(({ kind, weights }) => kind !== 'layer' && weights.length > 0)) {
    return null;
  }
  return {
    ...savedModel(spec, nest(spec)),
    compile_config: spec.compile ? savedCompile(spec.compile) : {},
  };
}

function savedModel(spec: ModelSpec, model: NestedModel): { readonly [key: string]: Json } {
  const className = isSavedSequential(model) ? 'Sequential' : 'Functional';
  const { name, trainable } = model;
  const config =
    className === 'Sequential'
      ? { layers: [...inputLayers(spec, model), ...model.items].map((item) => savedItem(spec, item)) }
      : savedGraph(spec, model);
  return {
    module: className === 'Sequential' ? 'keras' : 'keras.src.models.functional',
    class_name: className,
    config: { name, trainable, ...config },
    registered_name: className,
  };
}

/** One layer after the other, each called once on what the one before put out. */
function isChain({ items, inputs, outputs }: NestedModel): boolean {
  let tensors = inputs;
  for (const item of items.filter((each) => !isInput(each))) {
    const [call, ...more] = item.calls;
    const given = call ? Object.values(call.inputs).flat() : [];
    if (!call || more.length > 0 || given.join() !== tensors.join() || isOperation(item)) {
      return false;
    }
    tensors = call.outputs;
  }
  return inputs.length === 1 && tensors.join() === outputs.join();
}

const isInput = (item: NestedItem): boolean => 'layer' in item && item.layer.className === 'InputLayer';
const isOperation = (item: NestedItem): boolean => 'layer' in item && item.layer.kind === 'operation';

/** The InputLayers of a nested model, which a ModelSpec leaves out; the model's own stand among its items. */
function inputLayers(spec: ModelSpec, { name, items, inputs }: NestedModel): readonly NestedItem[] {
  if (items.some(isInput)) {
    return [];
  }
  return inputs.map((tensor, index) => {
    const { shape = [], dtype = 'float32' } = spec.tensors[tensor] ?? {};
    const own = `${name}_input${index === 0 ? '' : `_${index}`}`;
    const layer: LayerSpec = {
      id: own,
      name: own,
      className: 'InputLayer',
      kind: 'layer',
      config: { batch_shape: shape, dtype, sparse: false, ragged: false, optional: false },
      weights: [],
      trainable: true,
      outputShape: shape,
      site: null,
    };
    return { name: own, layer, calls: [] };
  });
}

function savedGraph(spec: ModelSpec, model: NestedModel): { readonly [key: string]: Json } {
  const added = inputLayers(spec, model);
  const items = [...added, ...model.items];
  const histories = new Map<TensorId, History>();
  const starts = added.length > 0 ? added : startsOf(spec, model);
  starts.forEach(({ name }, index) => histories.set(model.inputs[index] ?? -1, [name, 0, 0]));
  for (const { name, calls } of items) {
    calls.forEach(({ outputs }, call) =>
      outputs.forEach((tensor, output) => histories.set(tensor, [name, call, output])),
    );
  }
  const nested = new Set(items.filter((item) => 'model' in item).map(({ name }) => name));
  const functional = (name: string): boolean =>
    items.some((item) => item.name === name && 'model' in item && !isSavedSequential(item.model));
  const end = (tensor: TensorId): Json => {
    const history = histories.get(tensor);
    // Keras counts a nested Functional's own graph as its first call here, and only here.
    return history && nested.has(history[0]) && functional(history[0])
      ? [history[0], history[1] + 1, history[2]]
      : (history ?? null);
  };
  return {
    layers: items.map((item) => ({
      ...savedItem(spec, item),
      name: item.name,
      inbound_nodes: item.calls.map((call) => savedNode(spec, item, call, histories)),
    })),
    input_layers: model.inputs.map((tensor) => histories.get(tensor) ?? null),
    output_layers: model.outputs.map(end),
  };
}

/** `[layer, call, output]` of a tensor. */
type History = readonly [string, number, number];
type Histories = ReadonlyMap<TensorId, History>;

const isSavedSequential = (model: NestedModel): boolean => model.className === 'Sequential' && isChain(model);

/** The model's own InputLayers, in the order of its inputs. */
function startsOf(spec: ModelSpec, { items }: NestedModel): readonly NestedItem[] {
  return spec.inputs.flatMap(({ layer }) =>
    items.filter((item) => 'layer' in item && item.layer.id === layer),
  );
}

function savedItem(spec: ModelSpec, item: NestedItem): { readonly [key: string]: Json } {
  if ('model' in item) {
    return savedModel(spec, { ...item.model, name: item.name });
  }
  const { layer, name } = item;
  if (layer.kind === 'operation') {
    const module = operationModule(layer.className);
    return { module, class_name: layer.className, config: { name }, registered_name: layer.className };
  }
  return {
    module: 'keras.layers',
    class_name: layer.className,
    config: { ...savedConfig(layer.config), name, trainable: layer.trainable },
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
    ...(value.shared_object_id === undefined ? {} : { shared_object_id: value.shared_object_id }),
  };
}

const families: readonly (readonly [string, string])[] = [
  ['_initializer', 'keras.initializers'],
  ['_regularizer', 'keras.regularizers'],
  ['_constraint', 'keras.constraints'],
  ['learning_rate', 'keras.optimizers.schedules'],
];

function savedNode(spec: ModelSpec, item: NestedItem, call: ItemCall, histories: Histories): Json {
  const saved = (id: TensorId): Json => ({
    class_name: '__keras_tensor__',
    config: {
      shape: spec.tensors[id]?.shape ?? [],
      dtype: spec.tensors[id]?.dtype ?? 'float32',
      keras_history: histories.get(id) ?? null,
    },
  });
  const tensors = Object.values(call.inputs).flat();
  if ('layer' in item && item.layer.kind === 'operation') {
    const { args } = item.layer.config;
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
