import { dataFormat, layerKeywords, optional, required, seed } from './arguments';
import { layerClass, sameShape } from './layer';
import type { LayerClass } from './layerClass';

const rate = required('rate', 'p');
const noiseShape = optional('noise_shape', null);
/** These classes take no `trainable`. */
const keywords = layerKeywords.filter(({ name }) => name !== 'trainable');
const spatialTail = [seed, optional('name', null), optional('dtype', null)];

/** Layers that do nothing but while training, and never change a shape. */
export const regularizationLayers: readonly LayerClass[] = [
  layerClass({ className: 'Dropout', arguments: [rate, noiseShape, seed], build: sameShape }),
  layerClass({
    className: 'SpatialDropout1D',
    keywords,
    arguments: [rate, ...spatialTail],
    build: sameShape,
  }),
  layerClass({
    className: 'SpatialDropout2D',
    keywords,
    arguments: [rate, dataFormat, ...spatialTail],
    build: sameShape,
  }),
  layerClass({
    className: 'SpatialDropout3D',
    keywords,
    arguments: [rate, dataFormat, ...spatialTail],
    build: sameShape,
  }),
  layerClass({ className: 'GaussianDropout', arguments: [rate, seed], build: sameShape }),
  layerClass({
    className: 'GaussianNoise',
    arguments: [required('stddev', 'sigma'), seed],
    build: sameShape,
  }),
  layerClass({ className: 'AlphaDropout', arguments: [rate, noiseShape, seed], build: sameShape }),
  layerClass({
    className: 'ActivityRegularization',
    arguments: [optional('l1', 0), optional('l2', 0)],
    build: sameShape,
  }),
];
