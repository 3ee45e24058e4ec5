import type { GraphObject } from '../../../model/graph/graphObject';
import type { Config } from '../../../model/spec';
import { type Arguments } from '../arguments';
import { findInClass } from '../attributes';
import type { InstanceValue } from '../values';
import type { KerasSession } from './session';
import { objectsIn } from './trainableFlags';
import type { TrackedModel } from './trackedModel';

const argument = 'training';

/** Whether the program's own `call` has an argument `training`: Keras passes it on only then. */
export function takesTraining(instance: InstanceValue): boolean {
  const call = findInClass(instance.class, 'call');
  return call?.kind === 'function' && call.parameters.some(({ name }) => name === argument);
}

/**
 * What `training` is for a call within a layer of the program's own while `fit` runs (keras 3.15, `Layer._resolve_and_populate_arg`): what the
 * call was given, else what the call before it within the outermost one had, else the default of its `call`. Null: nothing says it, which Keras
 * takes for inference. `fit` overrides what the outermost call was given; it gives a subclassed model nothing whose `call` does not take it.
 */
export function resolveTraining(
  object: GraphObject,
  instance: InstanceValue | null,
  flags: Config,
  session: KerasSession,
): boolean | null {
  if (session.compositeDepth === 0) {
    const told =
      object.kind !== 'composite' || object.role !== 'model' || !instance || takesTraining(instance);
    session.training = told ? true : null;
    return session.training;
  }
  const given = flags[argument];
  session.training = typeof given === 'boolean' ? given : (session.training ?? defaultOf(instance));
  return session.training;
}

function defaultOf(instance: InstanceValue | null): boolean | null {
  const call = instance && findInClass(instance.class, 'call');
  const parameter = call?.kind === 'function' ? call.parameters.find(({ name }) => name === argument) : null;
  return parameter?.defaultValue?.kind === 'bool' ? parameter.defaultValue.value : null;
}

/** The flags of a call with the value that holds; `true` is what a container around it says anyway. */
export function withTrainingFlag(flags: Config, training: boolean | null, session: KerasSession): Config {
  return session.compositeDepth > 0 && training !== null && (training === false || argument in flags)
    ? { ...flags, training }
    : flags;
}

/** The arguments with the value that Keras puts in; a positional one stays. */
export function withTraining(args: Arguments, instance: InstanceValue, training: boolean | null): Arguments {
  const call = findInClass(instance.class, 'call');
  const place =
    call?.kind === 'function' ? call.parameters.slice(1).findIndex(({ name }) => name === argument) : -1;
  if (training === null || place < 0 || place < args.positional.length) {
    return args;
  }
  const keywords = new Map(args.keywords).set(argument, { kind: 'bool', value: training });
  return args.with(args.positional, keywords);
}

/** Layers that do something else while training. */
const differing = /^(?:BatchNormalization|.*Dropout.*|Gaussian(?:Noise|Dropout)|Random.*)$/;

/** Whether `fit` runs a subclassed model as in inference, as its `call` takes no `training` (keras 3.15, `train_step`); says so where it matters. */
export function fitsInInference(tracked: TrackedModel, session: KerasSession): boolean {
  const { object } = tracked;
  const instance = session.values.get(object);
  if (
    object.kind !== 'composite' ||
    instance?.kind !== 'instance' ||
    tracked.compiles.length === 0 ||
    takesTraining(instance) ||
    findInClass(instance.class, 'train_step')
  ) {
    return false;
  }
  if (objectsIn(object).some(({ className }) => differing.test(className))) {
    session.assume(
      'no-training-argument',
      `${object.className}.call takes no \`training\`, so Keras 3 fits it as in inference: Batch Normalization keeps the statistics that it starts with, Dropout does nothing. Add \`training=None\` to it and pass it on to these layers.`,
      tracked.place,
      object,
    );
  }
  return true;
}
