import { debuglog } from 'node:util';
import type { Measurement, SeedMeasurement } from '../core/model/measurement';
import type { ModelSpec } from '../core/model/spec';
import type { Note, Probe } from '../core/report/report';
import { HumanError } from '../core/humanError';
import { endedAfter } from '../core/seeds';
import type { ProbeProgress, ProbeRequest } from '../shared/probeProtocol';
import { CancelledError } from '../shared/rpc';
import { WorkClock } from '../shared/workClock';
import { measureSpeed } from './budget/calibrate';
import { deadlineOf, mustClose } from './budget/deadline';
import { fitBudget, fitsEasily as modelFitsEasily, type Fitted } from './budget/fitBudget';
import type { Dataset } from './data/dataset';
import { loadData } from './data/loadData';
import { inputShapes } from './data/shapes';
import { rememberedData } from './data/remembered';
import { sequenceTask } from './data/sequenceTask';
import type { Engine } from './engine/engine';
import { chooseEngine } from './engine/loadEngine';
import { scope } from './engine/scope';
import * as tf from './engine/tf';
import { forward } from './graph/execute';
import { type GivenWeights, ModelWeights } from './graph/weights';
import { Optimizer } from './optimizers/optimizer';
import { measureSeed } from './training/measureSeed';
import { trainingPlan, type TrainingPlan } from './training/plan';
import type { SeedSeries } from './statistics/seedMeasurement';
import { standInNotes } from './initializers/pretrainedVectors';
import { loadWeights } from './weights/loadWeights';

export interface ProbeHooks {
  readonly signal: AbortSignal;
  /** Counts what the budget is spent on; where it rests, no step is made. */
  readonly clock?: WorkClock;
  progress(value: ProbeProgress): void;
}

/** To stderr, where NODE_DEBUG names it: what differs from run to run and so does not belong into a report. */
const log = debuglog('gradient-doctor');

const usualBatch = 32;
const largestBatch = 128;
/** Batches of made-up data before they repeat, as the data of a program do. */
const batchesOfData = 24;

/** Parts of the time allowed after which a first forward pass, and first gradients, show that the model has to be made smaller. */
const forwardShare = 0.15;
const gradientsShare = 0.35;
/** Steps after the first that must fit into what is left of the time, and what a measured step costs beside its gradients. */
const fewestSteps = 8;
const costOfStep = 1.6;
const attempts = 3;
/** How much slower than planned a machine may be taken to be after one attempt. */
const mostFactor = 8;
/** Part of the time allowed beyond which one pass leaves none for extra passes. */
const leanShare = 0.03;

/** Nobody who types, or cancels, waits for longer than this and one step. */
const messagesEveryMs = 10;

/** The first step took too long: `factor` times what was planned. */
class TooSlow extends Error {
  constructor(readonly factor: number) {
    super('The first step took too long.');
  }
}

function batchSizeOf({ batchSize, spec }: ProbeRequest): number {
  return batchSize ?? Math.min(largestBatch, Math.max(usualBatch, spec.data.batchSize ?? usualBatch));
}

/** Whether the request is so small that its seeds may be measured in processes side by side, each with all of the budget. */
export function fitsEasily(request: ProbeRequest): boolean {
  const { spec, measuredSteps, seeds, budget } = request;
  const steps = (measuredSteps.at(-1) ?? 0) + 1;
  return modelFitsEasily(spec, { batchSize: batchSizeOf(request), steps, seeds: seeds.length, budget });
}

/** Loads the engine and learns how fast it is, so that the first request need not wait for it. */
export async function prepare(wanted: ProbeRequest['engine'], nativePath: string | null): Promise<void> {
  measureSpeed((await chooseEngine(wanted, nativePath)).engine);
}

/** Trains the model for a few steps and measures every layer: one Measurement over all seeds. */
export async function runProbe(request: ProbeRequest, hooks: ProbeHooks): Promise<Measurement> {
  const { clock = new WorkClock() } = hooks;
  const start = clock.now();
  if (request.spec.unprobeable !== null) {
    throw new HumanError(request.spec.unprobeable.text);
  }
  const { engine, notes } = await chooseEngine(request.engine, request.nativePath);
  // not waited for: until the second thread runs, the first does the work alone
  void engine.allowThreads(request.threads ?? 1);
  const batchSize = batchSizeOf(request);
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new HumanError('The batch size must be a whole number of at least 1.');
  }
  const measured = measureSpeed(engine);
  let slower = 1;
  for (let attempt = 1; ; attempt++) {
    const fit = (factor: number): Fitted =>
      fitBudget(request.spec, {
        batchSize,
        steps: (request.measuredSteps.at(-1) ?? 0) + 1,
        seeds: request.seeds.length,
        budget: request.budget,
        fixedData: request.dataPath !== null || request.weightsPath !== null,
        speed: { productsPerSecond: measured.productsPerSecond / factor },
      });
    const fitted = fit(slower);
    const run = new Run(request, hooks, { clock, start, engine, engineNotes: notes, fitted });
    try {
      const measurement = await run.all(attempt < attempts && differs(fit(slower * mostFactor), fitted));
      log('%s %s, threads at the end: %d', engine.name, engine.version, engine.threads);
      return measurement;
    } catch (error) {
      if (!(error instanceof TooSlow)) {
        throw error;
      }
      slower *= error.factor;
    }
  }
}

