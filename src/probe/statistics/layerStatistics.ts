import type { Kernels } from '../kernels/kernels';
import type { Activation } from '../activations/activation';
import type { LayerHistogram } from '../../core/report/report';
import { ValueSample } from './histogram';

type Values = Float32Array | Int32Array;

/** Shares of saturated entries count those whose slope is below this part of the largest. */
const saturatedSlope = 0.06;
/** Where the slopes of sigmoid and tanh fall below that: ±ln of the odds with p (1 − p) = 0.015, ±artanh √0.94. */
const saturatedBeyond = { sigmoid: 4.169, tanh: 2.0845 };
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

  private readonly samples: { readonly outputs: ValueSample; readonly deltas: ValueSample } | null;

  constructor(
    private readonly batch: number,
    private readonly kernels: Kernels,
    /** Whether values are kept for histograms. */
    sampled = false,
  ) {
    this.samples = sampled ? { outputs: new ValueSample(), deltas: new ValueSample() } : null;
  }

  /** An output of the layer: [batch, …]. */
  output(values: Values): void {
    this.samples?.outputs.add(values);
    const sums = this.kernels.outputSums(values, this.batch);
    this.count += values.length;
    this.sum += sums.sum;
    this.squares += sums.squares;
    this.zeros += sums.zeros;
    this.badOutputs += sums.nonFinite;
    this.meanSquare += sums.meanSquare;
    this.squareMean += sums.squares / this.batch;
  }

  /** The pre-activation of the layer's own activation; units are its last axis. */
  preactivation({ scalar }: Activation, z: Values, units: number): void {
    if (scalar === null) {
      return;
    }
    const { f, slope, bounded, canDie, fused } = scalar;
    if (fused === 'sigmoid' || fused === 'tanh') {
      const seen = (this.saturated ??= { hit: 0, count: 0 });
      seen.hit += this.kernels.countBeyond(z as Float32Array, saturatedBeyond[fused]);
      seen.count += z.length;
      return;
    }
    if (fused === 'relu') {
      const alive = (this.alive ??= new Uint8Array(units));
      this.kernels.columnPeaks(z as Float32Array, units).forEach((peak, unit) => {
        if (peak > 0) {
          alive[unit] = 1;
        }
      });
      return;
    }
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
    // delta_b is the gradient of sample b's own loss, not of the mean
    this.samples?.deltas.add(values, this.batch);
    const squares = this.kernels.squares(values as Float32Array);
    this.deltaSquares += squares;
    if (!Number.isFinite(squares)) {
      this.badDeltas += this.kernels.countNonFinite(values as Float32Array);
    }
  }

  /** Entries of gradients and weights that are not finite. */
  addNonFinite(count: number): void {
    this.badOthers += count;
  }

  /** How the values are spread; null where none were kept. */
  histogram(step: number): LayerHistogram | null {
    return (
      this.samples && {
        step,
        activation: this.samples.outputs.histogram(),
        gradient: this.samples.deltas.magnitudes(),
      }
    );
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
