import type {
  ArchitectureLayer,
  Finding,
  Fix,
  FixEffect,
  LayerMeasurement,
  ModelReport,
  Probe,
  Report,
} from '../../../src/core/report/report';
import type { AnalysisView } from '../../../src/shared/pageProtocol';

/** Small reports for the tests of the pages: everything is at its default but what a test is about. */

export const range = { startLine: 10, startColumn: 5, endLine: 10, endColumn: 20 };
export const measuredSteps = [0, 1, 2, 5, 10, 20, 50];

/** A dense layer whose gradient is the same at all steps, or given step by step. */
export interface LayerSketch {
  readonly id: string;
  readonly gradient: number | null | readonly (number | null)[];
  readonly kernel?: boolean;
  readonly className?: string;
  readonly inbound?: readonly string[];
  readonly nonFinite?: readonly number[];
}

const steady = <T>(value: T | readonly T[]): readonly T[] =>
  Array.isArray(value) ? (value as readonly T[]) : measuredSteps.map(() => value as T);

function measurement({ id, gradient, kernel = true, nonFinite }: LayerSketch): LayerMeasurement {
  const half = steady<number | null>(0.5);
  return {
    id,
    mean: half,
    variance: steady<number | null>(0.25),
    zeroShare: half,
    signalFraction: half,
    saturatedShare: steady<number | null>(null),
    deadUnitShare: steady<number | null>(null),
    gradientNorm: steady(gradient),
    weights: kernel
      ? ['bias', 'kernel'].map((name) => ({
          name,
          shape: [4, 4],
          trainable: true,
          rms: half,
          gradientNorm: half,
          gradientRms: half,
          updateRms: half,
          updateRatio: steady<number | null>(name === 'kernel' ? 1e-3 : 9),
        }))
      : [],
    nonFinite: nonFinite ?? steady(0),
  };
}

function architectureLayer(sketch: LayerSketch, before: string | undefined): ArchitectureLayer {
  return {
    id: sketch.id,
    name: sketch.id.split('/').at(-1) ?? sketch.id,
    className: sketch.className ?? 'Dense',
    config: { activation: 'tanh' },
    inbound: sketch.inbound ?? (before === undefined ? [] : [before]),
    outputShape: [null, 4],
    params: sketch.kernel === false ? 0 : 20,
    trainableParams: sketch.kernel === false ? 0 : 20,
    trainable: true,
    range,
  };
}

export function modelReport(
  sketches: readonly LayerSketch[],
  change: Partial<ModelReport> = {},
  optimizer = 'SGD',
): ModelReport {
  const probe: Probe = {
    engine: { name: 'wasm', version: '4.22.0' },
    steps: 50,
    batchSize: 32,
    seeds: [1, 2, 3],
    data: { kind: 'synthetic', description: 'made up' },
    scaledDown: [],
    durationMs: { read: 1, probe: 2, verifyFixes: 3, total: 6 },
    measuredSteps,
    loss: [2.5, 2.4, 2.3, 2.2, 2.1, 2, 1.9],
    explainedLoss: [0, 0.04, 0.08, 0.12, 0.16, 0.2, 0.24],
    layers: sketches.map(measurement),
  };
  return {
    id: 'model',
    name: 'sequential',
    range,
    verdict: 'healthy',
    headline: 'This network is healthy.',
    assumptions: [],
    unknowns: [],
    architecture: {
      className: 'Sequential',
      name: 'sequential',
      layers: sketches.map((sketch, i) => architectureLayer(sketch, sketches[i - 1]?.id)),
      inputs: [],
      outputs: [],
      totalParams: 1,
      trainableParams: 1,
      compile: {
        loss: 'mse',
        lossWeights: null,
        optimizer: { className: optimizer, config: {} },
        metrics: [],
      },
    },
    probe,
    findings: [],
    fixes: [],
    ...change,
  };
}

export function finding(id: string, layers: readonly string[], change: Partial<Finding> = {}): Finding {
  return {
    id,
    rule: 'a-rule',
    severity: 'error',
    layers,
    range,
    title: `${id} title`,
    message: `${id} message`,
    evidence: [],
    confidence: { seeds: 3, agreeing: 3 },
    fixes: [],
    ...change,
  };
}

const effect: FixEffect = {
  verdict: 'failing',
  explainedLoss: -0.014,
  dynamicRange: -12,
  loss: 2.3,
  findings: ['GD101'],
};

export function fix(id: string, status: Fix['verified']['status'], after: Partial<FixEffect> = {}): Fix {
  return {
    id,
    title: `Fix ${id}`,
    edits: [],
    diff: '--- a\n+++ a\n@@ -9,3 +9,4 @@\n for i in range(3):\n-    old\n+    new\n+    more\n end\n',
    verified: { status, reason: 'because', before: effect, after: { ...effect, ...after } },
  };
}

export function reportOf(...models: readonly ModelReport[]): Report {
  return {
    schemaVersion: 1,
    tool: { name: 'gradient-doctor', version: '0.1.0' },
    source: { path: 'train.py', language: 'python' },
    models,
  };
}

export function analysisOf(model: ModelReport, change: Partial<AnalysisView> = {}): AnalysisView {
  return {
    fileName: 'train.py',
    report: reportOf(model),
    modelId: model.id,
    measuredAt: 0,
    running: null,
    error: null,
    stale: false,
    before: null,
    ...change,
  };
}
