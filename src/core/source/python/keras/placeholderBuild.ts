import type { GraphObject, ModelObject } from '../../../model/graph/graphObject';
import type { Shape } from '../../../report/report';
import { isInputLayer } from '../../../model/graph/graph';
import { expectedRank, usualShape } from './placeholders';
import type { KerasSession } from './session';
import type { TrackedModel } from './trackedModel';

/** Builds a Sequential whose input shape the source never tells, on a usual shape, and says so. */
export function buildWithPlaceholder(tracked: TrackedModel, session: KerasSession): void {
  const { object } = tracked;
  if (object.kind !== 'model' || object.role !== 'Sequential' || object.graph) {
    return;
  }
  const first = firstLayer(object);
  if (!first || isInputLayer(object.layers[0])) {
    return;
  }
  const hint = tracked.place ? session.hintFor(tracked.place) : undefined;
  const seen = filled(session.seenShapes.get(object));
  const candidates = hint ? [hint] : [...(seen ? [seen] : []), usualShape(rankFor(object))];
  const shape = candidates.find((each) => builds(object, each, tracked, session));
  if (!shape) {
    return;
  }
  session.assume(
    hint ? 'input-shape-comment' : 'input-shape',
    hint
      ? `The input shape (${shape.join(', ')}) is taken from the comment.`
      : `The source does not tell the input shape of this model; (${shape.join(', ')}) was taken. A comment \`# gradient-doctor: input_shape=(…)\` at the model sets it.`,
    tracked.place,
    object,
  );
}

function builds(model: ModelObject, shape: Shape, tracked: TrackedModel, session: KerasSession): boolean {
  const { layers } = model;
  const lost = session.lostModels.length;
  try {
    session.graph.buildSequential(model, [null, ...shape]);
    session.lostModels.length = lost;
    return true;
  } catch (error) {
    model.layers = layers;
    model.graph = null;
    session.lostModels.push({ place: tracked.place, reason: (error as Error).message });
    return false;
  }
}

/** What is known of the data's shape, with usual sizes for the rest. */
const filled = (seen: Shape | undefined): Shape | undefined =>
  seen?.map((size, i) => size ?? usualShape(seen.length)[i] ?? 8);

function firstLayer(model: ModelObject): GraphObject | undefined {
  return model.layers.find((layer) => !isInputLayer(layer));
}

/** The number of axes that the first layer which cares about them expects. */
function rankFor(model: ModelObject): number {
  for (const layer of model.layers) {
    if (layer.kind === 'model') {
      const inner = rankFor(layer);
      if (inner > 1) {
        return inner;
      }
      continue;
    }
    if (/^(?:Dropout|Activation|BatchNormalization|InputLayer|Lambda|Normalization)$/.test(layer.className)) {
      continue;
    }
    if (layer.className === 'Flatten') {
      return 2;
    }
    return expectedRank(layer.className);
  }
  return 1;
}
