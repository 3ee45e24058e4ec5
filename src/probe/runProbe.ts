import type { Measurement, SeedMeasurement } from '../core/model/measurement';
import type { ModelSpec } from '../core/model/spec';
import type { Note, Probe } from '../core/report/report';
import { HumanError } from '../core/humanError';
import type { ProbeProgress, ProbeRequest } from '../shared/probeProtocol';
import { CancelledError } from '../shared/rpc';
import { fitBudget } from './budget';
import type { Dataset } from './data/dataset';
import { loadData } from './data/loadData';
import { inputShapes } from './data/shapes';
import { syntheticData } from './data/synthetic';
import type { Engine } from './engine/engine';
import { chooseEngine } from './engine/loadEngine';
import { scope } from './engine/scope';
import * as tf from './engine/tf';
import { forward } from './graph/execute';
import { type GivenWeights, ModelWeights } from './graph/weights';
import { Optimizer } from './optimizers/optimizer';
import { measureSeed } from './training/measureSeed';
import { trainingPlan, type TrainingPlan } from './training/plan';
import { loadWeights } from './weights/loadWeights';

export interface ProbeHooks {
  readonly signal: AbortSignal;
  progress(value: ProbeProgress): void;
}

const usualBatch = 32;
const largestBatch = 128;
/** Batches of made-up data before they repeat. */
const batchesOfData = 24;

/** Trains the model for a few steps and measures every layer: one Measurement over all seeds. */
export async function runProbe(request: ProbeRequest, hooks: ProbeHooks): Promise<Measurement> {
  const start = performance.now();
  const { seeds, measuredSteps, budget } = request;
  if (request.spec.unprobeable !== null) {
    throw new HumanError(request.spec.unprobeable.text);
  }
  const { engine, notes: engineNotes } = await chooseEngine(request.engine);
  const plan = trainingPlan(request.spec);
  const wanted =
    request.batchSize ??
    Math.min(largestBatch, Math.max(usualBatch, request.spec.data.batchSize ?? usualBatch));
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw new HumanError('The batch size must be a whole number of at least 1.');
  }
  const fixedData = request.dataPath !== null || request.weightsPath !== null;
  const steps = ((measuredSteps.at(-1) ?? 0) + 1) * seeds.length;
  const { spec, batchSize, notes: scaledDown } = fitBudget(request.spec, wanted, steps, budget, fixedData);
  const weights = request.weightsPath === null ? null : await loadWeights(spec, request.weightsPath);
  const dataOf = await dataSource({ ...request, spec }, plan, engine, weights, batchSize);
  const notes: Note[] = [
    ...engineNotes,
    ...plan.notes,
    ...new Optimizer(plan.optimizer, engine).notes,
    ...randomLayers(spec),
  ];

  const finished: SeedMeasurement[] = [];
  let about: Probe['data'] = { kind: 'synthetic', description: '' };
  const measurement = (current: readonly SeedMeasurement[]): Measurement => ({
    engine: { name: engine.name, version: engine.version },
    batchSize,
    data: about,
    scaledDown: [...scaledDown, ...cut],
    assumptions: notes,
    measuredSteps: [...measuredSteps],
    seeds: [...current],
    durationMs: performance.now() - start,
  });
  const cut: Note[] = [];
  const deadline = start + budget.timeMs;
  const pause = breather(hooks.signal);
  for (const seed of seeds) {
    const dataset = dataOf(seed);
    about = dataset.about;
    const series = await measureSeed({
      spec,
      losses: plan.losses,
      optimizer: plan.optimizer,
      engine,
      dataset,
      batchSize,
      measuredSteps,
      seed,
      weights,
      checkpoint: pause,
      outOfTime: () => performance.now() > deadline,
      onStep: async (step, so) => {
        const first = finished.length === 0;
        const partial = first
          ? { ...measurement([so.snapshot()]), measuredSteps: measuredSteps.slice(0, so.length) }
          : null;
        hooks.progress({ seed, step, lastStep: measuredSteps.at(-1) ?? 0, partial });
        await pause();
      },
    });
    finished.push(series.snapshot());
    if (series.stoppedAt !== null) {
      cut.push({
        id: 'time',
        text: `The time allowed ended at step ${series.stoppedAt} of ${measuredSteps.at(-1) ?? 0} (seed ${finished.length} of ${seeds.length}); later steps were not measured.`,
      });
      break;
    }
  }
  return measurement(finished);
}

/** Lets messages in now and then, a cancellation among them. */
function breather(signal: AbortSignal): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last > 50) {
      await new Promise((resolve) => setImmediate(resolve));
      last = performance.now();
    }
    if (signal.aborted) {
      throw new CancelledError();
    }
  };
}

/** The data of each seed: rows of the file for all of them, or made up. */
async function dataSource(
  { spec, dataPath }: ProbeRequest,
  plan: TrainingPlan,
  engine: Engine,
  weights: GivenWeights | null,
  batchSize: number,
): Promise<(seed: number) => Dataset> {
  const rows = batchSize * batchesOfData;
  const shapes = outputShapes(spec, engine, weights);
  const made = (seed: number) => syntheticData(spec, plan.losses, shapes, rows, seed);
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
