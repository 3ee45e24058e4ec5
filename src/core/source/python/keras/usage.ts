import type { PretrainedObjects } from '../../../model/modelSpec';
import type { UsageSpec } from '../../../model/spec';
import type { KerasSession } from './session';
import type { TrackedModel } from './trackedModel';
import { allFrozen, lateTrainable } from './trainableFlags';

const rateChange =
  /LearningRateScheduler|OneCycle|\b(?:learning_rate|lr)\.assign|\.(?:learning_rate|lr)\s*=(?!=)|set_value\([^\n]*\.(?:learning_rate|lr)\b/;

/** What the program does with a model beside building it. */
export function usageOf(tracked: TrackedModel, session: KerasSession): UsageSpec {
  return {
    trained:
      tracked.fits.some(({ compilesBefore }) => compilesBefore === tracked.compiles.length) ||
      tracked.trainedBy !== null,
    uncompiledFit: uncompiledFit(tracked, session),
    lateTrainable: lateTrainable(tracked, session),
    preprocessesInput: /\bpreprocess_input\b/.test(session.code),
    changesRate: rateChange.test(session.code),
  };
}

function uncompiledFit(tracked: TrackedModel, session: KerasSession): UsageSpec['uncompiledFit'] {
  const [fit] = tracked.fits;
  // A compile that was not followed may well be this model's.
  return fit?.place &&
    fit.compilesBefore === 0 &&
    !tracked.escaped &&
    !tracked.trainedBy &&
    allFollowed(session)
    ? session.range(fit.place)
    : null;
}

const compileCall = /(?<!\bre)\s*\.\s*compile\s*\(/g;

/** Whether every `.compile(` of the source was seen to be called on a model. */
function allFollowed(session: KerasSession): boolean {
  const code = session.code.replace(/#.*$/gm, '');
  return (code.match(compileCall) ?? []).length <= session.compileCalls.size;
}

/** Pretrained models whose layers may be in this one. */
export function pretrainedParts(tracked: TrackedModel, session: KerasSession): readonly PretrainedObjects[] {
  const earlier = tracked.compiles.slice(0, -1);
  return session.pretrained.map(({ object, ...part }) => ({
    ...part,
    inferenceMode: object.nodes.some(({ flags }) => flags['training'] === false),
    frozenBefore: earlier.some(({ trainable }) => allFrozen(part.objects, trainable)),
  }));
}
