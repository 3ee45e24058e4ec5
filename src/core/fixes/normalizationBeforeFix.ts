import { GraphIndex, activationOf, isRecurrent } from '../model/graphQueries';
import type { LayerSpec } from '../model/spec';
import type { TextEdit } from '../text/range';
import { argumentOf, changeArguments } from './edits/argumentEdits';
import { insertAfter } from './edits/layerEdits';
import { mergeEdits } from './edits/mergeEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixContext, FixMaker } from './fix';
import { wantsLayerNormalization } from './normalizationFix';

/**
 * Batch Normalization between kernel and activation, as it was first described: `activation=` becomes a layer of its own, and the bias goes,
 * which the normalization would take away again.
 */
export const normalizationBeforeFix: FixMaker = {
  name: 'normalization-before-activation',
  answers: ['GD101', 'GD102', 'GD108', 'GD109', 'GD115', 'GD208'],
  source: 'Ioffe and Szegedy 2015, section 3.2',
  propose(context) {
    const graph = GraphIndex.of(context.spec);
    const targets = context.hidden.filter((layer) => !isRecurrent(layer) && !graph.isNormalized(layer));
    // A program that hands weights over counts on kernel and bias, layer by layer.
    if (context.source.cells.some((cell) => /\b[gs]et_weights\(/.test(cell.text))) {
      return [];
    }
    // Where no layer has an activation of its own, Batch Normalization behind the layer is in front of the activation anyway.
    if (!targets.some(hasOwnActivation) || wantsLayerNormalization(context.spec)) {
      return [];
    }
    const edits = splitEdits(context, targets);
    return edits
      ? [
          {
            id: 'batch-normalization-before-activation',
            title: 'Put Batch Normalization between each hidden layer and its activation',
            answers: normalizationBeforeFix.answers,
            edits,
            priority: 4,
          },
        ]
      : [];
  },
};

const hasOwnActivation = (layer: LayerSpec): boolean => !['linear', null].includes(activationOf(layer));

function splitEdits(
  { spec, source, writer }: FixContext,
  targets: readonly LayerSpec[],
): readonly TextEdit[] | null {
  const groups = sitesOf(spec, targets);
  const sibling = groups?.[0]?.site;
  const normalization = sibling && writer.name('keras.layers.BatchNormalization', sibling);
  const activationLayer = sibling && writer.name('keras.layers.Activation', sibling);
  if (!groups || !normalization || !activationLayer) {
    return null;
  }
  const edits: TextEdit[] = [...normalization.edits, ...activationLayer.edits];
  for (const { site, layers } of groups) {
    const [layer] = layers;
    const activation = argumentOf(site, 'activation');
    const isOwn = layers.every(hasOwnActivation);
    if (!layer || (isOwn ? !activation : layers.some(hasOwnActivation))) {
      return null;
    }
    const changed = changeArguments(source, site, {
      set: typeof layer.config['use_bias'] === 'boolean' ? { use_bias: 'False' } : {},
      remove: isOwn ? ['activation'] : [],
    });
    const inserted = insertAfter(source, writer, site, [
      `${normalization.text}()`,
      ...(isOwn && activation ? [`${activationLayer.text}(${activation.valueText})`] : []),
    ]);
    if (!changed || !inserted) {
      return null;
    }
    edits.push(...changed, ...inserted);
  }
  return mergeEdits(edits);
}
