import { flagOf } from '../../core/model/catalogue/configAccess';
import type { LossSpec, ModelSpec, OptimizerSpec } from '../../core/model/spec';
import type { LayerHistogram } from '../../core/report/report';
import { batchOf, type Dataset, disposeBatch } from '../data/dataset';
import { EngineBuffer } from '../engine/buffer';
import type { Engine } from '../engine/engine';
import type { ForwardResult, Recorder } from '../graph/execute';
import { type GivenWeights, type ModelWeight, ModelWeights } from '../graph/weights';
import { permutation, RandomStream } from '../initializers/random';
import { constantLoss } from '../losses/constantLoss';
import { dense, type Gradient, promisedDrop } from '../optimizers/gradient';
import { Optimizer, type Trained } from '../optimizers/optimizer';
import { LayerStatistics, norm } from '../statistics/layerStatistics';
import { accuracy, chance, judgementOf, labelsOf, predictionSpread } from '../statistics/predictions';
import { SeedSeries, type WeightNumbers } from '../statistics/seedMeasurement';
import { type Batch, computeGradients, computeLoss, type Gradients, type Model } from './step';

export interface SeedPlan {
  readonly spec: ModelSpec;
  readonly losses: readonly LossSpec[];
  readonly optimizer: OptimizerSpec;
  readonly engine: Engine;
  readonly dataset: Dataset;
  readonly batchSize: number;
  readonly measuredSteps: readonly number[];
  readonly seed: number;
  readonly weights: GivenWeights | null;
  /** Whether the spread of every layer's values at the last step is measured as well. */
  readonly histograms?: boolean;
  /** Called after each measured step; throws to stop. */
  readonly onStep: (step: number, series: SeedSeries) => Promise<void>;
  /** Called before every step. */
  readonly checkpoint: () => void | Promise<void>;
  /** The time that the two below are told in. */
  readonly now: () => number;
  /** Whether another step like the last one does not fit into the time allowed: then the seed ends with one more step, which is measured, and two steps made at least. */
  readonly outOfTime?: (lastStepMs: number) => boolean;
  /** First gradients that take longer leave no time for what costs passes of its own: shuffled labels at the start, the loss after the update. */
  readonly leanAboveMs?: number;
  /** Called when the first gradients are there; throws to stop. */
  readonly onFirstGradients?: () => void;
  /** Called before every layer of the first forward pass; throws to stop. */
  readonly onLayer?: () => void;
}

/** Updates after which the drop that the gradient promised is compared with the real one. */
const promiseSteps = 20;

