import type { Measurement } from './model/measurement';
import type { ModelSpec } from './model/spec';
import { toArchitecture } from './model/architecture';
import { effectOf, progressOf } from './fixes/effect';
import type { FixCandidate } from './fixes/fix';
import { bestSet } from './fixes/fixSet';
import { prescribe } from './fixes/prescribe';
import { isOffered } from './fixes/trial';
import { verifyAll } from './fixes/verify';
import { firstLine, HumanError } from './humanError';
import { measure } from './measure';
import type { Prober, ProbeSettings } from './probing';
import {
  schemaVersion,
  type Finding,
  type Fix,
  type ModelReport,
  type Note,
  type Probe,
  type Report,
} from './report/report';
import { withSeedBands } from './report/seedBand';
import { diagnose, inspect, type DiagnoseContext, type Diagnosis } from './rules/diagnose';
import type { RuleSettings } from './rules/suppression';
import { decisive } from './seeds';
import type { Reader, ReadResult } from './source/reader';
import type { SourceText } from './text/sourceText';

/** What the analysis works with; the editor, the command line and the tests bring their own. */
export interface AnalyzeTools {
  readonly reader: Reader;
  readonly prober: Prober;
  readonly version: string;
}

export interface AnalyzeOptions {
  readonly settings: ProbeSettings;
  /** Only this model; null: all of the file. */
  readonly model: string | null;
  readonly fixes: boolean;
  readonly rules: RuleSettings;
  /** Time for verifying fixes beyond the verdict, per model. */
  readonly fixBudgetMs: number;
  readonly signal: AbortSignal;
  /** Called whenever the report has grown, and with what is going on in words. */
  readonly onUpdate?: (report: Report, progress: AnalyzeProgress) => void;
}

export interface AnalyzeProgress {
  readonly model: string;
  readonly stage: 'probe' | 'fixes' | 'done';
  /** 0 to 1 within the stage. */
  readonly share: number;
}

/** Reads, probes, diagnoses and prescribes: the one way through the house. Throws a HumanError when there is nothing to analyze. */
export async function analyze(
  source: SourceText,
  tools: AnalyzeTools,
  options: AnalyzeOptions,
): Promise<Report> {
  const started = performance.now();
  tools.prober.warm(1, options.settings);
  const read = readSource(source, tools.reader, options.rules);
  const { result } = read;
  const readMs = performance.now() - started;
  const specs = chooseModels(source, result, options.model);
  const reports = new Map(specs.map((spec) => [spec.id, inspected(spec, read)]));
  const report = (): Report => ({
    schemaVersion,
    tool: { name: 'gradient-doctor', version: tools.version },
    source: { path: source.path, language: source.language },
    models: [...reports.values()],
  });
  for (const spec of specs) {
    const update = (model: ModelReport, stage: AnalyzeProgress['stage'], share: number): void => {
      reports.set(spec.id, model);
      options.onUpdate?.(report(), { model: spec.id, stage, share });
    };
    update(inspected(spec, read), 'probe', 0);
    await analyzeModel(spec, { read, tools, options, readMs }, update);
  }
  return report();
}

/** What the source alone says of every model in it, in milliseconds. */
export function inspectSource(
  source: SourceText,
  reader: Reader,
  version: string,
  rules: RuleSettings = {},
): Report {
  const read = readSource(source, reader, rules);
  return {
    schemaVersion,
    tool: { name: 'gradient-doctor', version },
    source: { path: source.path, language: source.language },
    models: read.result.models.map((spec) => inspected(spec, read)),
  };
}

/** What was read, and what the rules need of it. */
interface ReadSource {
  readonly source: SourceText;
  readonly result: ReadResult;
  readonly context: DiagnoseContext;
}

function readSource(source: SourceText, reader: Reader, rules: RuleSettings): ReadSource {
  const result = reader.read(source);
  return { source, result, context: { source, refused: result.refused, rules } };
}

interface ModelJob {
  readonly read: ReadSource;
  readonly tools: AnalyzeTools;
  readonly options: AnalyzeOptions;
  readonly readMs: number;
}

