import type { CompositeObject, GraphObject, ModelObject } from '../../../model/graph/graphObject';
import type { CallSite } from '../../../model/site';
import type { SerializedValue } from './serializedValue';
import type { Place, Value } from '../values';

/** One call of `compile`. */
export interface CompileCall {
  readonly values: Readonly<Record<string, Value>>;
  readonly site: CallSite | null;
  /** Flags of all that the model held. */
  readonly trainable: TrainableFlags;
  /** Calls of `fit` before it. */
  readonly fitsBefore: number;
}

export type TrainableFlags = ReadonlyMap<GraphObject, boolean>;

/** One call of `fit` or of what stands for it. */
export interface FitCall {
  readonly x: Value | undefined;
  readonly y: Value | undefined;
  readonly batchSize: Value | undefined;
  readonly classWeight: Value | undefined;
  readonly sampleWeight: Value | undefined;
  /** Null where it may run any number of times. */
  readonly length: FitLength | null;
  readonly place: Place | null;
  /** Calls of `compile` before it. */
  readonly compilesBefore: number;
  readonly trainable: TrainableFlags;
  /** `fit`, not single batches: programs that train two models in turn set flags between batches. */
  readonly whole: boolean;
}

/** A training loop calls `fit` or `train_on_batch` again and again: the first calls say enough. */
export const maximumFits = 8;

/** For how long `fit` trains, as it is written. */
export interface FitLength {
  readonly epochs: Value | undefined;
  readonly stepsPerEpoch: Value | undefined;
  readonly validationSplit: Value | undefined;
}

/** A model of the program, with all that the program does with it. */
export interface TrackedModel {
  readonly object: ModelObject | CompositeObject;
  /** The call that builds it. */
  readonly place: Place | null;
  /** Names that hold it: of the module first, then those in functions. */
  readonly moduleNames: string[];
  readonly localNames: string[];
  /** The innermost function that runs when it is built. */
  readonly functionName: string | null;
  readonly compiles: CompileCall[];
  readonly fits: FitCall[];
  /** The optimizer that a training loop of its own applies to the model's weights. */
  trainedBy: SerializedValue | null;
  /** Layers were left out of the source with `...`. */
  gaps: Place[];
  /** Something of it was used: summary, predict, evaluate. */
  used: boolean;
  /** It was handed to code that cannot be read, which may compile it. */
  escaped: boolean;
}
