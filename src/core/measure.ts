import type { LongerLook, Measurement } from './model/measurement';
import type { ModelSpec } from './model/spec';
import { sequenceInput } from './model/sequenceInput';
import type { Prober, ProbeProgressUpdate, ProbeSettings, SequenceTaskName } from './probing';
import type { TaskMeasurement } from './report/report';
import type { Diagnosis } from './rules/diagnose';
import { GradientProfile } from './rules/gradientProfile';
import { decisive, endedAfter, isSettled, joined } from './seeds';

/**
 * Where 50 steps leave doubt the first seed is trained on to here, or to the end of what the program plans, if that is not much further; nearly all of
 * the nets that start late show it by then.
 */
const longerLook = { usual: 300, most: 650 } as const;
/** Steps between two looks at the way there: the pace of the last of them foretells the rest. */
const betweenLooks = 100;
/** One batch says little: the explained loss is the mean over this many measured steps, so many steps apart. */
const looked = { batches: 3, apart: 10 } as const;
/** Part of the probe's time budget that the first look may have taken, so that the longer one still fits. */
const affordableShare = 0.25;

/** Steps on each task that tells what a recurrent net remembers: nearly all of the recorded nets that learn such a task in 600 steps begin by then. */
const taskSteps = 150;
const taskNames: readonly SequenceTaskName[] = ['early', 'all'];

export interface MeasureOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: ProbeProgressUpdate) => void;
}

/**
 * Measures a model: as many seeds as settle the verdict for the steps of the settings, then, where the verdict on that is in doubt and time allows, the
 * first seed for 300 steps or as many as the program plans. Nets that seem sick may only start late, and nets that seem well may stop at once. Recurrent
 * nets are tried on tasks that tell what they remember, where time is left.
 */
export async function measure(
  prober: Prober,
  spec: ModelSpec,
  settings: ProbeSettings,
  judge: (measurement: Measurement) => Diagnosis,
  options: MeasureOptions,
): Promise<Measurement> {
  const started = prober.now();
  const left = (): number => settings.budget.timeMs - (prober.now() - started);
  const run = (
    more: Partial<ProbeSettings>,
    { onProgress }: Omit<MeasureOptions, 'signal'>,
  ): Promise<Measurement> =>
    prober.run(
      spec,
      { ...settings, budget: { ...settings.budget, timeMs: left() }, ...more },
      { signal: options.signal, ...(onProgress ? { onProgress } : {}) },
    );
  const measurement = await usualLook(settings, judge, left, (seeds) => run({ seeds }, options));
  const [seed] = settings.seeds;
  const spent = settings.budget.timeMs - left();
  const usual = (settings.measuredSteps.at(-1) ?? 0) === 50;
  if (!usual || seed === undefined || spent > affordableShare * settings.budget.timeMs) {
    return measurement;
  }
  const again = (more: Partial<ProbeSettings>): Promise<Measurement> => run({ seeds: [seed], ...more }, {});
  const inDoubt = isInDoubt(spec, judge(measurement), measurement);
  const longer = inDoubt
    ? lookOf(await again({ measuredSteps: [0, ...looks(spec.data.plannedSteps).flatMap(stepsBefore)] }))
    : null;
  const tasks =
    remembersSomething(spec, settings, measurement) &&
    stepMs(spent, prober, measurement) * taskSteps <= left() / sharing(prober)
      ? await tried((more) =>
          again({ ...more, budget: { ...settings.budget, timeMs: left() / sharing(prober) } }),
        )
      : null;
  options.signal.throwIfAborted();
  return { ...measurement, ...(inDoubt ? { longer } : {}), ...(tasks ? { tasks } : {}) };
}

/** More than half of the seeds, and the others where these do not settle the verdict and time allows. */
async function usualLook(
  { seeds, budget }: ProbeSettings,
  judge: (measurement: Measurement) => Diagnosis,
  left: () => number,
  run: (seeds: readonly number[]) => Promise<Measurement>,
): Promise<Measurement> {
  const first = decisive(seeds);
  const others = seeds.slice(first.length);
  const measurement = await run(first);
  if (others.length === 0 || measurement.seeds.length < first.length || isSettled(measurement, judge)) {
    return measurement;
  }
  const spent = budget.timeMs - left();
  return (spent * others.length) / first.length > left()
    ? { ...measurement, scaledDown: [...measurement.scaledDown, endedAfter(first.length, seeds.length)] }
    : joined([measurement, await run(others)], seeds);
}

