import type { LayerClass } from './layerClass';
import { coreLayers } from './core';
import { activationLayers } from './activationLayers';
import { attentionLayers } from './attention';
import { convLstmLayers } from './convLstm';
import { convolutionLayers } from './convolution';
import { embeddingLayers } from './embedding';
import { mergingLayers } from './merging';
import { normalizationLayers } from './normalization';
import { poolingLayers } from './pooling';
import { recurrentLayers } from './recurrent';
import { regularizationLayers } from './regularization';
import { reshapingLayers } from './reshaping';

/** The families that build without looking into other layers. */
export const plainLayers: readonly LayerClass[] = [
  ...coreLayers,
  ...embeddingLayers,
  ...convolutionLayers,
  ...poolingLayers,
  ...normalizationLayers,
  ...regularizationLayers,
  ...activationLayers,
  ...reshapingLayers,
  ...mergingLayers,
  ...recurrentLayers,
  ...convLstmLayers,
  ...attentionLayers,
];