async function analyzeModel(
  spec: ModelSpec,
  job: ModelJob,
  update: (model: ModelReport, stage: AnalyzeProgress['stage'], share: number) => void,
): Promise<void> {
  const { read, tools, options, readMs } = job;
  const { source, result } = read;
  const started = performance.now();
  let report = inspected(spec, read);
  const reached = new Map</* seed */ number, number>();
  let latest = report; // with what was measured so far: not every sign of progress brings numbers
  // 1. Measure.
  let measurement: Measurement | null = null;
  if (spec.unprobeable === null) {
    try {
      const judge = (m: Measurement): Diagnosis => diagnose(spec, read.context, m);
      measurement = await measure(tools.prober, spec, options.settings, judge, {
        signal: options.signal,
        onProgress: ({ seed, step, lastStep, partial }) => {
          reached.set(seed, step / Math.max(1, lastStep));
          const share = Math.min(1, sum([...reached.values()]) / decisive(options.settings.seeds).length);
          latest = partial ? measured(spec, read, partial, durations(readMs, 0, 0)) : latest;
          if (options.fixes && step >= 20 && latest.verdict !== 'healthy') {
            tools.prober.warm(tools.prober.concurrency, options.settings); // there will be fixes to probe
          }
          update(latest, 'probe', share);
        },
      });
    } catch (error) {
      if (options.signal.aborted) {
        throw error;
      }
      const text = error instanceof HumanError ? error.message : `The probe failed: ${firstLine(error)}`;
      const headline = report.verdict === 'unknown' ? `Cannot tell: ${text}` : report.headline;
      report = { ...report, headline, unknowns: [...report.unknowns, { id: 'not-probed', text }] };
    }
  }
  const probeMs = performance.now() - started;
  const diagnosis = measurement ? diagnose(spec, read.context, measurement) : inspect(spec, read.context);
  if (measurement) {
    report = measured(spec, read, measurement, durations(readMs, probeMs, 0));
  }
  update(report, 'fixes', 0);
  // 2. Prescribe and verify, for what is sick only.
  if (options.fixes && diagnosis.verdict !== 'healthy') {
    const verified = performance.now();
    const candidates = prescribe(spec, source, diagnosis.findings, result.refused).filter(
      (candidate) => measurement !== null || candidate.syntactic || candidate.unverifiable !== undefined,
    );
    // fixes are not tried on the tasks of memory: without those is what they are compared with
    const untried = measurement && { ...measurement, tasks: [] };
    const before = {
      effect: effectOf(spec, untried ? diagnose(spec, read.context, untried) : diagnosis, measurement),
      progress: measurement ? progressOf(measurement) : [],
    };
    const show = (fixes: readonly Fix[]): void => {
      const ms = durations(readMs, probeMs, performance.now() - verified);
      report = {
        ...report,
        fixes,
        findings: withFixes(report.findings, fixes, candidates),
        probe: report.probe && { ...report.probe, durationMs: ms },
      };
      update(report, 'fixes', fixes.length / candidates.length);
    };
    const deadline = tools.prober.now() + options.fixBudgetMs;
    const context = {
      source,
      spec,
      others: result.models,
      before,
      rules: options.rules,
      deadline,
      reader: tools.reader,
      prober: tools.prober,
      settings: settingsForFixes(options.settings),
      signal: options.signal,
    };
    const fixes = await verifyAll(context, candidates, show);
    const fixAll = await bestSet(context, fixes, candidates);
    report = fixAll ? { ...report, fixAll } : report;
    show(fixes);
  }
  update(report, 'done', 1);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, x) => total + x, 0);
}

/** Steps without which no rule says anything else of a fix: its curves are not drawn. */
const stepsForFixes = new Set([0, 10, 20]);

/** Fixes are compared on the first two seeds: the same numbers as the verdict's, at fewer steps. */
function settingsForFixes({ seeds, measuredSteps, ...settings }: ProbeSettings): ProbeSettings {
  const last = measuredSteps.at(-1) ?? 0;
  return {
    ...settings,
    seeds: seeds.slice(0, 2),
    measuredSteps: measuredSteps.filter((step) => step === last || stepsForFixes.has(step)),
  };
}

function inspected(spec: ModelSpec, read: ReadSource): ModelReport {
  return modelReport(spec, read, inspect(spec, read.context), null, []);
}

function measured(
  spec: ModelSpec,
  read: ReadSource,
  measurement: Measurement,
  durationMs: Probe['durationMs'],
): ModelReport {
  const first = measurement.seeds[0];
  const probe: Probe | null = first
    ? {
        engine: measurement.engine,
        steps: measurement.measuredSteps.at(-1) ?? 0,
        batchSize: measurement.batchSize,
        seeds: measurement.seeds.map((seed) => seed.seed),
        data: measurement.data,
        scaledDown: measurement.scaledDown,
        durationMs,
        measuredSteps: measurement.measuredSteps,
        loss: first.loss,
        explainedLoss: first.explainedLoss,
        layers: withSeedBands(measurement.seeds),
        ...(measurement.tasks ? { tasks: measurement.tasks } : {}),
      }
    : null;
  return modelReport(spec, read, diagnose(spec, read.context, measurement), probe, measurement.assumptions);
}

function modelReport(
  spec: ModelSpec,
  { result }: ReadSource,
  diagnosis: Diagnosis,
  probe: Probe | null,
  assumptions: readonly Note[],
): ModelReport {
  return {
    id: spec.id,
    name: spec.name,
    range: spec.range,
    verdict: diagnosis.verdict,
    headline: diagnosis.headline,
    assumptions: [...spec.assumptions, ...assumptions],
    unknowns: [...spec.unknowns, ...(spec.unprobeable ? [spec.unprobeable] : []), ...result.unknowns],
    architecture: toArchitecture(spec),
    probe,
    findings: diagnosis.findings,
    fixes: [],
  };
}

/** Links each finding to the fixes that answer it, in their order. */
function withFixes(
  findings: readonly Finding[],
  fixes: readonly Fix[],
  candidates: readonly FixCandidate[],
): readonly Finding[] {
  const answers = new Map(candidates.map((candidate) => [candidate.id, candidate.answers]));
  return findings.map((finding) => ({
    ...finding,
    fixes: fixes
      .filter((fix) => isOffered(fix) && answers.get(fix.id)?.includes(finding.id))
      .map((fix) => fix.id),
  }));
}

function durations(read: number, probe: number, verifyFixes: number): Probe['durationMs'] {
  const round = (ms: number): number => Math.round(ms * 10) / 10;
  return {
    read: round(read),
    probe: round(probe),
    verifyFixes: round(verifyFixes),
    total: round(read + probe + verifyFixes),
  };
}

function chooseModels(source: SourceText, result: ReadResult, wanted: string | null): readonly ModelSpec[] {
  if (result.models.length === 0) {
    const reason = result.unknowns[0] ? ` ${result.unknowns[0].text}` : '';
    throw new HumanError(
      `No Keras model was found in ${source.path}.${reason} Gradient Doctor looks for keras.Sequential, keras.Model and functions that build them.`,
    );
  }
  if (wanted === null) {
    return result.models;
  }
  const chosen = result.models.filter((model) => model.id === wanted);
  if (chosen.length === 0) {
    throw new HumanError(
      `${source.path} holds no model '${wanted}'. It holds ${result.models.map((model) => `'${model.id}'`).join(', ')}.`,
    );
  }
  return chosen;
}
