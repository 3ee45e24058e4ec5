import type { ModelReport } from '../core/report/report';
import { scalarActivations } from '../core/theory/activations';
import { predictStack, weightScale } from '../core/theory/meanField';
import type { SerializedObject } from '../core/model/spec';

/** What mean-field theory says of a plain stack of dense layers before the first update. */
export interface Expectation {
  /** Factor by which the gradient's norm changes on its way through the layer, toward the input. */
  readonly gain: number;
}

/**
 * Theory speaks of plain stacks only: every layer with weights is dense, follows one other, starts from random weights of a known
 * variance and has an activation that acts on single numbers. Empty where the model is anything else, or where one layer alone is.
 */
export function expectations({
  architecture,
  probe,
}: ModelReport): ReadonlyMap</* layer id */ string, Expectation> {
  const measured = new Map((probe?.layers ?? []).map((layer) => [layer.id, layer]));
  const stack: { readonly id: string; readonly weightScale: number; readonly activation: string }[] = [];
  for (const layer of architecture.layers) {
    if (layer.inbound.length > 1) {
      return new Map();
    }
    const weights = measured.get(layer.id)?.weights ?? [];
    if (weights.length === 0 && /^(InputLayer|Dropout|Flatten)$/.test(layer.className)) {
      continue;
    }
    const scale = weightScale({ weights }, initializerOf(layer.config['kernel_initializer']));
    const activation = layer.config['activation'] ?? 'linear';
    if (layer.className !== 'Dense' || scale === null || typeof activation !== 'string') {
      return new Map();
    }
    stack.push({ id: layer.id, weightScale: scale, activation });
  }
  // The last layer's activation belongs to the loss: what comes before it is what theory is asked about.
  const hidden = stack.slice(0, -1);
  if (hidden.some(({ activation }) => !(activation in scalarActivations))) {
    return new Map();
  }
  const predictions = predictStack(stack);
  return new Map(hidden.map(({ id }, i) => [id, { gain: predictions[i]?.gain ?? 1 }]));
}

function initializerOf(value: unknown): SerializedObject | null {
  return typeof value === 'object' && value !== null && 'class_name' in value && 'config' in value
    ? (value as SerializedObject)
    : null;
}
