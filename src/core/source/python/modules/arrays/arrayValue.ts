import type { InputData, SerializedObject } from '../../../../model/spec';
import type { Shape } from '../../../../report/report';
import type { Interpreter } from '../../interpreter';
import type { Arguments } from '../../arguments';
import { sliceIndices, sliceLength } from '../../items';
import {
  Native,
  type Place,
  type Value,
  float,
  int,
  intOf,
  list,
  none,
  numberOf,
  str,
  tuple,
  unknown,
} from '../../values';
import { arrayMethod } from './arrayMethods';
import { arrayBinary, arrayUnary } from './elementwise';
import { type Provenance, chosen, overwritten, writtenOut } from './provenance';

/** How the elements of an array are distributed, as far as it is known. */
export type Distribution = Omit<InputData, 'range'>;

export const unknownDistribution: Distribution = {
  kind: 'unknown',
  mean: null,
  std: null,
  min: null,
  max: null,
  zeroShare: null,
};

/** What is known of an array beside its shape. */
export interface ArrayFacts {
  readonly dtype?: string;
  readonly distribution?: Distribution;
  /** All elements in order, for small arrays that are written out. */
  readonly data?: readonly number[] | null;
  /** Number of different values, for labels. */
  readonly classes?: number | null;
  /** Data set that it comes from, by name. */
  readonly dataset?: string | null;
  /** Where it comes from, or where it was scaled. */
  readonly place?: Place | null;
  /** Part of a sentence: what decides the sizes that are not known. */
  readonly reason?: string;
  /** From what the program makes it; null where that is not known. */
  readonly provenance?: Provenance | null;
  /** Rows that a layer outside of any model looked up. */
  readonly drawn?: DrawnRows | null;
}

/** Rows of an Embedding's start table: constants of every model that uses them. */
export interface DrawnRows {
  readonly layer: string;
  readonly table: readonly number[];
  readonly initializer: SerializedObject;
  readonly rows: readonly number[];
}

/** A NumPy array, eager tensor or column of a table: shape, dtype and distribution, not the elements. */
export class ArrayValue extends Native {
  readonly typeName: string = 'ndarray';
  readonly dtype: string;
  readonly distribution: Distribution;
  readonly data: readonly number[] | null;
  readonly classes: number | null;
  readonly dataset: string | null;
  readonly place: Place | null;
  readonly reason: string;
  /** Changes where elements are assigned. */
  provenance: Provenance | null;
  /** Goes with these elements alone: what is made of the array has it only where it is handed on. */
  readonly drawn: DrawnRows | null;

  /** `shape`: null where not even the number of axes is known. */
  constructor(
    readonly shape: Shape | null,
    facts: ArrayFacts = {},
  ) {
    super();
    this.dtype = facts.dtype ?? 'float64';
    this.distribution = facts.distribution ?? unknownDistribution;
    this.data = facts.data ?? null;
    this.classes = facts.classes ?? null;
    this.dataset = facts.dataset ?? null;
    this.place = facts.place ?? null;
    this.reason = facts.reason ?? 'the data';
    this.provenance = facts.provenance ?? null;
    this.drawn = facts.drawn ?? null;
  }

  /** Another shape of the same kind of elements. */
  reshaped(shape: Shape | null, facts: ArrayFacts = {}): ArrayValue {
    return new ArrayValue(shape, { ...this.facts, data: null, ...facts });
  }

  get facts(): ArrayFacts {
    const { dtype, distribution, data, classes, dataset, place, reason, provenance } = this;
    return { dtype, distribution, data, classes, dataset, place, reason, provenance };
  }

  get size(): number | null {
    return this.shape
      ? this.shape.reduce<number | null>((n, axis) => (n === null || axis === null ? null : n * axis), 1)
      : null;
  }

  override attribute(name: string, vm: Interpreter): Value | undefined {
    switch (name) {
      case 'shape':
        return this.shape
          ? tuple(this.shape.map((axis, i) => this.axis(axis, i)))
          : unknown(`the shape of ${this.reason}`, this.place, 'tuple');
      case 'ndim':
        return this.shape ? int(this.shape.length) : this.missing('the number of axes');
      case 'size':
        return this.size === null ? this.missing('the size') : int(this.size);
      case 'dtype':
        return str(this.dtype);
      case 'T':
        return this.reshaped(this.shape && [...this.shape].reverse());
      case 'values':
      case 'iloc':
      case 'loc':
      case 'str':
      case 'real':
      case 'at':
        return this;
      default:
        return arrayMethod(this, name, vm);
    }
  }

  private axis(size: number | null, index: number): Value {
    return size === null
      ? this.missing(index === 0 ? 'the number of rows' : 'the number of columns')
      : int(size);
  }

  private missing(what: string): Value {
    return unknown(`${what} of ${this.reason}`, this.place, 'int');
  }

  override item(index: Value, _vm: Interpreter): Value | undefined {
    const { shape } = this;
    if (!shape) {
      return new ArrayValue(null, { ...this.facts, data: null });
    }
    if (this.data && shape.length === 1) {
      return this.itemOfData(this.data, index);
    }
    const keys = index.kind === 'tuple' ? index.items : [index];
    const result = indexedShape(shape, keys);
    if (result.length === 0) {
      return unknown(
        `an element of ${this.reason}`,
        this.place,
        this.dtype.includes('int') ? 'int' : 'float',
      );
    }
    return this.reshaped(result, { provenance: this.chosenBy(keys) });
  }

