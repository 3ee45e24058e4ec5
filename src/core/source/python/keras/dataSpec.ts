import type { Range } from '../../../text/range';
import type { DataSpec, InputData, TargetData } from '../../../model/spec';
import { unknownData } from '../../../model/modelSpec';
import { ArrayValue, unknownDistribution } from '../modules/arrays/arrayValue';
import { DatasetValue, batchSizeOf } from '../modules/datasets/datasetValue';
import { type Value, intOf } from '../values';
import type { Place } from '../values';
import type { KerasSession } from './session';
import type { FitCall, TrackedModel } from './trackedModel';

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
  };
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
    min: distribution.min,
    max: distribution.max,
    range: rangeOf(place, session),
  };
}
