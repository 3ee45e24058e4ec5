import { bindArguments, completeConfig, findLayerClass } from '../../model/catalogue/catalogue';
import { isConfig, isList, stringOf } from '../../model/catalogue/configAccess';
import { isInputLayer, type Graph } from '../../model/graph/graph';
import type { GraphObject, ModelObject } from '../../model/graph/graphObject';
import type { CallNode, SymbolicTensor } from '../../model/graph/symbolicTensor';
import { findOperation } from '../../model/operations/operations';
import type { OperationArgument, OperationDefinition } from '../../model/operations/operationDefinition';
import type { Config, Json } from '../../model/spec';
import { ConfigError } from './configError';
import {
  savedCall,
  tensorReference,
  tensorReferences,
  type SavedCall,
  type TensorReference,
} from './kerasTensor';

export type ModelReader = (graph: Graph, json: Config) => ModelObject;

/** Where Keras keeps the classes of raw operations. */
const operationModules = ['keras.src.ops', 'keras.src.activations'];

const modelClasses = new Set(['Sequential', 'Functional', 'Model']);

/** A layer or nested model from its saved configuration; what the catalogue does not know becomes opaque. */
export function createObject(graph: Graph, json: Config, readModel: ModelReader): GraphObject {
  const className = stringOf(json, 'class_name');
  const config = isConfig(json.config) ? json.config : {};
  if (modelClasses.has(className)) {
    return readModel(graph, json);
  }
  const name = stringOf(config, 'name') || stringOf(json, 'name') || null;
  const definition = findLayerClass(className);
  if (!definition) {
    return graph.createOpaque(className, config, { name });
  }
  // Older versions of Keras wrote older spellings.
  const { values } = bindArguments(definition, [], Object.entries(config));
  const layer = graph.createLayer(definition, completeConfig(definition, values), { name });
  layer.trainable = config.trainable !== false;
  return layer;
}

interface SavedLayer {
  readonly object: GraphObject | null;
  readonly operation: OperationDefinition | null;
  readonly calls: readonly SavedCall[];
  readonly nodes: CallNode[];
}

/** A Functional model: its layers first, then their calls as soon as what they need is there (as Keras' `functional_from_config`). */
export function readFunctional(graph: Graph, config: Config, readModel: ModelReader): ModelObject {
  const layers = new Map</* name */ string, SavedLayer>();
  for (const json of isList(config.layers) ? config.layers : []) {
    if (isConfig(json)) {
      layers.set(stringOf(json, 'name') || nameInside(json), savedLayer(graph, json, readModel));
    }
  }
  const tensorOf = ({ layer, node, output }: TensorReference): SymbolicTensor | undefined =>
    layers.get(layer)?.nodes[node]?.outputs[output];

  let progress = true;
  while (progress) {
    progress = false;
    for (const [name, layer] of layers) {
      for (let call = layer.calls[layer.nodes.length]; call; call = layer.calls[layer.nodes.length]) {
        const needed = tensorReferences([...call.args, ...Object.values(call.kwargs)]);
        if (!needed.every((reference) => tensorOf(reference))) {
          break;
        }
        layer.nodes.push(replay(graph, name, layer, call, tensorOf));
        progress = true;
      }
    }
  }
  const find = (value: Json | undefined): readonly SymbolicTensor[] =>
    tensorReferences(value).map((reference) => {
      // Keras counts a nested Functional's own graph as its first call here, and only here.
      const { object } = layers.get(reference.layer) ?? { object: null };
      const own = object?.kind === 'model' && object.role === 'Functional' ? 1 : 0;
      const tensor = tensorOf({ ...reference, node: reference.node - own }) ?? tensorOf(reference);
      if (!tensor) {
        throw new ConfigError(`the output of layer ${reference.layer} is used but never computed`);
      }
      return tensor;
    });
  return graph.createFunctional(find(config.input_layers), find(config.output_layers), {
    name: stringOf(config, 'name') || null,
  });
}

function nameInside(json: Config): string {
  return isConfig(json.config) ? stringOf(json.config, 'name') : '';
}

function savedLayer(graph: Graph, json: Config, readModel: ModelReader): SavedLayer {
  const calls = (isList(json.inbound_nodes) ? json.inbound_nodes : []).map(savedCall);
  const className = stringOf(json, 'class_name');
  if (operationModules.some((module) => stringOf(json, 'module').startsWith(module))) {
    const operation = findOperation(className);
    if (!operation) {
      throw new ConfigError(`the operation ${className} is not known`);
    }
    return { object: null, operation, calls, nodes: [] };
  }
  const object = createObject(graph, json, readModel);
  const nodes = isInputLayer(object) ? [graph.tensorOfInput(object).producer] : [];
  return { object, operation: null, calls, nodes: nodes.filter((node) => node !== null) };
}

type Restored = OperationArgument<SymbolicTensor>;

function replay(
  graph: Graph,
  name: string,
  { object, operation }: SavedLayer,
  { args, kwargs }: SavedCall,
  tensorOf: (reference: TensorReference) => SymbolicTensor | undefined,
): CallNode {
  const restore = (value: Json): Restored => {
    const reference = tensorReference(value);
    if (reference) {
      return tensorOf(reference) ?? null;
    }
    return isList(value) ? value.map(restore) : plainValue(value);
  };
  if (operation) {
    const named: Record<string, Restored> = {};
    args.forEach((value, index) => {
      named[operation.arguments[index]?.name ?? `argument_${index}`] = restore(value);
    });
    for (const [key, value] of Object.entries(kwargs)) {
      named[key] = restore(value);
    }
    return graph.applyOperation(operation.op, named, { name });
  }
  if (!object || object.kind === 'operation' || object.kind === 'composite') {
    throw new ConfigError(`the layer ${name} cannot be called`);
  }
  const tensors = (value: Json): readonly SymbolicTensor[] =>
    tensorReferences(value).flatMap((reference) => tensorOf(reference) ?? []);
  const names = object.kind === 'layer' ? object.definition.callArguments : ['inputs'];
  const inputs: Record<string, readonly SymbolicTensor[]> = {};
  const flags: Record<string, Json> = {};
  const put = (key: string, value: Json): void => {
    const found = tensors(value);
    if (found.length > 0) {
      inputs[key] = found;
    } else if (value !== null) {
      flags[key] = value;
    }
  };
  args.forEach((value, index) => put(names[index] ?? `argument_${index}`, value));
  Object.entries(kwargs).forEach(([key, value]) => put(key, value));
  return object.kind === 'opaque'
    ? graph.callOpaque(object, inputs, flags)
    : graph.call(object, inputs, flags);
}

/** Slices and other objects that Keras serialises inside call arguments. */
function plainValue(value: Json): Json {
  if (isConfig(value) && value.class_name === '__slice__' && isConfig(value.config)) {
    const { start, stop, step } = value.config;
    return { slice: [start ?? null, stop ?? null, step ?? null] };
  }
  if (isConfig(value) && value.class_name === '__ellipsis__') {
    return 'ellipsis';
  }
  if (isConfig(value) && value.class_name === '__tuple__') {
    return value.items ?? [];
  }
  return value;
}
