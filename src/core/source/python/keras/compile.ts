import { compileSpec } from '../../../model/compile';
import type { CompileSpec, Json } from '../../../model/spec';
import type { CallSite } from '../../../model/site';
import { type Value, sequenceOf } from '../values';
import { ClassReference } from './classReference';
import { weighSamples } from './sampleWeights';
import { notKnown, serialize } from './serialize';
import { SerializedValue } from './serializedValue';
import type { KerasSession } from './session';
import type { CompileCall, TrackedModel } from './trackedModel';

/** What the last `compile` of a model says, with Keras' defaults. */
export function readCompile(
  tracked: TrackedModel,
  outputNames: readonly string[],
  session: KerasSession,
): CompileSpec | null {
  const call = tracked.compiles.at(-1);
  return call
    ? weighSamples(fromCall(call, outputNames, tracked, session), tracked, session)
    : fromLoop(tracked, outputNames, session);
}

/** A model that a loop with a GradientTape trains: its optimizer, and the loss where the program has only one. */
function fromLoop(
  tracked: TrackedModel,
  outputNames: readonly string[],
  session: KerasSession,
): CompileSpec | null {
  const optimizer = tracked.trainedBy;
  if (!optimizer) {
    return null;
  }
  const [loss, ...others] = session.losses.filter(({ uses }) => uses.applied);
  session.assume(
    'own-training-loop',
    'This model is trained in a loop of its own: the optimizer is the one that the loop applies, the loss the one that it calls.',
    optimizer.at ?? null,
    tracked.object,
  );
  return compileSpec(
    {
      optimizer: optimizer.json,
      loss: loss && others.length === 0 ? loss.json : null,
      lossWeights: null,
      metrics: [],
      site: null,
      optimizerSite: optimizer.site,
    },
    outputNames,
  );
}

function fromCall(
  call: CompileCall,
  outputNames: readonly string[],
  tracked: TrackedModel,
  session: KerasSession,
): CompileSpec {
  const { values } = call;
  const optimizer = values['optimizer'];
  const known = (name: string): Json => {
    const value = values[name];
    if (!value) {
      return null;
    }
    const json = objectJson(value);
    if (json !== notKnown) {
      return json;
    }
    session.assume(
      `unknown-${name}`,
      `The ${name} of this model is not known from the source${value.kind === 'unknown' ? ` (it comes from ${value.reason})` : ''}; Keras' default was taken.`,
      value.kind === 'unknown' ? value.origin : null,
      tracked.object,
    );
    return null;
  };
  return compileSpec(
    {
      optimizer: known('optimizer'),
      loss: known('loss'),
      lossWeights: known('loss_weights'),
      metrics: metricNames(values['metrics']),
      site: call.site,
      optimizerSite: optimizerSite(optimizer, session),
    },
    outputNames,
  );
}

/** Classes given in place of objects are called without arguments by Keras; custom objects keep their names. */
function objectJson(value: Value): Json | typeof notKnown {
  if (value instanceof ClassReference) {
    return { class_name: value.className, config: {} };
  }
  const items = sequenceOf(value);
  if (items) {
    const jsons = items.map(objectJson);
    return jsons.includes(notKnown) ? notKnown : jsons.filter((json) => json !== notKnown);
  }
  if (value.kind === 'dict') {
    const result: Record<string, Json> = {};
    for (const [key, item] of value.entries.values()) {
      const json = objectJson(item);
      if (key.kind === 'str' && json !== notKnown) {
        result[key.value] = json;
      }
    }
    return result;
  }
  return serialize(value);
}

function optimizerSite(value: Value | undefined, session: KerasSession): CallSite | null {
  if (!value) {
    return null;
  }
  return value instanceof SerializedValue ? value.site : session.sites.expressionSite(value.at);
}

/** Metrics by name, as they are written. */
function metricNames(value: Value | undefined): readonly string[] {
  if (!value) {
    return [];
  }
  switch (value.kind) {
    case 'str':
      return [value.value];
    case 'list':
    case 'tuple':
      return value.items.flatMap(metricNames);
    case 'dict':
      return [...value.entries.values()].flatMap(([, item]) => metricNames(item));
    case 'function':
      return [value.name];
    case 'builtin':
      return [value.name.slice(value.name.lastIndexOf('.') + 1)];
    case 'instance':
      return [value.class.name];
    case 'native':
      return [value.typeName];
    default:
      return [];
  }
}
