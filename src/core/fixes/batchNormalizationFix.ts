import { plural } from '../format';
import { GraphIndex, isRecurrent } from '../model/graphQueries';
import type { TextEdit } from '../text/range';
import { insertAfter } from './edits/layerEdits';
import { sitesOf } from './edits/siteGroups';
import type { FixCandidate, FixContext, FixMaker } from './fix';
import { initializerEdits, misfittingLayers } from './initializerFix';

/** Batch Normalization behind every hidden layer (Ioffe and Szegedy 2015); never in recurrence, never behind the output. Alone, and together with the fitting initializer. */
export const batchNormalizationFix: FixMaker = {
  name: 'batch-normalization',
  answers: ['GD101', 'GD102', 'GD103', 'GD104', 'GD105', 'GD106', 'GD108', 'GD109', 'GD110', 'GD111'],
  propose(context) {
    const graph = GraphIndex.of(context.spec);
    const targets = context.hidden.filter((layer) => !isRecurrent(layer) && !graph.isNormalized(layer));
    const edits = normalizationEdits(context, targets);
    if (!edits) {
      return [];
    }
    const alone: FixCandidate = {
      id: 'batch-normalization',
      title: `Add Batch Normalization after ${targets.length === 1 ? 'the hidden layer' : `the ${plural(targets.length, 'hidden layer')}`}`,
      answers: batchNormalizationFix.answers,
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
            id: 'batch-normalization-with-initializer',
            title: `${alone.title}, with the initializer that fits`,
            edits: together,
            priority: 6,
            combination: true,
          },
        ]
      : [alone];
  },
};

function normalizationEdits(
  { spec, source, writer }: FixContext,
  targets: FixContext['hidden'],
): readonly TextEdit[] | null {
  const groups = sitesOf(spec, targets);
  const written = groups?.[0] && writer.name('keras.layers.BatchNormalization', groups[0].site);
  if (!groups || !written) {
    return null;
  }
  const inserted = groups.map(({ site }) => insertAfter(source, writer, site, [`${written.text}()`]));
  return inserted.every((edits) => edits !== null) ? [...written.edits, ...inserted.flat()] : null;
}

/** Edits that only insert, at one and the same place, become one edit; in the order given. */
export function mergeEdits(edits: readonly TextEdit[]): readonly TextEdit[] {
  const merged: TextEdit[] = [];
  for (const edit of edits) {
    const { range } = edit;
    const isInsertion = range.startLine === range.endLine && range.startColumn === range.endColumn;
    const twin = merged.findIndex((m) => JSON.stringify(m.range) === JSON.stringify(range));
    const other = merged[twin];
    if (isInsertion && other) {
      merged[twin] = { range, newText: other.newText + edit.newText };
    } else {
      merged.push(edit);
    }
  }
  return merged;
}
