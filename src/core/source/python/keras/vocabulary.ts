import { vocabularySize } from '../../../model/catalogue/preprocessing';
import { intOf } from '../values';
import type { LayerValue } from './layerValue';

/** Stand-ins for the size of a vocabulary that `adapt` learns from the data. */
const usualSizes: Readonly<Record<string, number>> = {
  StringLookup: 10,
  IntegerLookup: 10,
  TextVectorization: 1000,
};

/** Gives a lookup layer whose output is as wide as its vocabulary a size, and says so where the data do not tell. */
export function settleVocabulary(layer: LayerValue): void {
  const { object, session, vocabulary } = layer;
  if (object.kind !== 'layer') {
    return;
  }
  const usual = usualSizes[object.className];
  const { config } = object;
  if (usual === undefined || config['output_mode'] === 'int' || vocabularySize(config) !== null) {
    return;
  }
  const learned = vocabulary ? intOf(vocabulary) : undefined;
  object.config = { ...config, max_tokens: learned ?? usual };
  if (learned === undefined) {
    session.assume(
      'placeholder',
      `How many different values \`${object.name}\` finds in the data is not known; ${usual} was taken. \`max_tokens=\` or \`vocabulary=\` tells it.`,
      layer.at ?? null,
      object,
    );
  }
}