  /** `centres[labels]`; a mask leaves rows out and decides nothing about the others. */
  private chosenBy(keys: readonly Value[]): Provenance | null {
    const labels = keys.find(
      (key): key is ArrayValue => key instanceof ArrayValue && key.dtype.includes('int'),
    );
    return labels ? chosen(this.provenance, labels.provenance, this.distribution.std) : this.provenance;
  }

  private itemOfData(data: readonly number[], index: Value): Value {
    const at = intOf(index);
    const value = at === undefined ? undefined : data[at < 0 ? at + data.length : at];
    if (value !== undefined) {
      return this.scalar(value);
    }
    const indices = index.kind === 'slice' ? sliceIndices(index, data.length) : undefined;
    const picked = indices?.map((i) => data[i] ?? 0);
    return picked
      ? this.reshaped([picked.length], { data: picked })
      : this.reshaped(indexedShape([data.length], index.kind === 'tuple' ? index.items : [index]), {
          provenance: this.chosenBy([index]),
        });
  }

  private scalar(value: number): Value {
    return this.dtype.includes('int') ? int(value) : float(value);
  }

  override setItem(index: Value, value: Value): boolean {
    const keys = index.kind === 'tuple' ? index.items : [index];
    const mask = keys.find((key) => key instanceof ArrayValue);
    const given =
      value instanceof ArrayValue ? value.provenance : numberOf(value) === undefined ? null : writtenOut;
    const [rows] = keys;
    const blocks = rows?.kind === 'slice' && (rows.start.kind !== 'none' || rows.stop.kind !== 'none');
    this.provenance = overwritten(this.provenance, given, mask?.provenance ?? null, blocks);
    return true;
  }

  override iterate(vm: Interpreter): readonly Value[] | undefined {
    const length = this.shape?.[0];
    if (this.data && this.shape?.length === 1) {
      return this.data.map((value) => this.scalar(value));
    }
    if (length === null || length === undefined || length > 64) {
      return undefined;
    }
    return Array.from({ length }, (_, i) => this.item(int(i), vm) ?? none);
  }

  override anyElement(vm: Interpreter): Value | undefined {
    return this.item(int(0), vm);
  }

  override length(): Value | undefined {
    const first = this.shape?.[0];
    return typeof first === 'number' ? int(first) : this.missing('the number of rows');
  }

  override truth(): boolean | undefined {
    return undefined;
  }

  override call(_args: Arguments): Value | undefined {
    return undefined;
  }

  override binary(operator: string, other: Value, reflected: boolean, vm: Interpreter): Value | undefined {
    return arrayBinary(this, operator, other, reflected, vm);
  }

  override unary(operator: string): Value | undefined {
    return arrayUnary(this, operator);
  }

  /** The elements as nested lists, where they are known. */
  toJson(): number | readonly number[] | null {
    if (!this.data) {
      return null;
    }
    return this.shape?.length === 0 ? (this.data[0] ?? null) : this.shape?.length === 1 ? this.data : null;
  }

  toList(): Value {
    return this.data && this.shape?.length === 1
      ? list(this.data.map((value) => this.scalar(value)))
      : unknown(`the elements of ${this.reason}`, this.place);
  }

  override repr(): string {
    return `array(shape=${JSON.stringify(this.shape)})`;
  }
}

/** Shape after indexing: a number drops an axis, a slice shortens it, None adds one, a mask leaves an unknown number. */
export function indexedShape(shape: Shape, keys: readonly Value[]): (number | null)[] {
  const result: (number | null)[] = [];
  const consuming = keys.filter((key) => key.kind !== 'none' && key.kind !== 'ellipsis').length;
  let axis = 0;
  for (const key of keys) {
    switch (key.kind) {
      case 'none':
        result.push(1);
        break;
      case 'ellipsis': {
        const skipped = Math.max(0, shape.length - consuming);
        result.push(...shape.slice(axis, axis + skipped));
        axis += skipped;
        break;
      }
      case 'slice':
        result.push(slicedSize(shape[axis] ?? null, key));
        axis++;
        break;
      case 'int':
      case 'bool':
        axis++;
        break;
      case 'list':
      case 'tuple':
        result.push(key.items.length);
        axis++;
        break;
      case 'native': {
        const mask = key instanceof ArrayValue ? key : undefined;
        if (mask?.dtype === 'bool') {
          result.push(null);
          axis += mask.shape?.length ?? 1;
        } else {
          result.push(...(mask?.shape ?? [null]));
          axis++;
        }
        break;
      }
      case 'unknown':
        if (key.type !== 'int') {
          result.push(null);
        }
        axis++;
        break;
      default:
        axis++;
    }
  }
  return [...result, ...shape.slice(axis)];
}

function slicedSize(size: number | null, key: Value & { kind: 'slice' }): number | null {
  if (size !== null) {
    return sliceLength(key, size) ?? null;
  }
  // Of an axis of unknown length: what is written is believed.
  const start = key.start.kind === 'none' ? 0 : intOf(key.start);
  const stop = intOf(key.stop);
  const step = key.step.kind === 'none' ? 1 : intOf(key.step);
  if (start === undefined || stop === undefined || step === undefined || step <= 0) {
    return null;
  }
  return start >= 0 === stop >= 0 && stop > start ? Math.ceil((stop - start) / step) : null;
}

export const isArray = (value: Value | undefined): value is ArrayValue => value instanceof ArrayValue;

/** What a comparison gives: two values, wherever the array came from. */
export const maskOf = (array: ArrayValue): ArrayValue =>
  array.reshaped(array.shape, { dtype: 'bool', classes: 2, distribution: yesOrNo });

const yesOrNo: Distribution = { ...unknownDistribution, kind: 'integers', min: 0, max: 1 };
