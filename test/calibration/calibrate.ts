// npm run calibrate -- [--fixes | --edits --mirror DIR --facts FILE] [--nets FILE] [--kind mlp] [--size N] [--engine E] [--json FILE]
// Rebuilds nets whose outcome is known as Keras source text, reads, probes and judges them, and compares the verdict with the outcome.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measure } from '../../src/core/measure';
import { measuredSteps } from '../../src/core/probing';
import type { EngineName, TaskMeasurement, Verdict } from '../../src/core/report/report';
import { isKernel } from '../../src/core/model/graphQueries';
import type { Measurement } from '../../src/core/model/measurement';
import { diagnose, type Diagnosis } from '../../src/core/rules/diagnose';
import { GradientProfile } from '../../src/core/rules/gradientProfile';
import { createPythonReader } from '../../src/core/source/python/pythonReader';
import { SourceText } from '../../src/core/text/sourceText';
import { createProber } from '../../src/shared/host/prober';
import { calibrateEdits, editTables } from './edits';
import { calibrateFixes, fixTables } from './fixes';
import { loadNets, sample, type RecordedNet } from './nets';
import { netSource } from './netSource';
import { printTables } from './tables';

export interface Judged {
  readonly recorded: RecordedNet;
  readonly verdict: Verdict;
  /** Ids of findings of severity error and warning. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
  readonly explained: number | null;
  /** Decades between our dynamic range at step 0 and the recorded one; null where either has none. */
  readonly rangeError: number | null;
  /** Recurrent nets: what was learned of the tasks that tell how far they remember. */
  readonly tasks: readonly TaskMeasurement[];
  /** The numbers that the rules judge by, for finding better thresholds. */
  readonly evidence: object;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nets: { type: 'string', default: '../shared/trainability.jsonl.gz' },
      kind: { type: 'string', multiple: true, default: ['mlp', 'cnn', 'reference'] },
      size: { type: 'string', default: '200' },
      engine: { type: 'string', default: 'auto' },
      json: { type: 'string' },
      fixes: { type: 'boolean' },
      edits: { type: 'boolean' },
      mirror: { type: 'string', default: '../.mirror' },
      facts: { type: 'string', default: '../shared/reader-facts.json' },
    },
  });
  const dist = path.resolve('dist');
  const load = (name: string): Uint8Array => fs.readFileSync(path.join(dist, name));
  const reader = await createPythonReader({
    core: load('web-tree-sitter.wasm'),
    grammar: load('tree-sitter-python.wasm'),
  });
  const progress = (done: number, of: number): void => void process.stderr.write(`\r${done} of ${of}`);
  if (values.edits) {
    const edited = await calibrateEdits(values.mirror, values.facts, { reader, wasm: load }, progress);
    process.stderr.write('\r\x1b[K');
    if (values.json) {
      fs.writeFileSync(values.json, JSON.stringify(edited, null, 1));
    }
    process.stdout.write(editTables(edited));
    return;
  }
  const prober = createProber({ modulePath: path.join(dist, 'probe.js') });
  const all = loadNets(values.nets);
  if (values.fixes) {
    const outcomes = await calibrateFixes(
      all,
      { reader, prober, version: '' },
      Number(values.size),
      progress,
    );
    prober.dispose();
    process.stderr.write('\r\x1b[K');
    if (values.json) {
      fs.writeFileSync(values.json, JSON.stringify(outcomes, null, 1));
    }
    process.stdout.write(fixTables(outcomes));
    return;
  }
  const chosen = values.kind.flatMap((kind) =>
    sample(
      all.filter((net) => net.kind === kind),
      Number(values.size),
    ),
  );
  const judged: Judged[] = [];
  const queue = [...chosen];
  const settings = {
    measuredSteps: measuredSteps(50),
    seeds: [1],
    batchSize: 64,
    engine: values.engine as EngineName | 'auto',
    weightsPath: null,
    dataPath: null,
    budget: { timeMs: 60_000, memoryBytes: 2 ** 31 },
  };
  const work = async (): Promise<void> => {
    for (let recorded = queue.shift(); recorded; recorded = queue.shift()) {
      const source = SourceText.ofFile('net.py', 'python', netSource(recorded));
      const result = reader.read(source);
      const spec = result.models[0];
      if (!spec || spec.unprobeable || result.unknowns.length > 0) {
        throw new Error(
          `not read: ${JSON.stringify([spec?.unprobeable, result.unknowns])}\n${netSource(recorded)}`,
        );
      }
      const context = { source, refused: result.refused, rules: {} };
      const measurement = await measure(prober, spec, settings, (m) => diagnose(spec, context, m), {
        signal: new AbortController().signal,
      });
      const diagnosis = diagnose(spec, context, measurement);
      const seed = measurement.seeds[0];
      const profile = seed && new GradientProfile(spec, seed, measurement.measuredSteps);
      judged.push({
        ...judge(
          recorded,
          diagnosis,
          seed?.explainedLoss.at(-1) ?? null,
          profile?.at(0)?.dynamicRange ?? null,
        ),
        tasks: measurement.tasks ?? [],
        evidence: evidenceOf(measurement, profile),
      });
      progress(judged.length, chosen.length);
    }
  };
  await Promise.all(Array.from({ length: prober.concurrency }, work));
  prober.dispose();
  process.stderr.write('\r\x1b[K');
  if (values.json) {
    fs.writeFileSync(
      values.json,
      JSON.stringify(
        judged.map(({ recorded, ...rest }) => ({
          kind: recorded.kind,
          net: recorded.net,
          trains: recorded.trains,
          explainedAtEnd: recorded.explainedAtEnd,
          ...rest,
        })),
        null,
        1,
      ),
    );
  }
  process.stdout.write(printTables(judged));
}

