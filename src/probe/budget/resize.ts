import { buildLayer, findLayerClass } from '../../core/model/catalogue/catalogue';
import { withTensors } from '../../core/model/operations/operationDefinition';
import { findOperation } from '../../core/model/operations/operations';
import type { CallSpec, LayerSpec, ModelSpec, TensorSpec, WeightSpec } from '../../core/model/spec';

/**
 * The same model on inputs of other sizes, every shape inferred afresh by the catalogue. Null where the model does not allow it: where a layer
 * refuses, or where a weight would change in anything but the number of inputs of a dense layer (depth and width stay as they are).
 */
export function resize(spec: ModelSpec, inputs: readonly (readonly number[])[]): ModelSpec | null {
  const tensors: TensorSpec[] = [...spec.tensors];
  spec.inputs.forEach(({ tensor }, i) => {
    tensors[tensor] = { ...(tensors[tensor] as TensorSpec), shape: [null, ...(inputs[i] ?? [])] };
  });
  const layers = new Map(spec.layers.map((layer) => [layer.id, layer]));
  for (const call of spec.calls) {
    const layer = layers.get(call.layer);
    const built = layer === undefined ? null : build(layer, call, tensors);
    if (layer === undefined || built === null) {
      return null;
    }
    call.outputs.forEach((id, i) => {
      tensors[id] = built.outputs[i] ?? (tensors[id] as TensorSpec);
    });
    const weights = built.weights === null ? layer.weights : changed(layer, built.weights);
    if (weights === null) {
      return null;
    }
    const outputShape =
      call.outputs.length === 1 ? (built.outputs[0]?.shape ?? layer.outputShape) : layer.outputShape;
    layers.set(layer.id, { ...layer, weights, outputShape });
  }
  return { ...spec, tensors, layers: spec.layers.map(({ id }) => layers.get(id) as LayerSpec) };
}

/** What a call gives now: its outputs, and its layer's weights where the catalogue makes them. */
function build(
  layer: LayerSpec,
  call: CallSpec,
  tensors: readonly TensorSpec[],
): { readonly outputs: readonly TensorSpec[]; readonly weights: readonly WeightSpec[] | null } | null {
  const named = Object.entries(call.inputs).map(
    ([name, ids]) => [name, ids.map((id) => tensors[id] as TensorSpec)] as const,
  );
  const given = named.flatMap(([, list]) => list);
  try {
    if (layer.kind === 'operation') {
      const operation = findOperation(
        typeof layer.config['op'] === 'string' ? layer.config['op'] : layer.className,
      );
      const outputs = operation?.infer(withTensors(layer.config, given)) ?? [];
      return outputs.length < call.outputs.length ? null : { outputs, weights: null };
    }
    const definition = layer.kind === 'layer' ? findLayerClass(layer.className) : undefined;
    if (definition === undefined) {
      // the identity
      return { outputs: given.slice(0, 1), weights: null };
    }
    const { outputs, weights } = buildLayer(definition, layer.config, Object.fromEntries(named));
    return { outputs, weights };
  } catch {
    return null;
  }
}

/** The layer's weights in their new shapes, flags as they are; null where the number of units would change. */
function changed(layer: LayerSpec, now: readonly WeightSpec[]): readonly WeightSpec[] | null {
  if (now.length !== layer.weights.length) {
    return null;
  }
  const weights: WeightSpec[] = [];
  for (const [i, weight] of layer.weights.entries()) {
    const shape = now[i]?.shape ?? [];
    const same = shape.length === weight.shape.length && shape.every((size, k) => size === weight.shape[k]);
    const fewerInputs =
      layer.className === 'Dense' &&
      shape.length === 2 &&
      weight.shape.length === 2 &&
      shape[1] === weight.shape[1];
    if (!same && !fewerInputs) {
      return null;
    }
    weights.push(same ? weight : { ...weight, shape });
  }
  return weights;
}
