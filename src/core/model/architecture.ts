import type { Architecture, ArchitectureLayer } from '../report/report';
import type {
  Json,
  CallSpec,
  CompileSpec,
  ContainerSpec,
  LayerSpec,
  ModelSpec,
  TensorId,
  WeightSpec,
} from './spec';

/**
 * The model as the report shows it, like Keras' summary: leaves under their paths, custom layers as one row before what they hold,
 * no raw operations.
 */
export function toArchitecture(spec: ModelSpec): Architecture {
  const inbound = inboundLayers(spec);
  const custom = spec.containers.filter(({ kind }) => kind === 'layer');
  const shown = new Set</* ContainerSpec.id */ string>();
  const rows: ArchitectureLayer[] = [];
  for (const layer of spec.layers) {
    for (const container of custom) {
      if (!shown.has(container.id) && layer.id.startsWith(`${container.id}/`)) {
        shown.add(container.id);
        rows.push(containerRow(container, spec));
      }
    }
    if (layer.kind !== 'operation') {
      rows.push(layerRow(layer, inbound.get(layer.id) ?? []));
    }
  }
  const weights = spec.layers.flatMap((layer) => layer.weights);
  return {
    className: spec.className,
    name: spec.name,
    layers: rows,
    inputs: spec.inputs.map(({ name, tensor }) => ({
      name,
      shape: spec.tensors[tensor]?.shape ?? [],
      dtype: spec.tensors[tensor]?.dtype ?? 'float32',
    })),
    outputs: spec.outputs.map(({ name }) => name),
    totalParams: countParams(weights),
    trainableParams: countParams(weights.filter(({ trainable }) => trainable)),
    compile: spec.compile && compileRow(spec.compile),
  };
}

/** Number of entries in these weights, as `count_params()` says. */
export function countParams(weights: readonly WeightSpec[]): number {
  return weights.reduce((sum, { shape }) => sum + shape.reduce((size, each) => size * each, 1), 0);
}

function layerRow(layer: LayerSpec, inbound: readonly string[]): ArchitectureLayer {
  return {
    id: layer.id,
    name: layer.name,
    className: layer.className,
    config: layer.config,
    inbound,
    outputShape: layer.outputShape,
    params: countParams(layer.weights),
    trainableParams: countParams(layer.weights.filter(({ trainable }) => trainable)),
    trainable: layer.trainable,
    range: layer.site?.range ?? null,
  };
}

/** Counts the parameters of all that it holds, as Keras' summary does. */
function containerRow(container: ContainerSpec, spec: ModelSpec): ArchitectureLayer {
  const weights = spec.layers
    .filter(({ id }) => id.startsWith(`${container.id}/`))
    .flatMap((layer) => layer.weights);
  return {
    id: container.id,
    name: container.name,
    className: container.className,
    config: container.config,
    inbound: [],
    outputShape: container.outputShape,
    params: countParams(weights),
    trainableParams: countParams(weights.filter(({ trainable }) => trainable)),
    trainable: container.trainable,
    range: container.site?.range ?? null,
  };
}

function compileRow({
  loss,
  lossWeights,
  optimizer,
  metrics,
}: CompileSpec): NonNullable<Architecture['compile']> {
  return {
    loss: reported(loss),
    lossWeights,
    optimizer: { className: optimizer.className, config: optimizer.config },
    metrics,
  };
}

/** Which layers feed each layer, in the order of its inputs: operations and inputs are looked through. */
function inboundLayers(spec: ModelSpec): ReadonlyMap</* LayerSpec.id */ string, readonly string[]> {
  const operations = new Set(spec.layers.filter(({ kind }) => kind === 'operation').map(({ id }) => id));
  const producers = new Map<TensorId, CallSpec>();
  const sources = new Map<TensorId, readonly string[]>();
  const inbound = new Map<string, Set<string>>();

  const sourcesOf = (tensor: TensorId): readonly string[] => {
    const call = producers.get(tensor);
    if (!call) {
      return [];
    }
    return operations.has(call.layer) ? (sources.get(tensor) ?? []) : [call.layer];
  };
  // Calls stand in an order in which they can be executed: what feeds a call is known before it.
  for (const call of spec.calls) {
    const feeding = Object.values(call.inputs).flat().flatMap(sourcesOf);
    const known = inbound.get(call.layer) ?? new Set();
    feeding.forEach((layer) => known.add(layer));
    inbound.set(call.layer, known);
    for (const output of call.outputs) {
      producers.set(output, call);
      sources.set(output, feeding);
    }
  }
  return new Map([...inbound].map(([layer, feeding]) => [layer, [...feeding]]));
}

/** Objects as the report writes them: `className` beside `config`, as for layers and optimizers. */
function reported(value: Json): unknown {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map(reported);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const { class_name: className, ...rest } = value as { readonly [key: string]: Json };
  return className === undefined
    ? Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, reported(inner)]))
    : { className, ...rest };
}
