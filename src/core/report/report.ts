import type { Range, TextEdit } from '../text/range';

/** Raised with every rename or change of meaning of a field; added fields leave it alone. */
export const schemaVersion = 1;

/** The contract between the analysis and everything that shows it. Plain JSON: finite numbers or null. */
export interface Report {
  readonly schemaVersion: typeof schemaVersion;
  readonly tool: { readonly name: 'gradient-doctor'; readonly version: string };
  readonly source: { readonly path: string; readonly language: SourceLanguage };
  readonly models: readonly ModelReport[];
}

export type SourceLanguage = 'python' | 'notebook' | 'javascript' | 'typescript' | 'keras';
export type Verdict = 'healthy' | 'warning' | 'failing' | 'unknown';
export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface ModelReport {
  /** Unique in the file, from the variable or function that holds the model: 'model', 'build_model', 'build_model#2'. */
  readonly id: string;
  /** Keras' own name of it. */
  readonly name: string;
  /** Where it is built. */
  readonly range: Range;
  readonly verdict: Verdict;
  /** One sentence a person understands. */
  readonly headline: string;
  /** What was assumed, each with the place in the source if there is one. */
  readonly assumptions: readonly Note[];
  /** What could not be read or measured, and why. */
  readonly unknowns: readonly Note[];
  readonly architecture: Architecture;
  /** Null when it could not run; then `unknowns` says why. */
  readonly probe: Probe | null;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** Best first. */
  readonly fixes: readonly Fix[];
  /** The best set of compatible fixes, verified as a whole; absent where no fix is offered. */
  readonly fixAll?: Fix;
}

export interface Note {
  readonly id: string;
  readonly text: string;
  readonly range?: Range;
}

/** Batch first; null = unknown or variable. */
export type Shape = readonly (number | null)[];

export interface Architecture {
  /** 'Model' = subclassed. */
  readonly className: 'Sequential' | 'Functional' | 'Model';
  readonly name: string;
  readonly layers: readonly ArchitectureLayer[];
  readonly inputs: readonly { readonly name: string; readonly shape: Shape; readonly dtype: string }[];
  /** Names of the layers that the outputs come from. */
  readonly outputs: readonly string[];
  readonly totalParams: number;
  readonly trainableParams: number;
  readonly compile: {
    readonly loss: unknown;
    readonly lossWeights: unknown;
    readonly optimizer: { readonly className: string; readonly config: Readonly<Record<string, unknown>> };
    readonly metrics: readonly string[];
  } | null;
}

export interface ArchitectureLayer {
  /** Path of names through nested models: 'encoder/conv2d'. */
  readonly id: string;
  readonly name: string;
  readonly className: string;
  /** Keras' config, defaults filled in, Keras' argument names. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly inbound: readonly string[];
  readonly outputShape: Shape | readonly Shape[];
  readonly params: number;
  readonly trainableParams: number;
  readonly trainable: boolean;
  readonly range: Range | null;
}

export interface Probe {
  readonly engine: { readonly name: EngineName; readonly version: string };
  readonly steps: number;
  readonly batchSize: number;
  readonly seeds: readonly number[];
  /** 'known': made to look like a data set known by name. */
  readonly data: { readonly kind: 'file' | 'known' | 'synthetic'; readonly description: string };
  /** Anything made smaller to fit the budget. */
  readonly scaledDown: readonly Note[];
  readonly durationMs: {
    readonly read: number;
    readonly probe: number;
    readonly verifyFixes: number;
    readonly total: number;
  };
  /** For example [0, 1, 2, 5, 10, 20, 50]; all arrays below run along it. */
  readonly measuredSteps: readonly number[];
  /** Mean over the batch, regularisation included. */
  readonly loss: readonly (number | null)[];
  /** 1 - loss / loss of the best constant prediction. */
  readonly explainedLoss: readonly (number | null)[];
  /** Of the first seed; the other seeds go into `confidence`. */
  readonly layers: readonly LayerMeasurement[];
  /** Recurrent nets on made-up data: what the first seed learns of tasks that need the first time steps, and all of them. */
  readonly tasks?: readonly TaskMeasurement[];
}

export interface TaskMeasurement {
  readonly name: 'early' | 'all';
  /** 'the first 2 steps of 20 tell the answer' */
  readonly description: string;
  readonly steps: number;
  /** Over the last batches; null where the numbers overflowed. */
  readonly explainedLoss: number | null;
}

export type EngineName = 'tensorflow' | 'wasm' | 'cpu';

/** One number a measured step; null where it is not finite or not defined. */
export type Series = readonly (number | null)[];

/**
 * What is measured of one layer; report.md has the formulas. Step k is the state after k updates.
 * a = output, z = pre-activation where the layer has an activation of its own, else the output,
 * delta_b = gradient of sample b's own loss with respect to z.
 */
