import { activationOf, isSerialized } from '../model/graphQueries';
import type { Config, LayerSpec } from '../model/spec';
import type { SourceRule } from './rule';

const cells = new Set(['SimpleRNN', 'LSTM', 'GRU']);
const unbounded = new Set(['relu', 'leaky_relu', 'elu', 'selu', 'linear', 'silu', 'gelu', 'softplus']);

/** The recurrent layer itself, or the one inside Bidirectional. */
function cellOf(layer: LayerSpec): { className: string; config: Config } | null {
  const inner = layer.className === 'Bidirectional' ? layer.config['layer'] : null;
  const cell = isSerialized(inner) ? { className: inner.class_name, config: inner.config } : layer;
  return cells.has(cell.className) ? cell : null;
}

/**
 * A recurrent layer whose state passes through an activation without upper bound: the same matrix applied T times grows like its largest
 * eigenvalue to the power T. Silent for an IRNN (ReLU with an identity matrix, Le et al. 2015) and where the gradient is clipped.
 */
export const unboundedRecurrence: SourceRule = {
  kind: 'source',
  id: 'GD209',
  name: 'unbounded-recurrence',
  check(spec) {
    const optimizer = spec.compile?.optimizer.config ?? {};
    if (['clipnorm', 'clipvalue', 'global_clipnorm'].some((name) => typeof optimizer[name] === 'number')) {
      return [];
    }
    return spec.layers.flatMap((layer) => {
      const cell = cellOf(layer);
      const activation = cell && activationOf(cell);
      const start = cell?.config['recurrent_initializer'];
      if (!cell || !activation || !unbounded.has(activation)) {
        return [];
      }
      if (isSerialized(start) && start.class_name.startsWith('Identity')) {
        return [];
      }
      return [
        {
          level: 'note' as const,
          layers: [layer.id],
          argument: 'activation',
          title: `${activation} inside ${cell.className}`,
          message: `${layer.name} passes its state from step to step through ${activation}, which has no upper bound: over a long sequence it may overflow. tanh keeps it between -1 and 1${cell.className === 'SimpleRNN' ? '' : ', and is what the fast GPU code needs'}.`,
          headline: `The state of ${layer.name} is not bounded.`,
          evidence: [{ name: 'activation', value: activation, threshold: 'tanh', unit: '' }],
        },
      ];
    });
  },
};
