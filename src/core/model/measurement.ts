import type { EngineName, LayerMeasurement, Note, Probe, Series, TaskMeasurement } from '../report/report';

/** What the probe process measured: the report's numbers for every seed, and what only the rules need. Plain data, finite or null. */
export interface Measurement {
  readonly engine: { readonly name: EngineName; readonly version: string };
  readonly batchSize: number;
  readonly data: Probe['data'];
  readonly scaledDown: readonly Note[];
  /** What the probe assumed beyond the spec (dropout off, a custom loss replaced …). */
  readonly assumptions: readonly Note[];
  readonly measuredSteps: readonly number[];
  readonly seeds: readonly SeedMeasurement[];
  readonly durationMs: number;
  /** The first seed trained on, where the measured steps left doubt; absent where it was not. */
  readonly longer?: LongerLook | null;
  /** The first seed on tasks that tell what a recurrent net remembers; absent where they were not measured. */
  readonly tasks?: readonly TaskMeasurement[];
}

/** What became of the first seed after more steps. */
export interface LongerLook {
  readonly step: number;
  /** Explained loss over the last batches; null where the numbers overflowed. */
  readonly explained: number | null;
  /** The same at an earlier step, for the pace; null where it was not reached. */
  readonly earlier: { readonly step: number; readonly explained: number } | null;
  readonly answersDiffer: boolean;
}

export interface SeedMeasurement {
  readonly seed: number;
  readonly loss: Series;
  readonly explainedLoss: Series;
  /** Loss of the best constant prediction on the same data. */
  readonly constantLoss: number | null;
  /** Share of right predictions of a classifier and the share of the most frequent class; null for regression. */
  readonly accuracy: Series | null;
  readonly chanceAccuracy: number | null;
  /** sd over the batch / RMS of the first output; 0 = one answer for every input. */
  readonly predictionSpread: Series;
  /** ls = |g(y) - g(πy)| / (|g(y)| + |g(πy)|), π shuffles the batch's labels: smallest over the hidden kernels. */
  readonly labelSensitivity: Series;
  /** One value an update, not a measured step: (loss drop on the same batch) / (drop that the gradient promises, −g·ΔW); null where not measured. */
  readonly promiseKept: Series;
  readonly layers: readonly LayerMeasurement[];
  /** First step at which loss, gradients or weights were not finite; null if none. */
  readonly firstNonFiniteStep: number | null;
  /** The layer where it arose: earliest in the forward order at that step. */
  readonly firstNonFiniteLayer: string | null;
}
