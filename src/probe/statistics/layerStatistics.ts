import type { Activation } from '../activations/activation';

type Values = Float32Array | Int32Array;

/** Shares of saturated entries count those whose slope is below this part of the largest. */
const saturatedSlope = 0.06;
/** A unit is dead when its slope stays below this on every sample. */
const deadSlope = 0.01;

/** What one layer's numbers are at one step; NaN where a number is not finite, null where it is not defined. */
export interface LayerNumbers {
  readonly mean: number;
  readonly variance: number;
  readonly zeroShare: number;
  readonly signalFraction: number;
  readonly saturatedShare: number | null;
  readonly deadUnitShare: number | null;
  readonly gradientNorm: number;
  readonly nonFinite: number;
  readonly outputsNonFinite: boolean;
  readonly deltasNonFinite: boolean;
}

/** Gathers one layer's statistics over all its calls in one step, in float64. Formulas: diagnosis.md, section 1. */
export class LayerStatistics {
  private count = 0;
  private sum = 0;
  private squares = 0;
  private zeros = 0;
  private badOutputs = 0;
  private badDeltas = 0;
  private badOthers = 0;
  /** |mean_b a|² and mean_b |a|² of the calls side by side. */
  private meanSquare = 0;
  private squareMean = 0;
  private saturated: { hit: number; count: number } | null = null;
  private alive: Uint8Array | null = null;
  private deltaSquares = 0;

  constructor(private readonly batch: number) {}

  /** An output of the layer: [batch, …]. */
  output(values: Values): void {
    const { batch } = this;
    const features = values.length / batch;
    const means = new Float64Array(features);
    let sum = 0;
    let squares = 0;
    let zeros = 0;
    let bad = 0;
    for (let b = 0, i = 0; b < batch; b++) {
      for (let k = 0; k < features; k++, i++) {
        const x = values[i] as number;
        sum += x;
        squares += x * x;
        means[k] = (means[k] as number) + x;
        if (x === 0) {
          zeros++;
        }
        // NaN and both infinities
        if (x - x !== 0) {
          bad++;
        }
      }
    }
    let ofMean = 0;
    for (let k = 0; k < features; k++) {
      ofMean += ((means[k] as number) / batch) ** 2;
    }
    this.count += values.length;
    this.sum += sum;
    this.squares += squares;
    this.zeros += zeros;
    this.badOutputs += bad;
    this.meanSquare += ofMean;
    this.squareMean += squares / batch;
  }

  /** The pre-activation of the layer's own activation; units are its last axis. */
  preactivation({ scalar }: Activation, z: Values, units: number): void {
    if (scalar === null) {
      return;
    }
    const { f, slope, bounded, canDie } = scalar;
    if (bounded !== undefined) {
      const seen = (this.saturated ??= { hit: 0, count: 0 });
      const limit = saturatedSlope * bounded;
      for (let i = 0; i < z.length; i++) {
        const x = z[i] as number;
        if (Math.abs(slope(x, f(x))) < limit) {
          seen.hit++;
        }
      }
      seen.count += z.length;
    }
    if (canDie === true) {
      const alive = (this.alive ??= new Uint8Array(units));
      for (let i = 0; i < z.length; i++) {
        const x = z[i] as number;
        if (Math.abs(slope(x, x)) >= deadSlope) {
          alive[i % units] = 1;
        }
      }
    }
  }

  /** Gradient of the mean loss at z (or the output). */
  delta(values: Values): void {
    let squares = 0;
    let bad = 0;
    for (let i = 0; i < values.length; i++) {
      const x = values[i] as number;
      squares += x * x;
      if (x - x !== 0) {
        bad++;
      }
    }
    this.deltaSquares += squares;
    this.badDeltas += bad;
  }

  /** Entries of gradients and weights that are not finite. */
  addNonFinite(count: number): void {
    this.badOthers += count;
  }

  finish(): LayerNumbers {
    const mean = this.sum / this.count;
    return {
      mean,
      variance: Math.max(0, this.squares / this.count - mean * mean),
      zeroShare: this.count === 0 ? 0 : this.zeros / this.count,
      signalFraction: this.squareMean === 0 ? 0 : 1 - this.meanSquare / this.squareMean,
      saturatedShare: this.saturated === null ? null : this.saturated.hit / this.saturated.count,
      deadUnitShare:
        this.alive === null ? null : 1 - this.alive.reduce((a, b) => a + b, 0) / this.alive.length,
      // sqrt(mean_b |B · g_b|²)
      gradientNorm: Math.sqrt(this.batch * this.deltaSquares),
      nonFinite: this.badOutputs + this.badDeltas + this.badOthers,
      outputsNonFinite: this.badOutputs > 0,
      deltasNonFinite: this.badDeltas > 0,
    };
  }
}

export function countNonFinite(values: Values): number {
  let bad = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i] as number;
    if (x - x !== 0) {
      bad++;
    }
  }
  return bad;
}

/** √(Σx²) in float64. */
export function norm(values: Values): number {
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    squares += (values[i] as number) ** 2;
  }
  return Math.sqrt(squares);
}

export function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
