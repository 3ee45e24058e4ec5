import type { SeedMeasurement } from '../../core/model/measurement';
import type { ModelSpec } from '../../core/model/spec';
import type { LayerHistogram, LayerMeasurement, WeightMeasurement } from '../../core/report/report';
import type { ModelWeight } from '../graph/weights';
import { finite, type LayerNumbers } from './layerStatistics';

type Numbers = (number | null)[];

/** One weight at one step; NaN where not finite, null where not defined. */
export interface WeightNumbers {
  readonly rms: number;
  readonly gradientNorm: number | null;
  readonly gradientRms: number | null;
  /** NaN in a step that only gathers gradients. */
  readonly updateRms: number;
}

export interface StepNumbers {
  readonly loss: number;
  readonly explainedLoss: number | null;
  readonly accuracy: number | null;
  readonly predictionSpread: number;
  readonly labelSensitivity: number | null;
  readonly layers: ReadonlyMap</* layer id */ string, LayerNumbers>;
  readonly weights: ReadonlyMap<ModelWeight, WeightNumbers>;
}

interface LayerSeries {
  readonly id: string;
  readonly mean: Numbers;
  readonly variance: Numbers;
  readonly zeroShare: Numbers;
  readonly signalFraction: Numbers;
  readonly saturatedShare: Numbers;
  readonly deadUnitShare: Numbers;
  readonly gradientNorm: Numbers;
  readonly nonFinite: number[];
  readonly weights: {
    readonly weight: ModelWeight;
    readonly rms: Numbers;
    readonly gradientNorm: Numbers;
    readonly gradientRms: Numbers;
    readonly updateRms: Numbers;
    readonly updateRatio: Numbers;
  }[];
}

/** The series of one seed, growing by one value a measured step. */
export class SeedSeries {
  readonly promiseKept: Numbers = [];
  /** Recurrent layers: one value a time step, of the last measured step. */
  readonly overTime = new Map</* layer id */ string, readonly number[]>();
  /** Of the last step. */
  readonly histograms = new Map</* layer id */ string, LayerHistogram>();
  firstNonFinite: { readonly step: number; readonly layer: string | null } | null = null;
  /** The last step that was made, where time ran out. */
  stoppedAt: number | null = null;
  /** The step of the last numbers. */
  lastMeasured = 0;
  /** The steps that the series run along, once the seed has ended. */
  measuredSteps: readonly number[] = [];
  private readonly loss: Numbers = [];
  private readonly explained: Numbers = [];
  private readonly accuracies: Numbers = [];
  private readonly spread: Numbers = [];
  private readonly sensitivity: Numbers = [];
  private readonly layers: readonly LayerSeries[];

  constructor(
    private readonly seed: number,
    private readonly constantLoss: number | null,
    private readonly chanceAccuracy: number | null,
    spec: ModelSpec,
    weightsOf: (layerId: string) => readonly ModelWeight[],
  ) {
    const called = new Set(spec.calls.map(({ layer }) => layer));
    this.layers = spec.layers
      .filter(({ id }) => called.has(id))
      .map(({ id }) => ({
        id,
        mean: [],
        variance: [],
        zeroShare: [],
        signalFraction: [],
        saturatedShare: [],
        deadUnitShare: [],
        gradientNorm: [],
        nonFinite: [],
        weights: weightsOf(id).map((weight) => ({
          weight,
          rms: [],
          gradientNorm: [],
          gradientRms: [],
          updateRms: [],
          updateRatio: [],
        })),
      }));
  }

  get length(): number {
    return this.loss.length;
  }

  add(step: StepNumbers): void {
    this.loss.push(finite(step.loss));
    this.explained.push(finite(step.explainedLoss));
    this.accuracies.push(finite(step.accuracy));
    this.spread.push(finite(step.predictionSpread));
    this.sensitivity.push(finite(step.labelSensitivity));
    for (const series of this.layers) {
      const numbers = step.layers.get(series.id);
      series.mean.push(finite(numbers?.mean ?? null));
      series.variance.push(finite(numbers?.variance ?? null));
      series.zeroShare.push(finite(numbers?.zeroShare ?? null));
      series.signalFraction.push(finite(numbers?.signalFraction ?? null));
      series.saturatedShare.push(finite(numbers?.saturatedShare ?? null));
      series.deadUnitShare.push(finite(numbers?.deadUnitShare ?? null));
      series.gradientNorm.push(finite(numbers?.gradientNorm ?? null));
      series.nonFinite.push(numbers?.nonFinite ?? 0);
      for (const each of series.weights) {
        const own = step.weights.get(each.weight);
        each.rms.push(finite(own?.rms ?? null));
        each.gradientNorm.push(finite(own?.gradientNorm ?? null));
        each.gradientRms.push(finite(own?.gradientRms ?? null));
        each.updateRms.push(finite(own?.updateRms ?? null));
        each.updateRatio.push(own === undefined || own.rms === 0 ? null : finite(own.updateRms / own.rms));
      }
    }
  }

  /** Steps that are not run once something is not finite: nothing is known of them but that it stays so. */
  addUnknown(): void {
    const last = this.length - 1;
    for (const series of [this.loss, this.explained, this.accuracies, this.spread, this.sensitivity]) {
      series.push(null);
    }
    for (const { id: _, nonFinite, weights, ...rest } of this.layers) {
      for (const series of Object.values(rest)) {
        series.push(null);
      }
      nonFinite.push(nonFinite[last] ?? 0);
      for (const { weight: _weight, ...own } of weights) {
        for (const series of Object.values(own)) {
          series.push(null);
        }
      }
    }
  }

  /** What is known so far, copied. */
  snapshot(): SeedMeasurement {
    return {
      seed: this.seed,
      loss: [...this.loss],
      explainedLoss: [...this.explained],
      constantLoss: finite(this.constantLoss),
      accuracy: this.chanceAccuracy === null ? null : [...this.accuracies],
      chanceAccuracy: finite(this.chanceAccuracy),
      predictionSpread: [...this.spread],
      labelSensitivity: [...this.sensitivity],
      promiseKept: [...this.promiseKept],
      layers: this.layers.map((series) => this.layer(series)),
      firstNonFiniteStep: this.firstNonFinite?.step ?? null,
      firstNonFiniteLayer: this.firstNonFinite?.layer ?? null,
    };
  }

  private layer({ weights, nonFinite, ...series }: LayerSeries): LayerMeasurement {
    const overTime = this.overTime.get(series.id);
    const histogram = this.histograms.get(series.id);
    return {
      id: series.id,
      mean: [...series.mean],
      variance: [...series.variance],
      zeroShare: [...series.zeroShare],
      signalFraction: [...series.signalFraction],
      saturatedShare: [...series.saturatedShare],
      deadUnitShare: [...series.deadUnitShare],
      gradientNorm: [...series.gradientNorm],
      weights: weights.map(
        ({ weight, rms, gradientNorm, gradientRms, updateRms, updateRatio }): WeightMeasurement => ({
          name: weight.name,
          shape: [...weight.spec.shape],
          trainable: weight.spec.trainable,
          rms: [...rms],
          gradientNorm: [...gradientNorm],
          gradientRms: [...gradientRms],
          updateRms: [...updateRms],
          updateRatio: [...updateRatio],
        }),
      ),
      nonFinite: [...nonFinite],
      ...(overTime === undefined ? {} : { gradientOverTime: overTime.map(finite) }),
      ...(histogram === undefined ? {} : { histogram }),
    };
  }
}
