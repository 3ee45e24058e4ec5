import type { GraphObject } from './graphObject';
import type { CallNode, Subgraph, SymbolicTensor } from './symbolicTensor';

/**
 * Calls between inputs and outputs, each after those it needs, in Keras' order (keras 3.15, `ops/function.py`, `_build_map`);
 * `objects` are the callees as the search first meets them.
 */
export function traverse(graph: Subgraph): {
  readonly nodes: readonly CallNode[];
  readonly objects: ReadonlyMap<GraphObject, number>;
} {
  const finished = new Set<CallNode>();
  const nodes: CallNode[] = [];
  const objects = new Map<GraphObject, number>();
  const inputs = new Set(graph.inputs);

  const visit = (tensor: SymbolicTensor): void => {
    const node = tensor.producer;
    if (!node || finished.has(node)) {
      return;
    }
    if (inputs.has(tensor) && node.inputTensors.length > 0) {
      return;
    }
    finished.add(node);
    if (!objects.has(node.callee)) {
      objects.set(node.callee, objects.size);
    }
    node.inputTensors.forEach(visit);
    nodes.push(node);
  };
  graph.outputs.forEach(visit);
  return { nodes, objects };
}

/** Objects between inputs and outputs in the order of Keras' `model.layers`: deepest first, then as the search met them (`map_graph`). */
export function orderedObjects(graph: Subgraph): readonly GraphObject[] {
  const { nodes, objects } = traverse(graph);
  const inGraph = new Set(nodes);
  const nodeDepth = new Map<CallNode, number>();
  const depth = new Map<GraphObject, number>();

  for (const node of [...nodes].reverse()) {
    // An object that is called at several depths counts at the greatest.
    const own = Math.max(nodeDepth.get(node) ?? 0, depth.get(node.callee) ?? 0);
    depth.set(node.callee, own);
    nodeDepth.set(node, own);
    for (const { producer } of node.inputTensors) {
      if (producer && inGraph.has(producer)) {
        nodeDepth.set(producer, Math.max(own + 1, nodeDepth.get(producer) ?? 0));
      }
    }
  }
  const order = new Map(objects);
  for (const { producer } of graph.inputs) {
    // Inputs that no output depends on stand at depth 0, before the rest.
    if (producer && producer.inputTensors.length === 0 && !depth.has(producer.callee)) {
      depth.set(producer.callee, 0);
      order.set(producer.callee, -1);
    }
  }
  const rank = (object: GraphObject): number => order.get(object) ?? 0;
  return [...depth]
    .sort(([a, depthA], [b, depthB]) => depthB - depthA || rank(a) - rank(b))
    .map(([object]) => object);
}
