import type { Shape } from '../../report/report';
import type { Config, WeightSpec } from '../spec';
import { constraint, initializer, optional, regularizer } from './arguments';
import type { ArgumentDefinition } from './classDefinition';
import { flagOf, numberOf, numbersOf } from './configAccess';
import { inputOf, layerClass, output, sameShape } from './layer';
import { ShapeError, type LayerClass } from './layerClass';
import { positiveAxis, shapeText } from './shapes';
import { plainWeight, weight } from './weights';

const center = optional('center', true);
const scale = optional('scale', true);
const axis = optional('axis', -1);
const epsilon = optional('epsilon', 0.001);
const initializers: readonly ArgumentDefinition[] = [
  initializer('beta', 'zeros', 'beta_init'),
  initializer('gamma', 'ones', 'gamma_init'),
];
const penalties: readonly ArgumentDefinition[] = [
  regularizer('beta'),
  regularizer('gamma'),
  constraint('beta'),
  constraint('gamma'),
];

function sizeAt(shape: Shape, at: number, className: string): number {
  const size = shape[positiveAxis(at, shape.length)];
  if (size === null || size === undefined) {
    throw new ShapeError(
      `Axis ${at} of input tensor should have a defined dimension but the layer received an input with shape ${shapeText(shape)} (${className}).`,
    );
  }
  return size;
}

function gammaAndBeta(config: Config, shape: readonly number[]): readonly WeightSpec[] {
  return [
    ...(flagOf(config, 'scale') ? [weight(config, 'gamma', shape)] : []),
    ...(flagOf(config, 'center') ? [weight(config, 'beta', shape)] : []),
  ];
}

/** A list of axes, as Keras keeps it. */
function axisList(config: Config): Config {
  return { ...config, axis: numbersOf(config, 'axis') };
}

const batchNormalization = layerClass({
  className: 'BatchNormalization',
  aliases: ['SyncBatchNormalization', 'BatchNormalizationV1', 'BatchNormalizationV2'],
  arguments: [
    axis,
    optional('momentum', 0.99),
    epsilon,
    center,
    scale,
    ...initializers,
    initializer('moving_mean', 'zeros'),
    initializer('moving_variance', 'ones'),
    ...penalties,
    optional('renorm', false),
    optional('renorm_clipping', null),
    optional('renorm_momentum', 0.99),
    optional('synchronized', false),
  ],
  ignored: ['fused', 'virtual_batch_size', 'adjustment', 'mode'],
  normalize: (config) => ({ ...config, axis: numbersOf(config, 'axis')[0] ?? -1 }),
  build: (config, inputs) => {
    const { shape } = inputOf(inputs);
    const size = [sizeAt(shape, numberOf(config, 'axis', -1), 'BatchNormalization')];
    const still = (name: string, prefix: string): WeightSpec => weight(config, name, size, prefix, false);
    const renorm = flagOf(config, 'renorm')
      ? [
          still('moving_stddev', 'moving_variance'),
          still('renorm_mean', 'moving_mean'),
          still('renorm_stddev', 'moving_variance'),
        ]
      : [];
    return output(config, shape, [
      ...gammaAndBeta(config, size),
      still('moving_mean', 'moving_mean'),
      still('moving_variance', 'moving_variance'),
      ...renorm,
    ]);
  },
});

const layerNormalization = layerClass({
  className: 'LayerNormalization',
  arguments: [axis, epsilon, center, scale, ...initializers, ...penalties],
  ignored: ['rms_scaling'],
  normalize: axisList,
  build: (config, inputs) => {
    const { shape } = inputOf(inputs);
    const sizes = numbersOf(config, 'axis').map((at) => sizeAt(shape, at, 'LayerNormalization'));
    return output(config, shape, gammaAndBeta(config, sizes));
  },
});

const groupNormalization = layerClass({
  className: 'GroupNormalization',
  arguments: [optional('groups', 32), axis, epsilon, center, scale, ...initializers, ...penalties],
  build: (config, inputs) => {
    const { shape } = inputOf(inputs);
    const size = sizeAt(shape, numberOf(config, 'axis', -1), 'GroupNormalization');
    const groups = numberOf(config, 'groups', 32);
    if (groups > 0 && size % groups !== 0) {
      throw new ShapeError(
        `Number of groups (${groups}) must be a multiple of the number of channels (${size}).`,
      );
    }
    return output(config, shape, gammaAndBeta(config, [size]));
  },
});

const ones = { class_name: 'Ones', config: {} };

export const normalizationLayers: readonly LayerClass[] = [
  batchNormalization,
  layerNormalization,
  groupNormalization,
  layerClass({
    className: 'RMSNormalization',
    arguments: [axis, optional('epsilon', 1e-6)],
    normalize: axisList,
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      const sizes = numbersOf(config, 'axis').map((at) => sizeAt(shape, at, 'RMSNormalization'));
      return output(config, shape, [plainWeight(config, 'scale', sizes, ones)]);
    },
  }),
  layerClass({ className: 'UnitNormalization', arguments: [axis], build: sameShape }),
];