function judge(
  recorded: RecordedNet,
  diagnosis: Diagnosis,
  explained: number | null,
  range: number | null,
): Omit<Judged, 'evidence' | 'tasks'> {
  const of = (severity: string): string[] =>
    diagnosis.findings.filter((finding) => finding.severity === severity).map((finding) => finding.id);
  const d = recorded.measured['0']?.d?.filter((value) => value !== null && value > 0) ?? [];
  const [first, last] = [d[0], d.at(-1)];
  const recordedRange =
    recorded.net.fam === 'mlp' && d.length > 1 && d.length === recorded.net.depth && first && last
      ? Math.log10(first / last)
      : null;
  return {
    recorded,
    verdict: diagnosis.verdict,
    errors: of('error'),
    warnings: of('warning'),
    explained,
    rangeError: range === null || recordedRange === null ? null : range - recordedRange,
  };
}

function evidenceOf({ seeds, longer }: Measurement, profile: GradientProfile | undefined): object {
  const [seed] = seeds;
  const updates = (i: number): (number | null)[] =>
    (seed?.layers ?? []).flatMap((layer) =>
      layer.weights.filter((w) => w.trainable && isKernel(w.name)).map((w) => w.updateRatio[i] ?? null),
    );
  return {
    explained: seed?.explainedLoss,
    accuracy: seed?.accuracy,
    longer: longer ?? null,
    overTime: seed?.layers.flatMap(({ gradientOverTime }) => (gradientOverTime ? [gradientOverTime] : [])),
    loss: seed?.loss,
    constantLoss: seed?.constantLoss,
    spread: seed?.predictionSpread,
    labels: seed?.labelSensitivity,
    promise: seed?.promiseKept,
    nonFinite: seed?.firstNonFiniteStep,
    profile: profile?.steps.map(({ step, dynamicRange, widestDrop, widestRise }) => ({
      step,
      dynamicRange,
      widestDrop,
      widestRise,
    })),
    updates: [0, 5, 7].map(updates),
    signal: seed?.layers.map((layer) => layer.signalFraction),
    dead: seed?.layers.map((layer) => layer.deadUnitShare.at(-1) ?? null),
  };
}

void main();
