import type { GraphObject, ModelObject } from '../../../model/graph/graphObject';
import { SymbolicTensor } from '../../../model/graph/symbolicTensor';
import { trackAttributes } from './customLayer';
import type { KerasSession } from './session';
import type { TrackedModel } from './trackedModel';

/**
 * A subclassed model that only trains models of its own (a GAN with its `train_step`): its parts side by side, so that they can
 * be shown. What flows between them is in its training step, which is not read.
 */
export function buildTrainingShell(tracked: TrackedModel, session: KerasSession): boolean {
  const { object } = tracked;
  if (object.kind !== 'composite' || object.nodes.length > 0) {
    return false;
  }
  const instance = session.values.get(object);
  if (instance?.kind === 'instance') {
    trackAttributes(object, instance);
  }
  const parts = object.children.filter(isBuiltModel);
  if (parts.length === 0) {
    return false;
  }
  const inputs = parts
    .flatMap((part) => part.graph?.inputs ?? [])
    .map(({ shape, dtype }) => new SymbolicTensor(shape, dtype, null, 0));
  try {
    session.graph.callComposite(object, { inputs }, ({ inputs: inner }) => {
      const rest: SymbolicTensor[] = [...(inner ?? [])];
      return parts.flatMap((part) => {
        const own = rest.splice(0, part.graph?.inputs.length ?? 0);
        return session.graph.call(part, { inputs: own }).outputs;
      });
    });
  } catch {
    return false;
  }
  session.unknownOf(
    object,
    'training-step',
    `How ${object.className} trains its parts is in its own training step, which is not read; they are shown side by side.`,
    tracked.place,
  );
  return true;
}

function isBuiltModel(object: GraphObject): object is ModelObject {
  return object.kind === 'model' && object.graph !== null;
}
