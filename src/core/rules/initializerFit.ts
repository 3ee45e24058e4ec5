import { formatNumber, plural } from '../format';
import { GraphIndex, hiddenLevels, isRecurrent, kernelInitializer } from '../model/graphQueries';
import type { LayerSpec, ModelSpec } from '../model/spec';
import { familyTitle, fittingInitializer } from '../theory/fittingInitializer';
import { predictStack, weightScale } from '../theory/meanField';
import { pretrainedLayers } from './pretrainedBase';
import type { SourceRule } from './rule';

/** From here on the predicted change over the stack is worth a word: 1.5 decades, the level at which SGD slows down. */
const worthSaying = 1.5;

/** Hidden dense and convolution layers without normalization behind them that start from their initializers, input first. */
export function plainStack(spec: ModelSpec): readonly LayerSpec[] {
  const graph = GraphIndex.of(spec);
  const pretrained = pretrainedLayers(spec);
  return hiddenLevels(spec)
    .flat()
    .filter((layer) => !isRecurrent(layer) && !pretrained.has(layer.id) && !graph.isNormalized(layer));
}

/**
 * The initializer does not fit the activation in a stack deep enough to matter: mean-field theory predicts how far the gradient falls or
 * grows. A hint only: on real programs this rule alone has a precision of 0.46, so the probe decides.
 */
export const initializerFit: SourceRule = {
  kind: 'source',
  id: 'GD201',
  name: 'initializer-does-not-fit',
  check(spec) {
    const graph = GraphIndex.of(spec);
    const stack = plainStack(spec);
    if (stack.length < 3 || graph.hasSkips()) {
      return [];
    }
    const known = stack.map((layer) => ({
      layer,
      activation: graph.effectiveActivation(layer),
      scale: weightScale(layer, kernelInitializer(layer)),
    }));
    if (known.some(({ scale }) => scale === null)) {
      return [];
    }
    const predictions = predictStack(
      known.map(({ scale, activation }) => ({ weightScale: scale ?? 1, activation })),
    );
    const decades = predictions
      .slice(0, -1)
      .reduce((sum, layer) => sum + Math.log10(Math.max(layer.gain, 1e-12)), 0);
    if (Math.abs(decades) < worthSaying) {
      return [];
    }
    const { layer, activation } = known[0] ?? { layer: undefined, activation: 'linear' };
    const gain = 10 ** (decades / (stack.length - 1));
    const family = fittingInitializer(activation);
    const initializer = layer && kernelInitializer(layer)?.class_name;
    return [
      {
        level: 'note',
        layers: stack.map((l) => l.id),
        argument: 'kernel_initializer',
        title: `Initializer and activation: gain ${formatNumber(gain)} per layer`,
        message:
          `With ${initializer ?? 'this'} initialization each ${activation} layer is expected to pass back ${formatNumber(gain)} times the gradient, ` +
          `${formatNumber(Math.abs(decades))} decades ${decades < 0 ? 'less' : 'more'} over ${plural(stack.length, 'layer')}.` +
          (family && activation !== 'sigmoid'
            ? ` ${familyTitle[family]} initialization belongs to ${activation}.`
            : ''),
        headline: 'The initial weights do not fit the activation.',
        evidence: [
          { name: 'expected gain per layer', value: gain, threshold: null, unit: 'times' },
          {
            name: 'expected change over the stack',
            value: decades,
            threshold: decades < 0 ? -worthSaying : worthSaying,
            unit: 'decades',
          },
        ],
      },
    ];
  },
};
