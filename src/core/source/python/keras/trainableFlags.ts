import type { GraphObject } from '../../../model/graph/graphObject';
import type { LateTrainable } from '../../../model/spec';
import type { Value } from '../values';
import type { KerasSession } from './session';
import type { TrackedModel, TrainableFlags } from './trackedModel';

/** `base.trainable = False`: the flag goes down to all that is inside. */
export function setTrainable(
  object: GraphObject,
  value: Value & { kind: 'bool' },
  session: KerasSession,
): void {
  object.trainable = value.value;
  const place = value.at ?? session.currentCall();
  if (place) {
    session.trainableChanges.set(object, place);
  }
}

/** A model with all that it holds, at any depth. */
export function objectsIn(object: GraphObject): GraphObject[] {
  const found = new Set<GraphObject>();
  const visit = (each: GraphObject): void => {
    if (!found.has(each)) {
      found.add(each);
      each.children.forEach(visit);
    }
  };
  visit(object);
  return [...found];
}

export function flagsOf(object: GraphObject): TrainableFlags {
  return new Map(objectsIn(object).map((each) => [each, each.trainable]));
}

/**
 * The flags that count: those at the first `fit` after the last compile, when the training step is built. Single batches leave it at the compile:
 * programs that train two models in turn set the flags of one for the other.
 */
export function flagsInTraining({ compiles, fits }: TrackedModel): TrainableFlags | undefined {
  const compile = compiles.at(-1);
  const first = fits.find(({ compilesBefore }) => compilesBefore === compiles.length);
  return (first?.whole ? first : compile)?.trainable;
}

/** Whether every kernel of these objects is frozen. */
export function allFrozen(objects: ReadonlySet<GraphObject>, flags: TrainableFlags): boolean {
  const layers = [...objects].filter(hasKernel);
  return layers.length > 0 && layers.every((layer) => flags.get(layer) === false);
}

/** A `fit` whose layers have other flags than at the compile before it. */
export function lateTrainable(tracked: TrackedModel, session: KerasSession): LateTrainable | null {
  for (const fit of tracked.fits) {
    const compile = tracked.compiles[fit.compilesBefore - 1];
    const changed =
      compile && fit.whole
        ? [...compile.trainable].filter(
            ([object, flag]) => hasWeights(object) && (fit.trainable.get(object) ?? flag) !== flag,
          )
        : [];
    if (compile && fit.place && changed.length > 0) {
      const all = objectsIn(tracked.object);
      const place = all
        .map((object) => session.trainableChanges.get(object))
        .find((each) => each !== undefined);
      return {
        range: session.range(place ?? fit.place),
        afterFit: tracked.fits.indexOf(fit) > compile.fitsBefore,
      };
    }
  }
  return null;
}

function hasWeights(object: GraphObject): boolean {
  return object.kind === 'layer' && (object.weights ?? []).length > 0;
}

function hasKernel(object: GraphObject): boolean {
  return object.kind === 'layer' && (object.weights ?? []).some(({ name }) => name.endsWith('kernel'));
}