function differs(a: Fitted, b: Fitted): boolean {
  return (
    a.batchSize !== b.batchSize || JSON.stringify(inputShapes(a.spec)) !== JSON.stringify(inputShapes(b.spec))
  );
}

interface RunParts {
  readonly clock: WorkClock;
  readonly start: number;
  readonly engine: Engine;
  readonly engineNotes: readonly Note[];
  readonly fitted: Fitted;
}

/** One attempt at the measurement, at one size. */
class Run {
  private readonly finished: SeedMeasurement[] = [];
  private readonly cut: Note[] = [];
  private readonly notes: Note[];
  private readonly plan: TrainingPlan;
  private readonly deadline: number;
  private about: Probe['data'] = { kind: 'synthetic', description: '' };
  private measuredSteps: readonly number[];

  constructor(
    private readonly request: ProbeRequest,
    private readonly hooks: ProbeHooks,
    private readonly parts: RunParts,
  ) {
    const { spec } = parts.fitted;
    this.plan = trainingPlan(spec, parts.engine);
    this.measuredSteps = request.measuredSteps;
    this.deadline = deadlineOf(parts.start, request.budget.timeMs);
    this.notes = [
      ...parts.engineNotes,
      ...this.plan.notes,
      ...new Optimizer(this.plan.optimizer, parts.engine).notes,
      ...randomLayers(spec),
      ...(request.weightsPath === null ? standInNotes(spec) : []),
    ];
  }

  /** All seeds, as far as time goes. Throws TooSlow where hardly a step would be made and `mayGiveUp` allows it. */
  async all(mayGiveUp: boolean): Promise<Measurement> {
    const { request, plan } = this;
    const { clock, engine, fitted } = this.parts;
    const { spec, batchSize } = fitted;
    const weights = request.weightsPath === null ? null : await loadWeights(spec, request.weightsPath);
    const dataOf = await dataSource({ ...request, spec }, plan, engine, weights, batchSize);
    const pause = breather(this.hooks.signal, clock);
    for (const seed of request.seeds) {
      const dataset = dataOf(seed);
      this.about = dataset.about;
      const series = await measureSeed({
        spec,
        losses: plan.losses,
        optimizer: plan.optimizer,
        engine,
        dataset,
        batchSize,
        measuredSteps: request.measuredSteps,
        seed,
        weights,
        histograms: seed === request.seeds[0], // the other seeds are not shown layer by layer
        checkpoint: pause,
        now: () => clock.now(),
        outOfTime: (lastStepMs) => mustClose(clock.now(), lastStepMs, this.deadline),
        leanAboveMs: leanShare * request.budget.timeMs,
        ...(mayGiveUp && this.finished.length === 0 ? this.watchFirstStep() : {}),
        onStep: async (step, so) => {
          this.hooks.progress({
            seed,
            step,
            lastStep: request.measuredSteps.at(-1) ?? 0,
            partial: this.finished.length === 0 ? this.partial(so) : null,
          });
          await pause();
        },
      });
      if (this.take(series)) {
        break;
      }
    }
    return this.measurement(this.finished);
  }

  /** Takes over what a seed gave; answers whether the time is over. Seeds that were cut off say nothing beside whole ones. */
  private take(series: SeedSeries): boolean {
    const { request, finished } = this;
    const last = request.measuredSteps.at(-1) ?? 0;
    if (finished.length === 0) {
      finished.push(series.snapshot());
      this.measuredSteps = series.measuredSteps;
    } else if (series.stoppedAt === null) {
      finished.push(series.snapshot());
    }
    const over = series.stoppedAt !== null || this.parts.clock.now() > this.deadline;
    if (over && (series.stoppedAt !== null || finished.length < request.seeds.length)) {
      this.cut.push(
        (this.measuredSteps.at(-1) ?? 0) < last
          ? {
              id: 'time',
              text: `The time allowed ended at step ${series.stoppedAt} of ${last}; later steps${request.seeds.length > 1 ? ' and other seeds' : ''} were not measured.`,
            }
          : endedAfter(finished.length, request.seeds.length),
      );
    }
    return over;
  }

