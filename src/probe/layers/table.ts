import type { Forward, ForwardTable } from '../graph/layerCall';
import { attentionLayers } from './attention';
import { convLstmLayers } from './convLstm';
import { convolutionLayers } from './convolution';
import { coreLayers } from './core';
import { mergingLayers } from './merging';
import { normalizationLayers } from './normalization';
import { operationLayers } from './operation';
import { poolingLayers } from './pooling';
import { recurrentLayers } from './recurrent';
import { shapeLayers } from './shape';

/** How each Keras layer computes, by class name: one file a family. */
const forwards: ForwardTable = {
  ...coreLayers,
  ...convolutionLayers,
  ...convLstmLayers,
  ...poolingLayers,
  ...normalizationLayers,
  ...recurrentLayers,
  ...attentionLayers,
  ...mergingLayers,
  ...shapeLayers,
  ...operationLayers,
};

/** All classes that the probe computes. */
export const computedClasses: readonly string[] = Object.keys(forwards);

export function forwardOf(className: string): Forward | null {
  return forwards[className] ?? null;
}

/** Layers that hand the mask of their input on (`supports_masking`) where they say nothing else. */
const maskPassing = new Set([
  'Dense',
  'EinsumDense',
  'Activation',
  'ReLU',
  'LeakyReLU',
  'PReLU',
  'ELU',
  'Softmax',
  'Identity',
  'Dropout',
  'SpatialDropout1D',
  'SpatialDropout2D',
  'SpatialDropout3D',
  'AlphaDropout',
  'GaussianDropout',
  'GaussianNoise',
  'ActivityRegularization',
  'BatchNormalization',
  'LayerNormalization',
  'RMSNormalization',
  'GroupNormalization',
  'UnitNormalization',
  'SpectralNormalization',
  'Lambda',
]);

export function passesMask(className: string): boolean {
  return maskPassing.has(className);
}
