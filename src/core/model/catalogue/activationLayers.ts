import { constraint, initializer, optional, regularizer } from './arguments';
import { isList, numbersOf } from './configAccess';
import { inputOf, layerClass, output, sameShape } from './layer';
import { ShapeError, type LayerClass } from './layerClass';
import { weight } from './weights';

export const activationLayers: readonly LayerClass[] = [
  layerClass({
    className: 'ReLU',
    arguments: [optional('max_value', null), optional('negative_slope', 0), optional('threshold', 0)],
    build: sameShape,
  }),
  layerClass({
    className: 'LeakyReLU',
    arguments: [optional('negative_slope', 0.3, 'alpha')],
    build: sameShape,
  }),
  layerClass({
    className: 'PReLU',
    arguments: [
      initializer('alpha', 'Zeros', 'init'),
      regularizer('alpha'),
      constraint('alpha'),
      optional('shared_axes', null),
    ],
    normalize: (config) =>
      typeof config.shared_axes === 'number' ? { ...config, shared_axes: [config.shared_axes] } : config,
    build: (config, inputs) => {
      const { shape } = inputOf(inputs);
      const shared = isList(config.shared_axes) ? numbersOf(config, 'shared_axes') : [];
      const sizes = shape.slice(1).map((size, index) => {
        const own = shared.includes(index + 1) || shared.includes(index + 1 - shape.length) ? 1 : size;
        if (own === null) {
          throw new ShapeError('PReLU needs every dimension of its inputs that is not shared');
        }
        return own;
      });
      return output(config, shape, [weight(config, 'alpha', sizes)]);
    },
  }),
  layerClass({ className: 'ELU', arguments: [optional('alpha', 1)], build: sameShape }),
  layerClass({ className: 'Softmax', arguments: [optional('axis', -1)], build: sameShape }),
  layerClass({ className: 'ThresholdedReLU', arguments: [optional('theta', 1)], build: sameShape }),
];
