import { toModelSpec } from '../../../model/modelSpec';
import type { GraphObject } from '../../../model/graph/graphObject';
import type { ModelSpec } from '../../../model/spec';
import type { SourceNames } from '../../../model/site';
import type { Note } from '../../../report/report';
import type { RefusedArgument } from '../../reader';
import { containsRange, type Range } from '../../../text/range';
import { readCompile } from './compile';
import { readData } from './dataSpec';
import { buildTrainingShell } from './trainingShell';
import { buildWithPlaceholder } from './placeholderBuild';
import type { Refusal } from './session';
import type { KerasSession } from './session';
import type { TrackedModel } from './trackedModel';
import { flagsInTraining, objectsIn } from './trainableFlags';
import { fitsInInference } from './trainingArgument';
import { followOwnLosses } from './ownLoss';
import { pretrainedParts, usageOf } from './usage';

export interface CollectedModels {
  readonly models: readonly ModelSpec[];
  readonly refused: readonly RefusedArgument[];
}

/** All models that the program builds, each distinct one once, in the order in which they are built. */
export function collectModels(session: KerasSession, names: SourceNames): CollectedModels {
  const ids = new Map</* base */ string, number>();
  const models: ModelSpec[] = [];
  const modelsOfObject = new Map<GraphObject, { readonly model: string; readonly layer: string }[]>();
  const seen = new Map</* fingerprint */ string, number>();
  for (const tracked of session.models) {
    const spec = describe(tracked, session, names);
    if (!spec || spec.layers.every((layer) => layer.className === 'InputLayer')) {
      continue;
    }
    const print = fingerprint(spec);
    const before = seen.get(print);
    if (before !== undefined) {
      const kept = models[before];
      if (kept && kept.compile === null && spec.compile !== null) {
        models[before] = { ...spec, id: kept.id };
      }
      continue;
    }
    seen.set(print, models.length);
    const id = uniqueId(baseId(tracked), ids);
    models.push({ ...spec, id });
    rememberObjects(tracked, id, modelsOfObject);
  }
  return { models, refused: session.refusals.map((refusal) => refusedArgument(refusal, modelsOfObject)) };
}

function describe(tracked: TrackedModel, session: KerasSession, names: SourceNames): ModelSpec | null {
  const { object } = tracked;
  buildWithPlaceholder(tracked, session);
  const shell = buildTrainingShell(tracked, session);
  const inside = objectsIn(object);
  const notes = (map: ReadonlyMap<GraphObject, readonly Note[]>): Note[] =>
    inside.flatMap((each) => map.get(each) ?? []);
  const gaps: Note[] = tracked.gaps.map((gap) => ({
    id: 'layers-left-out',
    text: '`…` stands for layers that are left out here; the model was read without them.',
    range: session.range(gap),
  }));
  try {
    const outputs = (object.kind === 'model' ? object.outputs : object.nodes[0]?.inner?.outputs) ?? [];
    const outputNames = outputs.map((tensor) => tensor.producer?.callee.name ?? 'output');
    const compiled = readCompile(tracked, outputNames, session);
    const data = readData(tracked, session);
    const trainable = flagsInTraining(tracked);
    const inference = fitsInInference(tracked, session);
    return toModelSpec(object, {
      id: '',
      range: rangeOf(tracked, session),
      compile: compiled && followOwnLosses(compiled, tracked, outputs, data, session),
      data,
      usage: usageOf(tracked, session),
      pretrained: pretrainedParts(tracked, session),
      ...(trainable ? { trainable } : {}),
      ...(inference ? { training: false } : {}),
      assumptions: [
        ...session.notes.filter((note) => concerns(note, tracked, session)),
        ...gaps,
        ...notes(session.notesByObject),
      ],
      unknowns: notes(session.unknownsByObject),
      names,
      ...(shell
        ? {
            unprobeable: {
              id: 'training-step',
              text: 'This model trains its parts in a training step of its own; probe the parts instead.',
            },
          }
        : {}),
    });
  } catch {
    return null;
  }
}

/** Whether a note about the program belongs to a model: unless it lies in the call that builds another one. */
function concerns(note: Note, tracked: TrackedModel, session: KerasSession): boolean {
  const { range } = note;
  const within = (each: TrackedModel): boolean =>
    range !== undefined && each.place !== null && containsRange(session.range(each.place), range);
  return within(tracked) || !session.models.some(within);
}

const nowhere: Range = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 };

function rangeOf(tracked: TrackedModel, session: KerasSession): Range {
  return tracked.place ? session.range(tracked.place) : nowhere;
}

/** From the variable of the module, the function that builds it, or the variable in that function. */
function baseId(tracked: TrackedModel): string {
  return tracked.moduleNames[0] ?? tracked.functionName ?? tracked.localNames[0] ?? tracked.object.name;
}

function uniqueId(base: string, ids: Map<string, number>): string {
  const count = (ids.get(base) ?? 0) + 1;
  ids.set(base, count);
  return count === 1 ? base : `${base}#${count}`;
}

/** Equal for models that one call builds alike: names and numbers of names left out. */
function fingerprint(spec: ModelSpec): string {
  const layers = spec.layers.map(({ className, config, outputShape, trainable }) => {
    const rest = Object.fromEntries(Object.entries(config).filter(([key]) => key !== 'name'));
    return [className, rest, outputShape, trainable];
  });
  return JSON.stringify([spec.range, spec.className, layers], (key, value: unknown) =>
    key === 'shared_object_id' || key === 'name' ? undefined : value,
  );
}

function rememberObjects(
  tracked: TrackedModel,
  model: string,
  map: Map<GraphObject, { readonly model: string; readonly layer: string }[]>,
): void {
  for (const object of objectsIn(tracked.object)) {
    const list = map.get(object) ?? [];
    list.push({ model, layer: object.name });
    map.set(object, list);
  }
}

function refusedArgument(
  refusal: Refusal,
  modelsOfObject: ReadonlyMap<GraphObject, readonly { readonly model: string; readonly layer: string }[]>,
): RefusedArgument {
  const { object, ...refused } = refusal;
  const places = object ? (modelsOfObject.get(object) ?? []) : [];
  return {
    models: places.map(({ model }) => model),
    layer: places[0]?.layer ?? null,
    ...refused,
  };
}
