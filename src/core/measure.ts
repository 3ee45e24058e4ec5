import type { LongerLook, Measurement } from './model/measurement';
import type { ModelSpec } from './model/spec';
import type { Prober, ProbeProgressUpdate, ProbeSettings } from './probing';
import type { Diagnosis } from './rules/diagnose';

/** Where 50 steps leave doubt the first seed is trained on to here; most of the nets that start late show it by then. */
export const longerStep = 200;
/** Part of the probe's time budget that the first look may have taken, so that the longer one still fits. */
const affordableShare = 0.35;

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ProbeProgressUpdate) => void;
}

/**
 * Measures a model: all seeds for the steps of the settings, then, where the verdict on that is in doubt and time allows, the first seed for
 * 200 steps. Nets that seem sick may only start late, and nets that seem well may stop at once.
 */
export async function measure(
  prober: Prober,
  spec: ModelSpec,
  settings: ProbeSettings,
  judge: (measurement: Measurement) => Diagnosis,
  options: MeasureOptions,
): Promise<Measurement> {
  const started = performance.now();
  const measurement = await prober.run(spec, settings, options);
  const [seed] = settings.seeds;
  const spent = performance.now() - started;
  const usual = (settings.measuredSteps.at(-1) ?? 0) === 50;
  if (
    !usual ||
    seed === undefined ||
    spent > affordableShare * settings.budget.timeMs ||
    !isInDoubt(judge(measurement), measurement)
  ) {
    return measurement;
  }
  const longer = await prober.run(
    spec,
    { ...settings, seeds: [seed], measuredSteps: [0, longerStep] },
    { signal: options.signal },
  );
  return { ...measurement, longer: lookOf(longer) };
}

/** A verdict that rests on 50 steps of little or no progress; numbers that overflow and healthy progress need no second look. */
function isInDoubt(diagnosis: Diagnosis, { seeds }: Measurement): boolean {
  const [first] = seeds;
  if (!first || first.firstNonFiniteStep !== null) {
    return false;
  }
  return diagnosis.verdict === 'failing' || (first.explainedLoss.at(-1) ?? -1) < 0.1;
}

function lookOf({ seeds }: Measurement): LongerLook | null {
  const [seed] = seeds;
  return seed
    ? {
        step: longerStep,
        explained: seed.firstNonFiniteStep === null ? (seed.explainedLoss.at(-1) ?? null) : null,
        answersDiffer: (seed.predictionSpread.at(-1) ?? 1) > 1e-3,
      }
    : null;
}
