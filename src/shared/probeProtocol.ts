import type { Measurement } from '../core/model/measurement';
import type { ModelSpec } from '../core/model/spec';
import type { SequenceTaskName } from '../core/probing';
import type { EngineName } from '../core/report/report';

/** What the host asks of the probe process. */
export interface ProbeMethods {
  /** Trains the model for the last of `measuredSteps` updates per seed and measures on the way. Streams a ProbeProgress a measured step. */
  run(request: ProbeRequest): Measurement;
  /** Whether the request stays far below its budget on any machine: then its seeds may be shared out. */
  fitsEasily(request: ProbeRequest): boolean;
  /** Loads and times the engine that a request will use. */
  prepare(engine: ProbeRequest['engine'], nativePath: string | null): void;
  /** Asks the run to make no further step for so many milliseconds, which its budget does not count. */
  restFor(ms: number): void;
  /** Which engines can be loaded here, and why not the others. */
  engines(): readonly {
    readonly name: EngineName;
    readonly version: string | null;
    readonly reason: string | null;
  }[];
}

export interface ProbeRequest {
  readonly spec: ModelSpec;
  /** Rising, from 0. Updates are made up to the last one. */
  readonly measuredSteps: readonly number[];
  readonly seeds: readonly number[];
  /** Null: the code's own batch size, bounded, else 32. */
  readonly batchSize: number | null;
  readonly engine: EngineName | 'auto';
  /** A folder whose node_modules hold @tensorflow/tfjs-node; null or absent: the one that was built or installed. */
  readonly nativePath?: string | null;
  /** Start weights (.keras, .weights.h5, .h5); null: drawn from the seed. */
  readonly weightsPath: string | null;
  /** Data (.npz, .npy, .csv); null: made up to fit the spec. */
  readonly dataPath: string | null;
  /** What the made-up data are like; absent: what fits the model. Every step has samples of its own then. */
  readonly task?: SequenceTaskName;
  /** Threads that the engine may use; absent: one. The pool sets it. Results are the same to the bit. */
  readonly threads?: number;
  readonly budget: { readonly timeMs: number; readonly memoryBytes: number };
}

export interface ProbeProgress {
  readonly seed: number;
  readonly step: number;
  readonly lastStep: number;
  /** What is known so far, first seed only. */
  readonly partial: Measurement | null;
}
