import { dataFormat, optional, required, seed } from './arguments';
import type { ArgumentDefinition } from './classDefinition';
import type { Shape } from '../../report/report';
import { inputOf, inputsOf, layerClass, output, sameShape } from './layer';
import type { LayerClass } from './layerClass';

const range = optional('value_range', [0, 255]);
const fill = optional('fill_mode', 'reflect');
const fillValue = optional('fill_value', 0);
const bilinear = optional('interpolation', 'bilinear');
const factorOf1 = optional('factor', 1);

/** Random changes to pictures: the identity while a model is tested, and for shapes always. Arguments in Keras' order. */
const tables: Readonly<Record<string, readonly ArgumentDefinition[]>> = {
  RandomFlip: [optional('mode', 'horizontal_and_vertical'), seed, dataFormat],
  RandomRotation: [required('factor'), fill, bilinear, seed, fillValue, dataFormat],
  RandomZoom: [
    required('height_factor', 'factor'),
    optional('width_factor', null),
    fill,
    bilinear,
    seed,
    fillValue,
    dataFormat,
  ],
  RandomTranslation: [
    required('height_factor'),
    required('width_factor'),
    fill,
    bilinear,
    seed,
    fillValue,
    dataFormat,
  ],
  RandomContrast: [required('factor'), range, seed],
  RandomBrightness: [required('factor'), range, seed],
  RandomHeight: [required('factor'), bilinear, seed],
  RandomWidth: [required('factor'), bilinear, seed],
  RandomColorDegeneration: [required('factor'), range, dataFormat, seed],
  RandomColorJitter: [
    range,
    optional('brightness_factor', null),
    optional('contrast_factor', null),
    optional('saturation_factor', null),
    optional('hue_factor', null),
    seed,
    dataFormat,
  ],
  RandomElasticTransform: [
    factorOf1,
    optional('scale', 1),
    bilinear,
    fill,
    fillValue,
    range,
    seed,
    dataFormat,
  ],
  RandomErasing: [
    factorOf1,
    optional('scale', [0.02, 0.33]),
    optional('fill_value', null),
    range,
    seed,
    dataFormat,
  ],
  RandomGaussianBlur: [factorOf1, optional('kernel_size', 3), optional('sigma', 1), range, dataFormat, seed],
  RandomGrayscale: [optional('factor', 0.5), dataFormat, seed],
  RandomHue: [required('factor'), range, dataFormat, seed],
  RandomInvert: [factorOf1, range, seed, dataFormat],
  RandomPerspective: [factorOf1, optional('scale', 1), bilinear, fillValue, seed, dataFormat],
  RandomPosterization: [required('factor'), range, dataFormat, seed],
  RandomSaturation: [required('factor'), range, dataFormat, seed],
  RandomSharpness: [required('factor'), range, dataFormat, seed],
  RandomShear: [
    optional('x_factor', 0),
    optional('y_factor', 0),
    bilinear,
    fill,
    fillValue,
    dataFormat,
    seed,
  ],
  AutoContrast: [range],
  Equalization: [range, optional('bins', 256), dataFormat],
  ContrastLimitedAdaptiveHistogramEqualization: [
    range,
    optional('clip_limit', 4),
    optional('tile_grid_size', [8, 8]),
    dataFormat,
  ],
  Solarization: [optional('addition_factor', 0), optional('threshold_factor', 0), range, seed],
  RandAugment: [range, optional('num_ops', 2), optional('factor', 0.5), bilinear, seed, dataFormat],
  AugMix: [
    range,
    optional('num_chains', 3),
    optional('chain_depth', 3),
    optional('factor', 0.3),
    optional('alpha', 1),
    optional('all_ops', true),
    bilinear,
    seed,
    dataFormat,
  ],
  MixUp: [optional('alpha', 0.2), dataFormat, seed],
  CutMix: [factorOf1, seed, dataFormat],
};

/** Layers of Keras 2 that stretch the picture: that size is open afterwards. */
const openAxes: Readonly<Record<string, LayerClass['build']>> = {
  RandomHeight: (config, inputs) => output(config, withOpenAxis(inputOf(inputs).shape, -3)),
  RandomWidth: (config, inputs) => output(config, withOpenAxis(inputOf(inputs).shape, -2)),
};

function withOpenAxis(shape: Shape, axis: number): Shape {
  return shape.map((size, index) => (index === shape.length + axis ? null : size));
}

export const augmentationLayers: readonly LayerClass[] = [
  ...Object.entries(tables).map(([className, parameters]) =>
    layerClass({ className, arguments: parameters, build: openAxes[className] ?? sameShape }),
  ),
  layerClass({
    className: 'Pipeline',
    arguments: [{ name: 'layers', default: undefined, kind: 'layers', oldNames: [] }, optional('name', null)],
    build: (config, inputs) => output(config, inputsOf(inputs)[0]?.shape ?? []),
  }),
];
