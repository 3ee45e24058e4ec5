import type { InputData } from '../../core/model/spec';

/**
 * How much of an input's variance comes from its hidden class. Learnable, but not trivial: many features tell together what few have to tell
 * loudly. Chosen so that progress on 64 features at step 50 is that of scikit-learn's digits over the recorded nets.
 */
export function usualShare(features: number): number {
  return Math.min(0.64, Math.max(0.25, 18 / (features + 18)));
}

/** Different values of integers whose range is not known. */
const unknownIntegers = 10;

/** From a standard normal to the input's own scale. */
export function scaling(data: InputData | undefined): (z: number) => number {
  const kind = data?.kind ?? 'unknown';
  const min = data?.min ?? null;
  const max = data?.max ?? null;
  if (kind === 'integers') {
    const low = min ?? 0;
    const high = max ?? low + unknownIntegers - 1;
    const rest = ranked(data?.zeroShare ?? 0);
    return (z) => Math.min(high, low + Math.floor((high - low + 1) * rest(z)));
  }
  if ((kind === 'uniform' || kind === 'pixels') && min !== null && max !== null) {
    const rest = ranked(data?.zeroShare ?? 0);
    return (z) => min + (max - min) * rest(z);
  }
  const mean = data?.mean ?? 0;
  const std = data?.std ?? 1;
  return (z) => mean + std * z;
}

/** Rank of z among all that are not empty, 0 for those that are. */
function ranked(empty: number): (z: number) => number {
  return (z) => Math.max(0, (normalCdf(z) - empty) / Math.max(1e-9, 1 - empty));
}

/** Logistic approximation, within 0.01: only ranks matter here. */
function normalCdf(z: number): number {
  return 1 / (1 + Math.exp(-1.702 * z));
}
