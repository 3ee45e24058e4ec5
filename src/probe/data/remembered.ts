import type { LossSpec, ModelSpec } from '../../core/model/spec';
import type { Dataset } from './dataset';
import { inputShapes, vocabulary } from './shapes';
import { syntheticData } from './synthetic';

/** Data sets that are kept at most, and numbers in one that is. */
const most = 4;
const largest = 2_000_000;
const known = new Map</* all that the data depend on */ string, Dataset>();

/**
 * Made-up data as `syntheticData` makes them, kept for the next model of this process that takes the same: fixes are probed on the data of the model
 * that they mend.
 */
export function rememberedData(
  spec: ModelSpec,
  losses: readonly LossSpec[],
  outputShapes: readonly (readonly number[])[],
  rows: number,
  seed: number,
): Dataset {
  const key = JSON.stringify([
    inputShapes(spec),
    spec.inputs.map(({ tensor }) => [spec.tensors[tensor]?.dtype, vocabulary(spec, tensor)]),
    spec.data,
    losses.map(({ className }) => className),
    outputShapes,
    rows,
    seed,
  ]);
  const before = known.get(key);
  if (before !== undefined) {
    return before;
  }
  const made = syntheticData(spec, losses, outputShapes, rows, seed);
  const size = [...made.inputs, ...made.targets].reduce((sum, { values }) => sum + values.length, 0);
  if (size <= largest) {
    known.set(key, made);
    for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - most))) {
      known.delete(oldest);
    }
  }
  return made;
}
