import type { CompileSpec } from '../../../model/spec';
import { type Value, numberOf } from '../values';
import type { KerasSession } from './session';
import type { TrackedModel } from './trackedModel';

type ClassWeight = { readonly [label: string]: number };

/** The losses with what the first `fit` after the last compile says about how much samples count. Keras takes class weights for one output only. */
export function weighSamples(
  compile: CompileSpec,
  tracked: TrackedModel,
  session: KerasSession,
): CompileSpec {
  const fit = tracked.fits.find(({ compilesBefore }) => compilesBefore === tracked.compiles.length);
  const [loss, ...others] = compile.losses;
  if (fit === undefined || loss === undefined) {
    return compile;
  }
  if (isGiven(fit.sampleWeight)) {
    session.assume(
      'sample-weight',
      'The sample weights that this model is trained with are not known from the source; all samples were taken to count the same.',
      fit.place,
      tracked.object,
    );
  }
  if (!isGiven(fit.classWeight) || others.length > 0) {
    return compile;
  }
  const classWeight = weightsOf(fit.classWeight);
  if (classWeight === null) {
    session.assume(
      'class-weight',
      `The class weights that this model is trained with are not known from the source${fit.classWeight.kind === 'unknown' ? ` (they come from ${fit.classWeight.reason})` : ''}; all classes were taken to count the same.`,
      fit.place,
      tracked.object,
    );
    return compile;
  }
  return { ...compile, losses: [{ ...loss, classWeight }] };
}

function isGiven(value: Value | undefined): value is Value {
  return value !== undefined && value.kind !== 'none';
}

/** A dictionary from whole numbers to numbers; null where it is not that or not known. */
function weightsOf(value: Value): ClassWeight | null {
  if (value.kind !== 'dict' || value.entries.size === 0) {
    return null;
  }
  const weights: Record<string, number> = {};
  for (const [key, item] of value.entries.values()) {
    const label = numberOf(key);
    const weight = numberOf(item);
    if (label === undefined || weight === undefined) {
      return null;
    }
    weights[String(label)] = weight;
  }
  return weights;
}
