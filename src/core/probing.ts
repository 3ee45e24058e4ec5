import type { Measurement } from './model/measurement';
import type { ModelSpec } from './model/spec';
import type { EngineName } from './report/report';

/** Made-up tasks that tell what a recurrent net remembers: the answer stands in the first steps, or in all of them together. */
export type SequenceTaskName = 'early' | 'all';

/** What a probe may be told beside the model. */
export interface ProbeSettings {
  readonly measuredSteps: readonly number[];
  readonly seeds: readonly number[];
  /** Null: the code's own, bounded, else 32. */
  readonly batchSize: number | null;
  readonly engine: EngineName | 'auto';
  /** Where the native engine is, if it is neither built nor installed beside us. */
  readonly nativePath?: string | null;
  readonly weightsPath: string | null;
  readonly dataPath: string | null;
  /** What the made-up data are like; absent: what fits the model. Only for models that `sequenceInput` finds. */
  readonly task?: SequenceTaskName;
  readonly budget: { readonly timeMs: number; readonly memoryBytes: number };
}

/** Trains a model for some steps, somewhere else, and measures it. */
export interface Prober {
  /** How many probes may run side by side. */
  readonly concurrency: number;
  /** The time that budgets are counted in, in milliseconds: it stands still while probes wait for somebody who types. */
  now(): number;
  /** Gets up to this many processes ready ahead of the first `run`; costs nothing where they are. */
  warm(processes: number, settings: Pick<ProbeSettings, 'engine' | 'nativePath'>): void;
  run(
    spec: ModelSpec,
    settings: ProbeSettings,
    options: { readonly signal: AbortSignal; readonly onProgress?: (progress: ProbeProgressUpdate) => void },
  ): Promise<Measurement>;
}

export interface ProbeProgressUpdate {
  readonly seed: number;
  readonly step: number;
  readonly lastStep: number;
  /** What is known so far of the first seed. */
  readonly partial: Measurement | null;
}

/** The steps that are measured on the way to the last one: every one of a short probe, 0, 1, 2, 5, 10, 20, 50, 100 … of a longer. */
export function measuredSteps(last: number): readonly number[] {
  if (last <= 10) {
    return Array.from({ length: last + 1 }, (_, k) => k);
  }
  const steps = [0, 1, 2, 5];
  for (let scale = 10; scale < last; scale *= 10) {
    steps.push(...[scale, 2 * scale, 5 * scale].filter((k) => k < last));
  }
  return [...steps, last];
}

export const defaultSteps = 50;
export const defaultSeeds: readonly number[] = [1, 2, 3];
export const defaultBudget = { timeMs: 10_000, memoryBytes: 2 * 2 ** 30 } as const;
