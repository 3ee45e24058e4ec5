import fs from 'node:fs/promises';
import path from 'node:path';
import { classNumberLosses } from '../../core/model/catalogue/losses';
import type { ModelSpec } from '../../core/model/spec';
import type { Shape } from '../../core/report/report';
import { HumanError } from '../../core/humanError';
import type { Dataset } from './dataset';
import { type NumberArray, readNpy, readNpz } from './npy';

/** Rows of a table with a header or without: the last columns are the target. */
function readCsv(text: string, targets: number, name: string): [NumberArray, NumberArray] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const separator = [',', ';', '\t'].find((candidate) => lines[0]?.includes(candidate)) ?? ',';
  const cells = lines.map((line) =>
    line.split(separator).map((cell) => Number(cell.trim().replace(/^"|"$/g, ''))),
  );
  const rows = cells[0]?.some(Number.isNaN) === true ? cells.slice(1) : cells;
  const width = rows[0]?.length ?? 0;
  if (
    rows.length === 0 ||
    width <= targets ||
    rows.some((row) => row.length !== width || row.some(Number.isNaN))
  ) {
    throw new HumanError(
      `${name} is no table of numbers with ${targets} target ${targets === 1 ? 'column' : 'columns'} at its end.`,
    );
  }
  const part = (from: number, to: number): NumberArray => ({
    shape: [rows.length, to - from],
    values: Float32Array.from(rows.flatMap((row) => row.slice(from, to))),
  });
  return [part(0, width - targets), part(width - targets, width)];
}

/** Arrays named x and y, or x0, x1, … and y0, y1, …; common other names too. */
function pick(arrays: ReadonlyMap<string, NumberArray>, letter: 'x' | 'y', count: number): NumberArray[] {
  const single = [letter, letter.toUpperCase(), `${letter}_train`, `${letter.toUpperCase()}_train`]
    .map((name) => arrays.get(name))
    .find(Boolean);
  const several = Array.from(
    { length: count },
    (_, i) => arrays.get(`${letter}${i}`) ?? arrays.get(`${letter}_${i}`),
  );
  const found = count === 1 && single !== undefined ? [single] : several;
  return found.map((array, i) => {
    if (array === undefined) {
      throw new HumanError(
        `The data file has no array "${count === 1 ? letter : `${letter}${i}`}". It holds: ${[...arrays.keys()].join(', ')}.`,
      );
    }
    return array;
  });
}

/** Refuses rows whose shape the model cannot take; open axes take any size, and a missing last axis of 1 is put there. */
function fitted(array: NumberArray, wanted: Shape, what: string, file: string): NumberArray {
  const fits = (shape: readonly number[]) =>
    shape.length === wanted.length &&
    shape.every((size, axis) => axis === 0 || wanted[axis] === null || wanted[axis] === size);
  if (fits(array.shape)) {
    return array;
  }
  const widened = [...array.shape, 1];
  if (fits(widened)) {
    return { ...array, shape: widened };
  }
  const text = (shape: Shape) => `(${shape.map((size) => size ?? 'any').join(', ')})`;
  throw new HumanError(
    `The data in ${file} do not fit the model: ${what} has the shape ${text(array.shape)}, the model takes ${text(['rows' as unknown as number, ...wanted.slice(1)])}.`,
  );
}

/** Refuses targets that are neither like the output nor one number in place of its last axis. */
function fittedTarget(array: NumberArray, output: Shape, what: string, file: string): NumberArray {
  const width = array.values.length / Math.max(1, array.shape[0] ?? 1);
  const sizes = output.slice(1);
  if (sizes.some((size) => size === null)) {
    return array;
  }
  const whole = sizes.reduce<number>((n, size) => n * (size ?? 1), 1);
  if (width === whole || width === whole / (sizes.at(-1) ?? 1)) {
    return array;
  }
  throw new HumanError(
    `The data in ${file} do not fit the model: the target of ${what} has ${width} numbers a row, the output ${whole}.`,
  );
}

/** Data from a file: `.npz` with x and y (x0, x1, … for several inputs), `.npy` with inputs only, `.csv` with the target last. */
export async function loadData(
  spec: ModelSpec,
  file: string,
): Promise<{ inputs: NumberArray[]; targets: NumberArray[] | null; about: Dataset['about'] }> {
  const name = path.basename(file);
  let bytes: Uint8Array;
  try {
    bytes = await fs.readFile(file);
  } catch {
    throw new HumanError(`The data file ${file} cannot be read. Check its path.`);
  }
  const about = { kind: 'file', description: name } as const;
  const fitTarget = (array: NumberArray, i: number) => {
    const output = spec.outputs[i];
    const shape = output === undefined ? undefined : spec.tensors[output.tensor]?.shape;
    return shape === undefined
      ? array
      : fittedTarget(array, shape, `the output "${output?.name ?? i}"`, name);
  };
  const fitInput = (array: NumberArray, i: number) => {
    const input = spec.inputs[i];
    const shape = input === undefined ? undefined : spec.tensors[input.tensor]?.shape;
    return shape === undefined ? array : fitted(array, shape, `the input "${input?.name ?? i}"`, name);
  };
  switch (path.extname(file).toLowerCase()) {
    case '.npz': {
      const arrays = readNpz(bytes);
      const hasTargets = [...arrays.keys()].some((key) => /^y/i.test(key));
      return {
        inputs: pick(arrays, 'x', spec.inputs.length).map((array, i) => fitInput(array, i)),
        targets: hasTargets
          ? pick(arrays, 'y', spec.outputs.length).map((array, i) => fitTarget(array, i))
          : null,
        about,
      };
    }
    case '.npy':
      return { inputs: [fitInput(readNpy(bytes, name), 0)], targets: null, about };
    case '.csv':
    case '.txt': {
      const outputs =
        spec.outputs[0] === undefined ? [] : (spec.tensors[spec.outputs[0].tensor]?.shape ?? []);
      const sparse = classNumberLosses.has(spec.compile?.losses[0]?.className ?? '');
      const [x, y] = readCsv(new TextDecoder().decode(bytes), sparse ? 1 : (outputs.at(-1) ?? 1), name);
      return { inputs: [fitInput(x, 0)], targets: [fitTarget(y, 0)], about };
    }
    default:
      throw new HumanError(
        `Data of the kind ${path.extname(file)} cannot be read. Give an .npz, .npy or .csv file.`,
      );
  }
}
