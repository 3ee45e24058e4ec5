import type { Range } from '../../../text/range';
import type { DataSpec, InputData, TargetData } from '../../../model/spec';
import { unknownData } from '../../../model/modelSpec';
import { ArrayValue, unknownDistribution } from '../modules/arrays/arrayValue';
import { relation } from '../modules/arrays/provenance';
import { DatasetValue, batchSizeOf } from '../modules/datasets/datasetValue';
import { type Value, intOf, numberOf } from '../values';
import type { Place } from '../values';
import type { KerasSession } from './session';
import { type FitCall, type TrackedModel, maximumFits } from './trackedModel';

/** What the program's `fit` says about the data of a model. */
export function readData(tracked: TrackedModel, session: KerasSession): DataSpec {
  const fit = tracked.fits.at(-1);
  if (!fit) {
    return unknownData;
  }
  const { x, y } = partsOf(fit);
  const inputs = arraysOf(x);
  const targets = arraysOf(y);
  const [first] = inputs;
  const name = first?.dataset ?? null;
  return {
    name,
    description: name ? `the data set ${name}` : first ? first.reason : '',
    inputs: inputs.map((array) => inputData(array, session)),
    targets: targets.map((array) => targetData(array, session)),
    batchSize: intOf(fit.batchSize) ?? (fit.x instanceof DatasetValue ? batchSizeOf(fit.x) : null),
    samples: first?.shape?.[0] ?? null,
    plannedSteps: plannedSteps(tracked),
    ...tieOf(inputs, targets),
  };
}

/** Of the first labels, to any of the inputs. */
function tieOf(inputs: readonly ArrayValue[], [labels]: readonly ArrayValue[]): ReturnType<typeof relation> {
  const ties = labels ? inputs.map((input) => relation(input, labels)) : [];
  const tie = ties.find(({ labelsFrom }) => labelsFrom !== null && labelsFrom !== 'chance') ?? ties[0];
  return tie && !(tie.labelsFrom === 'chance' && ties.some(({ labelsFrom }) => labelsFrom === null))
    ? tie
    : { labelsFrom: null, clusters: null };
}

/** Keras' own, where `fit` names none. */
const defaultBatch = 32;

/** Updates that all calls of `fit` after the last compile make; null where one of them may make any number. */
function plannedSteps({ fits, compiles }: TrackedModel): number | null {
  const steps = fits
    .filter(({ compilesBefore }) => compilesBefore === compiles.length)
    .map(({ x, batchSize, length }) => {
      const epochs = length && (length.epochs ? intOf(length.epochs) : 1);
      if (!length || epochs === null || epochs === undefined) {
        return null;
      }
      if (length.stepsPerEpoch && length.stepsPerEpoch.kind !== 'none') {
        const perEpoch = intOf(length.stepsPerEpoch);
        return perEpoch === undefined ? null : epochs * perEpoch;
      }
      const rows = x instanceof ArrayValue ? x.shape?.[0] : undefined;
      const batch = batchSize && batchSize.kind !== 'none' ? intOf(batchSize) : defaultBatch;
      const heldBack = length.validationSplit ? numberOf(length.validationSplit) : 0;
      return rows && batch && heldBack !== undefined
        ? epochs * Math.ceil((rows * (1 - heldBack)) / batch)
        : null;
    });
  // no more calls are noted: there may be more of them
  return steps.length === 0 || steps.length >= maximumFits || steps.some((count) => count === null)
    ? null
    : steps.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

function partsOf(fit: FitCall): { x: Value | undefined; y: Value | undefined } {
  return fit.x instanceof DatasetValue ? { x: fit.x.inputs(), y: fit.x.targets() } : { x: fit.x, y: fit.y };
}

function arraysOf(value: Value | undefined): ArrayValue[] {
  if (value instanceof ArrayValue) {
    return [value];
  }
  switch (value?.kind) {
    case 'list':
    case 'tuple':
      return value.items.flatMap(arraysOf);
    case 'dict':
      return [...value.entries.values()].flatMap(([, item]) => arraysOf(item));
    default:
      return [];
  }
}

/** An array of one constant is a stand-in, or filled where that cannot be followed: its values are not known. */
function inputData(array: ArrayValue, session: KerasSession): InputData {
  const { distribution } = array;
  const known = distribution.std === 0 ? unknownDistribution : distribution;
  return { ...known, range: rangeOf(array.place, session) };
}

/** Null in another file. */
function rangeOf(place: Place | null, session: KerasSession): Range | null {
  return place && !session.vm.program.isIncluded(place) ? session.range(place) : null;
}

function targetData(array: ArrayValue, session: KerasSession): TargetData {
  const { distribution, classes, place } = array;
  const kind =
    distribution.kind === 'one-hot'
      ? 'one-hot'
      : classes === 2
        ? 'binary'
        : classes !== null
          ? 'classes'
          : distribution.kind === 'unknown'
            ? 'unknown'
            : 'real';
  return {
    kind,
    classes,
    shape: array.shape,
    integer: array.dtype.includes('int') || array.dtype === 'bool',
    // one constant is a stand-in, as among the inputs
    min: distribution.min === distribution.max ? null : distribution.min,
    max: distribution.min === distribution.max ? null : distribution.max,
    range: rangeOf(place, session),
  };
}
