import type { SerializedObject } from '../spec';
import { isInputLayer } from './graph';
import type { GraphObject } from './graphObject';

/**
 * A layer as it stands in the configuration of a wrapper. A Functional model inside a wrapper is written as a chain where it is one;
 * null where it branches.
 */
export function serializeLayer(object: GraphObject): SerializedObject | null {
  if (object.kind !== 'model') {
    return object.kind === 'layer' ? { class_name: object.className, config: object.config } : null;
  }
  if (object.role === 'Functional' && !isChain(object.layers)) {
    return null;
  }
  const layers = object.layers.map((each) => (isInputLayer(each) ? null : serializeLayer(each)));
  const inner = layers.filter((each) => each !== null);
  const complete = inner.length === object.layers.filter((each) => !isInputLayer(each)).length;
  return complete ? { class_name: 'Sequential', config: { name: object.name, layers: inner } } : null;
}

/** One layer after the other, each called once on one tensor. */
function isChain(layers: readonly GraphObject[]): boolean {
  return layers.every((each, index) => {
    const [input] = each.nodes[0]?.inputTensors ?? [];
    const alone = each.nodes.length === 1 && (each.nodes[0]?.inputTensors.length ?? 0) <= 1;
    return alone && (index === 0 || input?.producer?.callee === layers[index - 1]);
  });
}
