// One net on one engine in a process of its own. `steps ENGINE NET`: makes as many training steps as each line of the input says and answers
// their times. `start ENGINE NET`: 20 measured steps from a cold start.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import type { ModelSpec } from '../../src/core/model/spec';
import type { EngineName } from '../../src/core/report/report';
import { createPythonReader } from '../../src/core/source/python/pythonReader';
import { SourceText } from '../../src/core/text/sourceText';
import { batchOf } from '../../src/probe/data/dataset';
import { syntheticData } from '../../src/probe/data/synthetic';
import { loadEngine } from '../../src/probe/engine/loadEngine';
import { ModelWeights } from '../../src/probe/graph/weights';
import { Optimizer } from '../../src/probe/optimizers/optimizer';
import { runProbe } from '../../src/probe/runProbe';
import { trainingPlan } from '../../src/probe/training/plan';
import { computeGradients, type Model } from '../../src/probe/training/step';
import { program } from './nets';

const batchSize = 32;
/** As the pool allows a probe that runs alone. */
const threads = Number(process.env['BENCH_THREADS'] ?? os.availableParallelism());

/** What the worker answers a line. */
export interface WorkerAnswer {
  readonly times: readonly number[];
  /** Megabytes. */
  readonly peak: number;
}

/** What a cold start took, in milliseconds since the process began. */
export interface StartAnswer {
  readonly first: number;
  readonly all: number;
  readonly peak: number;
}

const peak = (): number => process.resourceUsage().maxRSS / 1024;
const answer = (value: WorkerAnswer | StartAnswer): void =>
  void process.stdout.write(`${JSON.stringify(value)}\n`);

async function readSpec(net: string): Promise<ModelSpec> {
  const load = (name: string): Uint8Array => fs.readFileSync(path.resolve('dist', name));
  const reader = await createPythonReader({
    core: load('web-tree-sitter.wasm'),
    grammar: load('tree-sitter-python.wasm'),
  });
  const [spec] = reader.read(SourceText.ofFile('net.py', 'python', program(net))).models;
  if (!spec) {
    throw new Error(`The net ${net} was not read.`);
  }
  return spec;
}

async function start(engine: EngineName, net: string): Promise<void> {
  let first = NaN;
  await runProbe(
    {
      spec: await readSpec(net),
      measuredSteps: Array.from({ length: 20 }, (_, i) => i),
      seeds: [1],
      batchSize,
      engine,
      threads,
      weightsPath: null,
      dataPath: null,
      budget: { timeMs: 120_000, memoryBytes: 2 ** 31 },
    },
    {
      signal: new AbortController().signal,
      progress: ({ step }) => {
        first = step === 0 ? performance.now() : first;
      },
    },
  );
  answer({ first, all: performance.now(), peak: peak() });
}

async function steps(engineName: EngineName, net: string): Promise<void> {
  const spec = await readSpec(net);
  const engine = await loadEngine(engineName);
  await engine.allowThreads(threads);
  const { losses, optimizer: chosen } = trainingPlan(spec, engine);
  const weights = new ModelWeights(spec, engine, 1, null);
  const model: Model = { spec, losses, engine, weights };
  const optimizer = new Optimizer(chosen, engine);
  const shapes = spec.outputs.map(({ tensor }) => (spec.tensors[tensor]?.shape ?? []).slice(1).map(Number));
  const batch = batchOf(syntheticData(spec, losses, shapes, batchSize, 1), 0, batchSize);
  const trained = weights.trainable;
  const places = trained.map((weight) => ({
    path: weight.name,
    shape: weight.spec.shape,
    constraint: weight.spec.constraint,
    get values() {
      return weight.values;
    },
  }));
  const step = (): void => {
    for (const weight of weights.all) {
      weight.pending = null;
    }
    const made = computeGradients(model, batch, { recorder: null, commits: true });
    for (const weight of weights.all) {
      if (weight.pending !== null) {
        weight.values.set(weight.pending);
        weight.commit();
      }
    }
    optimizer.apply(places, made.gradients);
    for (const weight of trained) {
      weight.commit();
    }
    made.dispose();
  };
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const times: number[] = [];
    for (let i = 0; i < Number(line); i++) {
      const began = performance.now();
      step();
      times.push(performance.now() - began);
    }
    answer({ times, peak: peak() });
  }
}

const [mode, engine = 'wasm', net = 'a'] = process.argv.slice(2);
void (mode === 'start' ? start : steps)(engine as EngineName, net);