  /** Gives the attempt up while that is worth it: when a forward pass or the first gradients take too long. */
  private watchFirstStep(): { onLayer: () => void; onFirstGradients: () => void } {
    const { clock } = this.parts;
    const { timeMs } = this.request.budget;
    const began = clock.now();
    const left = this.deadline - began;
    return {
      onLayer: () => {
        if (clock.now() - began > forwardShare * timeMs) {
          throw new TooSlow(6);
        }
      },
      onFirstGradients: () => {
        const took = clock.now() - began;
        const fits = (left - took) / (costOfStep * took);
        if (fits < fewestSteps && took > gradientsShare * 0.2 * timeMs) {
          throw new TooSlow(Math.min(mostFactor, Math.max(2, (1.5 * fewestSteps) / Math.max(fits, 0.1))));
        }
      },
    };
  }

  private partial(so: SeedSeries): Measurement {
    return {
      ...this.measurement([so.snapshot()]),
      measuredSteps: [...this.request.measuredSteps.slice(0, so.length - 1), so.lastMeasured],
    };
  }

  private measurement(seeds: readonly SeedMeasurement[]): Measurement {
    const { clock, engine, fitted, start } = this.parts;
    return {
      engine: { name: engine.name, version: engine.version },
      batchSize: fitted.batchSize,
      data: this.about,
      scaledDown: [...fitted.notes, ...this.cut],
      assumptions: this.notes,
      measuredSteps: [...this.measuredSteps],
      seeds: [...seeds],
      durationMs: clock.now() - start,
    };
  }
}

/** Lets messages in now and then, a cancellation or the wish for a rest among them. */
function breather(signal: AbortSignal, clock: WorkClock): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > messagesEveryMs) {
      await new Promise((resolve) => setImmediate(resolve));
      await clock.awake(signal);
      last = performance.now();
    }
    if (signal.aborted) {
      throw new CancelledError();
    }
  };
}

/** The data of each seed: rows of the file for all of them, or made up. */
async function dataSource(
  { spec, dataPath, task, measuredSteps }: ProbeRequest,
  plan: TrainingPlan,
  engine: Engine,
  weights: GivenWeights | null,
  batchSize: number,
): Promise<(seed: number) => Dataset> {
  const rows = batchSize * batchesOfData;
  const shapes = outputShapes(spec, engine, weights);
  const made = (seed: number) => rememberedData(spec, plan.losses, shapes, rows, seed);
  if (dataPath === null && task !== undefined) {
    // no sample twice: what a net learns by heart is no memory of early steps
    const steps = (measuredSteps.at(-1) ?? 0) + 1;
    return (seed) => sequenceTask(task, spec, plan.losses, shapes, batchSize * steps, seed);
  }
  if (dataPath === null) {
    return made;
  }
  const file = await loadData(spec, dataPath);
  const count = Math.min(
    ...file.inputs.map(({ shape }) => shape[0] ?? 0),
    ...(file.targets ?? []).map(({ shape }) => shape[0] ?? 0),
  );
  if (count < 1) {
    throw new HumanError(`The data file ${dataPath} has no rows.`);
  }
  const { targets } = file;
  return (seed) => ({
    inputs: file.inputs,
    targets: targets ?? made(seed).targets,
    rows: count,
    about: file.about,
  });
}

/** Output shapes without the batch, by running the model once on two samples of zeros. */
function outputShapes(spec: ModelSpec, engine: Engine, given: GivenWeights | null): number[][] {
  const known = spec.outputs.map(({ tensor }) => spec.tensors[tensor]?.shape.slice(1) ?? []);
  if (known.every((shape) => shape.every((size) => size !== null))) {
    return known;
  }
  const weights = new ModelWeights(spec, engine, 0, given);
  try {
    return scope(() => {
      const inputs = inputShapes(spec).map((shape, i) => {
        const dtype = (spec.tensors[spec.inputs[i]?.tensor ?? 0]?.dtype ?? '').startsWith('int')
          ? 'int32'
          : 'float32';
        return tf.zeros([2, ...shape], dtype);
      });
      const pass = { engine, weights, anchor: tf.scalar(0), recorder: null, commits: false, trains: false };
      return forward(spec, inputs, pass).outputs.map(({ prediction }) => prediction.shape.slice(1));
    });
  } finally {
    weights.dispose();
  }
}

/** Dropout and its like are left out; say so where there are any. */
function randomLayers(spec: ModelSpec): Note[] {
  const names = spec.layers
    .filter(({ className }) => /Dropout|Noise|^Random/.test(className))
    .map(({ name }) => name);
  return names.length === 0
    ? []
    : [
        {
          id: 'random-layers',
          text: `Dropout, noise and augmentation were left out of the measurement (${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}).`,
        },
      ];
}