/** Trains one seed and measures on the way. */
export async function measureSeed(plan: SeedPlan): Promise<SeedSeries> {
  const { spec, engine, dataset, batchSize, measuredSteps, seed, losses } = plan;
  const weights = new ModelWeights(spec, engine, seed, plan.weights);
  const model: Model = { spec, losses, engine, weights };
  const optimizer = new Optimizer(plan.optimizer, engine);
  const judge = judgeOf(model, dataset);
  const series = new SeedSeries(seed, judge.constantLoss, judge.chance, spec, (id) => weights.of(id));
  let lastStep = measuredSteps.at(-1) ?? 0;
  const measured = new Set(measuredSteps);
  let lean = false;
  try {
    for (let step = 0; step <= lastStep; step++) {
      await plan.checkpoint();
      const began = plan.now();
      const batch = batchOf(dataset, step, batchSize);
      let run: StepRun | null = null;
      let before: ReadonlyMap<ModelWeight, EngineBuffer> | null = null;
      try {
        const isMeasured = measured.has(step);
        run = new StepRun(
          model,
          batch,
          batchSize,
          optimizer,
          judge,
          plan.histograms === true && step === lastStep,
        );
        let made = run.gradients(isMeasured, step === 0 ? plan.onLayer : undefined);
        if (step === 0) {
          lean = plan.now() - began > (plan.leanAboveMs ?? Infinity);
          plan.onFirstGradients?.();
        }
        if (!isMeasured && !isFinite(engine, made)) {
          // find out where it arose
          made = run.gradients(true);
        }
        const bad = !isFinite(engine, made);
        const sensitivity =
          isMeasured && !bad && (lean ? step === 20 : [0, 20, lastStep].includes(step))
            ? labelSensitivity(plan, model, made, step)
            : null;
        before = isMeasured
          ? new Map(weights.all.map((weight) => [weight, new EngineBuffer(engine, weight.values.length)]))
          : null;
        before?.forEach((buffer, weight) => buffer.values.set(weight.values));
        const promises = step < promiseSteps && step < lastStep && !bad && !lean;
        const promised = run.update(made, promises);
        if (isMeasured) {
          series.add({ ...run.finish(made, before ?? new Map()), labelSensitivity: sensitivity });
          for (const [layer, values] of run.overTime) {
            series.overTime.set(layer, values);
          }
          for (const [layer, histogram] of run.histograms(step)) {
            series.histograms.set(layer, histogram);
          }
        }
        if (promises) {
          series.promiseKept.push(promised > 0 ? (made.loss - computeLoss(model, batch)) / promised : null);
        } else {
          series.promiseKept.push(null);
        }
        if (bad && series.firstNonFinite === null) {
          series.firstNonFinite = { step, layer: run.origin() };
        }
        if (isMeasured) {
          series.lastMeasured = step;
          await plan.onStep(step, series);
        }
      } finally {
        run?.dispose();
        before?.forEach((buffer) => buffer.dispose());
        disposeBatch(batch);
      }
      if (series.firstNonFinite !== null) {
        break;
      }
      if (
        step < lastStep &&
        step > 0 &&
        series.stoppedAt === null &&
        plan.outOfTime?.(plan.now() - began) === true
      ) {
        if (measured.has(step)) {
          series.stoppedAt = step;
          break;
        }
        lastStep = step + 1;
        series.stoppedAt = lastStep;
        measured.add(lastStep);
      }
    }
    const known = measuredSteps.filter((step) => step < (series.stoppedAt ?? Infinity));
    series.measuredSteps = series.stoppedAt === null ? measuredSteps : [...known, series.stoppedAt];
    while (series.length < series.measuredSteps.length) {
      series.addUnknown();
    }
    return series;
  } finally {
    optimizer.dispose();
    weights.dispose();
  }
}

function isFinite({ kernels }: Engine, { loss, gradients }: Gradients): boolean {
  return Number.isFinite(loss) && gradients.every(({ values }) => kernels.countNonFinite(values) === 0);
}

/** A weight as the optimizer sees it: its values looked up when they are used. */
function asTrained(weight: ModelWeight): Trained {
  return {
    path: `${weight.layerId}/${weight.name}`,
    shape: weight.spec.shape,
    constraint: weight.spec.constraint,
    get values() {
      return weight.values;
    },
  };
}

interface Judge {
  readonly constantLoss: number | null;
  readonly chance: number | null;
  readonly accuracy: ((result: ForwardResult, batch: Batch) => number) | null;
}

/** How predictions are judged: against the best constant, and by accuracy where the first output is a classifier. */
function judgeOf({ spec, losses, engine }: Model, dataset: Dataset): Judge {
  const width = (i: number) => {
    const output = spec.outputs[i];
    return output === undefined ? 1 : (spec.tensors[output.tensor]?.shape.at(-1) ?? 1);
  };
  let constant: number | null = losses.length > 0 ? 0 : null;
  losses.forEach((loss, i) => {
    const target = dataset.targets[i];
    const own = target === undefined ? null : constantLoss(loss, { values: target.values, width: width(i) });
    constant = constant === null || own === null ? null : constant + loss.weight * own;
  });
  const [target] = dataset.targets;
  const [loss] = losses;
  const how = target === undefined ? null : judgementOf(loss, width(0), target.values);
  if (how === null || target === undefined) {
    return { constantLoss: constant, chance: null, accuracy: null };
  }
  const fromLogits = loss !== undefined && flagOf(loss.config, 'from_logits');
  return {
    constantLoss: constant,
    chance: chance(labelsOf(how, target.values, width(0))),
    accuracy: ({ outputs: [output] }, { targets: [wanted] }) => {
      if (output === undefined || wanted === undefined) {
        return NaN;
      }
      const useLogits = fromLogits && output.logits === null;
      return accuracy(how, engine.view(output.prediction), engine.view(wanted), width(0), useLogits);
    },
  };
}

