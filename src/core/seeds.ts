import type { Measurement } from './model/measurement';
import type { Note } from './report/report';
import type { Diagnosis } from './rules/diagnose';

/** The first of the seeds, so many that they are more than half. */
export function decisive(seeds: readonly number[]): readonly number[] {
  return seeds.slice(0, Math.floor(seeds.length / 2) + 1);
}

/**
 * Whether no further seed can change the verdict, once the decisive ones are measured. A rule speaks where more than half of all seeds raise it, in
 * the words of the first that does. So a rule that all decisive seeds raise is raised in the end, at the first seed's level, whatever the others say; and
 * one that none of them raises cannot get there any more. That settles the verdict where all of them raise the same rules, and where they all raise one
 * that is an error for the first seed: nothing is worse than failing.
 */
export function isSettled(measurement: Measurement, judge: (measurement: Measurement) => Diagnosis): boolean {
  const found = measurement.seeds.map((seed) => judge({ ...measurement, seeds: [seed] }).findings);
  const [first = new Set<string>(), ...others] = found.map(
    (findings) => new Set(findings.map(({ id }) => id)),
  );
  const shared = [...first].filter((id) => others.every((ids) => ids.has(id)));
  const errors = (found[0] ?? []).filter(({ severity }) => severity === 'error');
  return (
    errors.some(({ id }) => shared.includes(id)) ||
    [first, ...others].every((ids) => ids.size === shared.length)
  );
}

/** Seeds that were measured apart, in the order of `seeds`. Those that a stalled machine cut off say nothing beside whole ones. */
export function joined(
  [first, ...others]: readonly [Measurement, ...Measurement[]],
  seeds: readonly number[],
): Measurement {
  const last = first.measuredSteps.at(-1);
  const whole = [first, ...others.filter(({ measuredSteps }) => measuredSteps.at(-1) === last)];
  const cut = others.find((part) => !whole.includes(part));
  const known = whole.flatMap((part) => part.seeds);
  return {
    ...first,
    scaledDown: cut?.scaledDown ?? first.scaledDown,
    seeds: seeds.flatMap((seed) => known.filter((measured) => measured.seed === seed)),
  };
}

/** Said where the time allowed ended before all seeds were measured. */
export function endedAfter(measured: number, wanted: number): Note {
  return {
    id: 'time',
    text: `The time allowed ended after ${measured} of ${wanted} seeds; the others were not measured.`,
  };
}
