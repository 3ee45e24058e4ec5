import { buildLayer } from '../catalogue/catalogue';
import { ShapeError } from '../catalogue/layerClass';
import { withTensors } from '../operations/operationDefinition';
import type { TensorSpec } from '../spec';
import type { GraphObject } from './graphObject';
import type { CallNode, Subgraph, SymbolicTensor } from './symbolicTensor';

/**
 * What a call of a leaf gives for its inputs; `path` are the containers around it, outermost first; `training` is what the
 * call is run with, null where nothing says it.
 */
export type LeafCall<Value> = (
  node: CallNode,
  inputs: Readonly<Record<string, readonly Value[]>>,
  path: readonly GraphObject[],
  training: boolean | null,
) => readonly Value[];

/** Runs a piece of graph on any kind of values, containers opened. Each call once, and only what the outputs need. */
export function evaluate<Value>(
  graph: Subgraph,
  inputs: readonly Value[],
  leaf: LeafCall<Value>,
  path: readonly GraphObject[] = [],
  around: (tensor: SymbolicTensor) => Value | undefined = () => undefined,
  inherited: boolean | null = null,
): readonly Value[] {
  const values = new Map<SymbolicTensor, Value>();
  const look = (tensor: SymbolicTensor): Value | undefined => values.get(tensor) ?? around(tensor);
  graph.inputs.forEach((tensor, index) => {
    const value = inputs[index];
    if (value !== undefined) {
      values.set(tensor, value);
    }
  });

  const valueOf = (tensor: SymbolicTensor): Value => {
    const known = look(tensor);
    if (known !== undefined) {
      return known;
    }
    if (!tensor.producer) {
      throw new ShapeError('a tensor of another call is used');
    }
    run(tensor.producer);
    const value = values.get(tensor);
    if (value === undefined) {
      throw new ShapeError(
        `Graph disconnected: cannot find parent for tensor of ${tensor.producer.callee.name}`,
      );
    }
    return value;
  };

  const run = (node: CallNode): void => {
    const given: Record<string, readonly Value[]> = {};
    for (const [argument, tensors] of Object.entries(node.inputs)) {
      given[argument] = tensors.map(valueOf);
    }
    // keras 3.15, `operation_fn`: a Functional or Sequential model hands its own on to every call, whatever that was given
    const { training: written } = node.flags;
    const own = typeof written === 'boolean' ? written : null;
    const training = path.at(-1)?.kind === 'composite' ? (own ?? inherited) : (inherited ?? own);
    const results = node.inner
      ? evaluate(node.inner, Object.values(given).flat(), leaf, [...path, node.callee], look, training)
      : leaf(node, given, path, training);
    node.outputs.forEach((output, index) => {
      const result = results[index];
      if (result !== undefined) {
        values.set(output, result);
      }
    });
  };

  return graph.outputs.map(valueOf);
}

/** Shapes of a piece of graph's outputs when it is run on other inputs than it was built with. */
export function inferOutputs(graph: Subgraph, inputs: readonly TensorSpec[]): readonly TensorSpec[] {
  return evaluate<TensorSpec>(graph, inputs, inferLeaf);
}

/** Shapes that one leaf puts out for these inputs; what it gave when it was first called where they cannot be told. */
export function inferLeaf(
  node: CallNode,
  inputs: Readonly<Record<string, readonly TensorSpec[]>>,
): readonly TensorSpec[] {
  const { callee } = node;
  const given = Object.values(inputs).flat();
  if (given.every((each, index) => sameShape(each, node.inputTensors[index]))) {
    return node.outputs;
  }
  switch (callee.kind) {
    case 'layer':
      return buildLayer(callee.definition, callee.config, inputs).outputs;
    case 'operation':
      return callee.definition.infer(withTensors(callee.config, given));
    default: {
      const [first] = given;
      const [before] = node.inputTensors;
      const [output] = node.outputs;
      return first && node.outputs.length === 1 && output && sameShape(before, output)
        ? [first]
        : node.outputs;
    }
  }
}

function sameShape(a: TensorSpec | undefined, b: TensorSpec | undefined): boolean {
  return (
    a !== undefined &&
    b !== undefined &&
    a.shape.length === b.shape.length &&
    a.shape.every((size, index) => size === b.shape[index])
  );
}