/** One step: gradients, then the update; statistics where it is measured. */
class StepRun {
  readonly overTime = new Map<string, readonly number[]>();
  private statistics = new Map</* layer id */ string, LayerStatistics>();
  private accuracy: number | null = null;
  private spread = NaN;
  private made: Gradients | null = null;

  constructor(
    private readonly model: Model,
    private readonly batch: Batch,
    private readonly batchSize: number,
    private readonly optimizer: Optimizer,
    private readonly judge: Judge,
    private readonly sampled: boolean,
  ) {}

  gradients(measure: boolean, onLayer?: () => void): Gradients {
    this.dispose();
    this.made = this.compute(measure, onLayer);
    return this.made;
  }

  private compute(measure: boolean, onLayer?: () => void): Gradients {
    const { model, batch } = this;
    for (const weight of model.weights.all) {
      weight.pending = null;
    }
    if (!measure) {
      return computeGradients(model, batch, { recorder: null, commits: true });
    }
    this.statistics = new Map();
    const recorder: Recorder = {
      statistics: (id) => {
        let own = this.statistics.get(id);
        if (own === undefined) {
          own = new LayerStatistics(this.batchSize, model.engine.kernels, this.sampled);
          this.statistics.set(id, own);
        }
        return own;
      },
      sequence: (id, gradient, shape) => this.overTime.set(id, profile(gradient, shape)),
    };
    return computeGradients(model, batch, {
      recorder,
      commits: true,
      ...(onLayer === undefined ? {} : { onLayer }),
      onPredictions: (result) => {
        const [first] = result.outputs;
        if (first !== undefined) {
          this.spread = predictionSpread(model.engine.view(first.prediction), this.batchSize);
        }
        this.accuracy = this.judge.accuracy?.(result, batch) ?? null;
      },
    });
  }

  /** Makes the update; returns the drop in loss that the gradient promises for it, where that is asked for. */
  update({ gradients }: Gradients, promise: boolean): number {
    const { weights, engine } = this.model;
    const trained = weights.trainable;
    // what the forward pass changed comes first: the optimizer moves what the gradient was taken at
    for (const weight of weights.all) {
      if (weight.pending !== null) {
        weight.values.set(weight.pending);
        weight.pending = null;
        weight.commit();
      }
    }
    const before = promise ? trained.map(({ values }) => new EngineBuffer(engine, values.length)) : [];
    before.forEach((buffer, i) => buffer.values.set((trained[i] as ModelWeight).values));
    this.optimizer.apply(trained.map(asTrained), gradients);
    let promised = 0;
    before.forEach((buffer, i) => {
      const now = (trained[i] as ModelWeight).values;
      promised -= promisedDrop(gradients[i] as Gradient, now, buffer.values, (g, a, b) =>
        engine.kernels.dotDifference(g, a, b),
      );
      buffer.dispose();
    });
    for (const weight of trained) {
      weight.commit();
    }
    return promised;
  }

  /** Frees the gradients. */
  dispose(): void {
    this.made?.dispose();
    this.made = null;
  }