export interface LayerMeasurement {
  readonly id: string;
  /** Mean, population variance and share of exact zeros of a, over batch and units. */
  readonly mean: Series;
  readonly variance: Series;
  readonly zeroShare: Series;
  /** 1 - |mean_b a|^2 / mean_b |a|^2; near 0 every input looks the same to the layer. */
  readonly signalFraction: Series;
  /** Null where the activation is unbounded. */
  readonly saturatedShare: Series;
  /** Null where no unit can die. */
  readonly deadUnitShare: Series;
  /** sqrt(mean_b |delta_b|^2), L2 norm over the whole output of one sample. */
  readonly gradientNorm: Series;
  readonly weights: readonly WeightMeasurement[];
  /** Count of NaN and Inf in a, delta, gradients and weights. */
  readonly nonFinite: readonly number[];
  /** Recurrent layers: RMS over batch and features of dLoss/dx_t, one value a time step, at the last measured step. */
  readonly gradientOverTime?: Series;
  /** How the layer's values were spread at the last step; absent where it was not reached. */
  readonly histogram?: LayerHistogram;
  /** Where the values of all seeds lie; absent where there is one seed only. */
  readonly overSeeds?: { readonly gradient: SeedBand; readonly variance: SeedBand };
}

/** Of the first seed; of an even sample where a layer has many values. Null where none is finite. */
export interface LayerHistogram {
  readonly step: number;
  /** Of a. */
  readonly activation: Histogram | null;
  /** Of log10 |delta_b| of every unit, and how many of them are 0. */
  readonly gradient: (Histogram & { readonly zeros: number }) | null;
}

/** Bars of equal width from `low` to `high`; a single one where all values are the same. */
export interface Histogram {
  readonly low: number;
  readonly high: number;
  readonly counts: readonly number[];
}

/** Least and most of all seeds at every measured step, to three digits; null where it is finite for none. */
export interface SeedBand {
  readonly low: Series;
  readonly high: Series;
}

export interface WeightMeasurement {
  readonly name: string;
  readonly shape: readonly number[];
  readonly trainable: boolean;
  /** Before the update that follows. */
  readonly rms: Series;
  /** Of the total loss, regularisation included, before clipping. */
  readonly gradientNorm: Series;
  readonly gradientRms: Series;
  /** Of the update that was really made, after clipping and optimizer. */
  readonly updateRms: Series;
  /** updateRms / rms; null where rms is 0. */
  readonly updateRatio: Series;
}

export interface Finding {
  /** Stable rule id: 'GD101'. */
  readonly id: string;
  /** 'vanishing-gradient' */
  readonly rule: string;
  readonly severity: Severity;
  /** Layer ids, the one to underline first. */
  readonly layers: readonly string[];
  readonly range: Range;
  /** A few words for lists: 'Gradient vanishes: 11.9 decades'. */
  readonly title: string;
  /** What, how much, and what it means for training. */
  readonly message: string;
  readonly evidence: readonly Evidence[];
  readonly confidence: { readonly seeds: number; readonly agreeing: number };
  /** Ids of fixes, best first. */
  readonly fixes: readonly string[];
}

export interface Evidence {
  readonly name: string;
  readonly value: number | string;
  readonly threshold: number | string | null;
  readonly unit: string;
}

export interface Fix {
  /** 'he-normal', 'batch-normalization-after-activation', 'clipnorm', … */
  readonly id: string;
  /** 'Use He initialization in 12 layers' */
  readonly title: string;
  /** Against the text that was analysed. */
  readonly edits: readonly TextEdit[];
  /** Unified; empty where there is no edit: advice in words. */
  readonly diff: string;
  /** What it costs, as far as it can be estimated: '1,280 more parameters, about 12 % more time a step'. */
  readonly cost?: string;
  /** Paper or guide that the change is known from, in one line. */
  readonly source?: string;
  readonly verified: FixVerification;
}

export type FixStatus = 'works' | 'helps' | 'no-effect' | 'worse' | 'not-verified';

export interface FixVerification {
  readonly status: FixStatus;
  readonly reason: string;
  readonly before: FixEffect;
  readonly after: FixEffect;
}

export interface FixEffect {
  readonly verdict: Verdict;
  readonly explainedLoss: number | null;
  /** log10 of the gradient at the first over that at the last hidden layer, in decades. */
  readonly dynamicRange: number | null;
  readonly loss: number | null;
  /** Ids of the findings. */
  readonly findings: readonly string[];
  /** Of what was measured with a fix: its layers at the last step, in order, so that they can be drawn beside the report's own. */
  readonly profile?: readonly LayerProfile[];
}

/** One layer at the last measured step, to three digits; null where it is not finite. */
export interface LayerProfile {
  /** As in `LayerMeasurement`. */
  readonly id: string;
  readonly gradient: number | null;
  readonly variance: number | null;
}
