import { formatNumber, plural } from '../format';
import { GraphIndex, kernelInitializer } from '../model/graphQueries';
import type { ModelSpec } from '../model/spec';
import { scalarActivations } from '../theory/activations';
import { predictStack, weightScale } from '../theory/meanField';
import { plainStack } from './initializerFit';
import type { MeasuredRule } from './rule';

/** Two decades of the mean square are one of the outputs' size. */
const worthSaying = 2;

/**
 * q = mean² + variance of the outputs, first over last hidden layer of a plain stack, before the first update; beside it what mean-field theory
 * expects (q' = σ_w² E[φ(√q z)²], He et al. 2015). A sign beside the gradient's own, no verdict.
 */
export const activationDrift: MeasuredRule = {
  kind: 'measured',
  id: 'GD115',
  name: 'activation-drift',
  check({ spec, seed }) {
    const graph = GraphIndex.of(spec);
    const stack = graph.hasSkips() ? [] : plainStack(spec);
    const measured = new Map(seed.layers.map((layer) => [layer.id, layer]));
    const squares = stack.map((layer) => {
      const mean = measured.get(layer.id)?.mean[0] ?? null;
      const variance = measured.get(layer.id)?.variance[0] ?? null;
      return mean === null || variance === null ? null : mean ** 2 + variance;
    });
    const [first, last] = [squares[0], squares.at(-1)];
    if (stack.length < 4 || !first || !last) {
      return [];
    }
    const decades = Math.log10(last / first);
    if (!Number.isFinite(decades) || Math.abs(decades) < worthSaying) {
      return [];
    }
    const gain = 10 ** (decades / 2 / (stack.length - 1));
    const predicted = predictedDecades(spec);
    return [
      {
        level: 'note',
        layers: stack.map((layer) => layer.id).reverse(),
        argument: 'kernel_initializer',
        title: `Activations ${decades < 0 ? 'shrink' : 'grow'} ${formatNumber(gain)} times a layer`,
        message: `From the first to the last of ${plural(stack.length, 'hidden layer')} the mean square of the outputs ${decades < 0 ? 'falls' : 'grows'} by ${formatNumber(Math.abs(decades))} decades before the first update${predicted === null ? '' : `; theory expects ${formatNumber(predicted)}`}. Initial weights that fit the activation keep it.`,
        headline: `The signal ${decades < 0 ? 'fades' : 'grows'} from layer to layer.`,
        evidence: [
          {
            name: 'measured change of the mean square',
            value: decades,
            threshold: Math.sign(decades) * worthSaying,
            unit: 'decades',
          },
          ...(predicted === null
            ? []
            : [{ name: 'expected change', value: predicted, threshold: null, unit: 'decades' }]),
          { name: 'gain of the size per layer', value: gain, threshold: 1, unit: 'times' },
        ],
      },
    ];
  },
};

/** log10 of the last over the first hidden layer's expected mean square; null where a layer's weights are not random or not known. */
function predictedDecades(spec: ModelSpec): number | null {
  const graph = GraphIndex.of(spec);
  const stack = plainStack(spec).map((layer) => ({
    activation: graph.effectiveActivation(layer),
    weightScale: weightScale(layer, kernelInitializer(layer)),
  }));
  const known = stack.flatMap(({ activation, weightScale: scale }) =>
    scale === null || !scalarActivations[activation] ? [] : [{ activation, weightScale: scale }],
  );
  if (known.length < stack.length) {
    return null;
  }
  // What a layer's pre-activation has is the mean square of the outputs before it, times the next weights.
  const following = [...known, { activation: 'linear', weightScale: 1 }];
  const squares = predictStack(following)
    .slice(1)
    .map(({ q }, i) => q / (following[i + 1]?.weightScale || 1));
  const [first, last] = [squares[0], squares.at(-1)];
  return first && last ? Math.log10(last / first) : null;
}