/** Whether the model reads made-up sequences, and its numbers are finite. */
function remembersSomething(spec: ModelSpec, { dataPath }: ProbeSettings, { seeds }: Measurement): boolean {
  return dataPath === null && seeds[0]?.firstNonFiniteStep === null && sequenceInput(spec) !== null;
}

/** Runs that have to share the time where two are asked for at once. */
function sharing({ concurrency }: Prober): number {
  return concurrency > 1 ? 1 : 2;
}

/** Time of one step of one seed, from what the first look took: its seeds may have run side by side, but not faster than that. */
function stepMs(spent: number, { concurrency }: Prober, { seeds, measuredSteps }: Measurement): number {
  const inRow = Math.ceil(seeds.length / Math.max(1, concurrency));
  return spent / (inRow * ((measuredSteps.at(-1) ?? 0) + 1));
}

/** Both tasks side by side; null where one failed or was cut short, since each is read beside the other. */
async function tried(
  again: (more: Partial<ProbeSettings>) => Promise<Measurement>,
): Promise<readonly TaskMeasurement[] | null> {
  const measuredSteps = [0, ...stepsBefore(taskSteps)];
  const made = await Promise.allSettled(taskNames.map((task) => again({ task, measuredSteps })));
  const results = made.map((one, i): TaskMeasurement | null => {
    const look = one.status === 'fulfilled' ? lookOf(one.value) : null;
    const name = taskNames[i];
    return one.status === 'fulfilled' && look?.step === taskSteps && name !== undefined
      ? {
          name,
          description: one.value.data.description,
          steps: taskSteps,
          explainedLoss: look.explained,
        }
      : null;
  });
  const whole = results.filter((result) => result !== null);
  return whole.length === taskNames.length ? whole : null;
}

/** A verdict that rests on 50 steps of little or no progress; numbers that overflow, healthy progress and progress that nobody can tell need no second look. */
function isInDoubt(spec: ModelSpec, diagnosis: Diagnosis, { seeds, measuredSteps }: Measurement): boolean {
  const [first] = seeds;
  if (
    !first ||
    first.firstNonFiniteStep !== null ||
    first.constantLoss === null ||
    first.constantLoss === 0 ||
    isHopeless(new GradientProfile(spec, first, measuredSteps))
  ) {
    return false;
  }
  const explained = first.explainedLoss.at(-1) ?? -1;
  const plansLittle = (spec.data.plannedSteps ?? Infinity) <= longerLook.most;
  return diagnosis.verdict === 'failing' || explained < (plansLittle ? 0.25 : 0.1);
}

/** So little gradient that no step will change it: none of 129 recorded nets with 8 decades at steps 0 and 20 ever trained. */
function isHopeless(profile: GradientProfile): boolean {
  const drop = (step: number): number => profile.at(step)?.widestDrop ?? 0;
  return (profile.at(0)?.dynamicRange ?? 0) < 0 && drop(0) >= 8 && drop(20) >= 8;
}

function looks(planned: number | null): number[] {
  const { usual, most } = longerLook;
  const last = planned !== null && planned >= usual && planned <= most ? planned : usual;
  return [last - 2 * betweenLooks, last - betweenLooks, last];
}

function stepsBefore(last: number): number[] {
  return Array.from({ length: looked.batches }, (_, i) => last - (looked.batches - 1 - i) * looked.apart);
}

function lookOf({ seeds, measuredSteps }: Measurement): LongerLook | null {
  const [seed] = seeds;
  const step = measuredSteps.at(-1) ?? 0;
  if (!seed || step === 0) {
    return null;
  }
  const explained = (last: number): number | null => {
    const values = measuredSteps.flatMap((at, i) =>
      at > last - looked.batches * looked.apart && at <= last ? [seed.explainedLoss[i] ?? null] : [],
    );
    return values.length === 0 || values.some((value) => value === null)
      ? null
      : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length;
  };
  // where time ran out before the last look, the pace is taken from what was reached
  const before = measuredSteps.findLast((at) => at > 0 && at <= step - betweenLooks) ?? null;
  const earlier = before === null ? null : explained(before);
  return {
    step,
    explained: seed.firstNonFiniteStep === null ? explained(step) : null,
    earlier: before === null || earlier === null ? null : { step: before, explained: earlier },
    answersDiffer: (seed.predictionSpread.at(-1) ?? 1) > 1e-3,
  };
}