  finish({ loss, dataLoss, gradients }: Gradients, before: ReadonlyMap<ModelWeight, EngineBuffer>) {
    const {
      weights,
      engine: { kernels },
    } = this.model;
    const byWeight = new Map(weights.trainable.map((weight, i) => [weight, gradients[i] as Gradient]));
    const numbers = new Map<ModelWeight, WeightNumbers>();
    for (const weight of weights.all) {
      const now = weight.values;
      const old = before.get(weight)?.values ?? now;
      const size = Math.max(1, old.length);
      const gradient = byWeight.get(weight);
      const values = gradient === undefined ? null : dense(gradient, old.length);
      const gradientNorm = values === null ? null : Math.sqrt(kernels.squares(values));
      const square = kernels.squaredDistance(now, old);
      numbers.set(weight, {
        rms: Math.sqrt(kernels.squares(old) / size),
        gradientNorm,
        gradientRms: gradientNorm === null ? null : gradientNorm / Math.sqrt(size),
        updateRms: Math.sqrt(square / size),
      });
      this.statistics
        .get(weight.layerId)
        ?.addNonFinite(kernels.countNonFinite(old) + (values === null ? 0 : kernels.countNonFinite(values)));
    }
    const { constantLoss } = this.judge;
    return {
      loss,
      explainedLoss: constantLoss === null || constantLoss === 0 ? null : 1 - dataLoss / constantLoss,
      accuracy: this.accuracy,
      predictionSpread: this.spread,
      layers: new Map([...this.statistics].map(([id, own]) => [id, own.finish()])),
      weights: numbers,
    };
  }

  /** Of every layer that was measured with them. */
  histograms(step: number): readonly (readonly [layer: string, histogram: LayerHistogram])[] {
    return [...this.statistics].flatMap(([id, own]) => {
      const histogram = own.histogram(step);
      return histogram ? [[id, histogram] as const] : [];
    });
  }

  /** The layer where the first number that is not finite arose: the earliest output, else the latest gradient. */
  origin(): string | null {
    const order = [...this.statistics].map(([id, own]) => ({ id, ...own.finish() }));
    return (
      order.find(({ outputsNonFinite }) => outputsNonFinite)?.id ??
      order.findLast(({ deltasNonFinite }) => deltasNonFinite)?.id ??
      order.find(({ nonFinite }) => nonFinite > 0)?.id ??
      null
    );
  }
}

/** RMS over batch and features of the gradient at each time step, of one sample's own loss. */
function profile(gradient: Float32Array, shape: readonly number[]): number[] {
  const [batch = 1, time = 1] = shape;
  const width = gradient.length / (batch * time);
  return Array.from({ length: time }, (_, t) => {
    let square = 0;
    for (let b = 0; b < batch; b++) {
      for (let k = 0; k < width; k++) {
        square += (gradient[(b * time + t) * width + k] as number) ** 2;
      }
    }
    return batch * Math.sqrt(square / (batch * width));
  });
}

/** ls = |g(y) − g(πy)| / (|g(y)| + |g(πy)|), smallest over the hidden kernels; π shuffles the labels of the batch. */
function labelSensitivity(
  { dataset, batchSize, spec, seed }: SeedPlan,
  model: Model,
  { gradients }: Gradients,
  step: number,
): number | null {
  const order = permutation(batchSize, new RandomStream(`${seed} labels ${step}`));
  const batch = batchOf(dataset, step, batchSize, order);
  try {
    const other = computeGradients(model, batch, { recorder: null, commits: false });
    const outputs = new Set(
      spec.calls
        .filter(({ outputs: made }) => spec.outputs.some(({ tensor }) => made.includes(tensor)))
        .map(({ layer }) => layer),
    );
    let smallest: number | null = null;
    model.weights.trainable.forEach((weight, i) => {
      if (weight.spec.shape.length < 2 || outputs.has(weight.layerId)) {
        return;
      }
      const a = dense(gradients[i] as Gradient, weight.values.length);
      const b = dense(other.gradients[i] as Gradient, weight.values.length);
      const sum = norm(a) + norm(b);
      if (sum > 0) {
        const ls = norm(a.map((x, k) => x - (b[k] as number))) / sum;
        smallest = smallest === null ? ls : Math.min(smallest, ls);
      }
    });
    other.dispose();
    return smallest;
  } finally {
    disposeBatch(batch);
  }
}
