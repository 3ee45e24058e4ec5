import { plural } from '../format';
import { GraphIndex, isRecurrent } from '../model/graphQueries';
import type { LayerSpec, ModelSpec } from '../model/spec';
import type { TextEdit } from '../text/range';
import { insertAfter } from './edits/layerEdits';
import { mergeEdits } from './edits/mergeEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixCandidate, FixContext, FixMaker } from './fix';
import { initializerEdits, misfittingLayers } from './initializerFix';

/** Statistics of so few samples are mostly noise (Wu and He 2018). */
const tinyBatch = 8;

const kinds = {
  batch: {
    id: 'batch-normalization',
    className: 'BatchNormalization',
    title: 'Batch Normalization',
    source: 'Ioffe and Szegedy 2015',
  },
  layer: {
    id: 'layer-normalization',
    className: 'LayerNormalization',
    title: 'Layer Normalization',
    source: 'Ba et al. 2016',
  },
} as const;

/**
 * Batch Normalization behind every hidden layer; never in recurrence, never behind the output. Layer Normalization where a batch says little
 * or its samples have lengths of their own: recurrent layers, attention, tiny batches. Alone, and together with the fitting initializer.
 */
export const normalizationFix: FixMaker = {
  name: 'normalization',
  answers: [
    'GD101',
    'GD102',
    'GD103',
    'GD104',
    'GD105',
    'GD106',
    'GD108',
    'GD109',
    'GD110',
    'GD111',
    'GD117',
    'GD115',
    'GD208',
  ],
  source: kinds.batch.source,
  propose(context) {
    const graph = GraphIndex.of(context.spec);
    const kind = kinds[wantsLayerNormalization(context.spec) ? 'layer' : 'batch'];
    const targets = context.hidden.filter(
      (layer) =>
        (kind === kinds.layer ? !givesStates(graph, layer) : !isRecurrent(layer)) &&
        !graph.isNormalized(layer),
    );
    const edits = normalizationEdits(context, targets, kind.className);
    if (!edits) {
      return [];
    }
    const alone: FixCandidate = {
      id: kind.id,
      title: `Add ${kind.title} after ${targets.length === 1 ? 'the hidden layer' : `the ${plural(targets.length, 'hidden layer')}`}`,
      answers: normalizationFix.answers,
      source: kind.source,
      edits,
      priority: 2,
    };
    const initializers = initializerEdits(context, misfittingLayers(context));
    const together = initializers && mergeEdits([...edits, ...initializers]);
    return together
      ? [
          alone,
          {
            ...alone,
            id: `${kind.id}-with-initializer`,
            title: `${alone.title}, with the initializer that fits`,
            edits: together,
            priority: 6,
            combination: true,
          },
        ]
      : [alone];
  },
};

/** A layer with return_state puts out a list: a layer behind it would have to take it apart. */
const givesStates = (graph: GraphIndex, layer: LayerSpec): boolean =>
  graph.callsOf(layer).some((call) => call.outputs.length > 1);

export function wantsLayerNormalization({ layers, data }: ModelSpec): boolean {
  return (
    (data.batchSize ?? Infinity) <= tinyBatch ||
    layers.some((layer) => isRecurrent(layer) || /Attention$/.test(layer.className))
  );
}

function normalizationEdits(
  { spec, source, writer }: FixContext,
  targets: FixContext['hidden'],
  className: string,
): readonly TextEdit[] | null {
  const groups = sitesOf(spec, targets);
  const written = groups?.[0] && writer.name(`keras.layers.${className}`, groups[0].site);
  if (!groups || !written) {
    return null;
  }
  const inserted = groups.map(({ site }) => insertAfter(source, writer, site, [`${written.text}()`]));
  return inserted.every((edits) => edits !== null) ? [...written.edits, ...inserted.flat()] : null;
}
