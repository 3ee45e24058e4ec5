// npm run calibrate -- --fixes [--size N]
// Offers fixes to nets that are known to be sick, and compares what is offered with what really cured them when it was trained.
import { analyze, type AnalyzeTools } from '../../src/core/analyze';
import { isOffered } from '../../src/core/fixes/trial';
import { defaultBudget, measuredSteps } from '../../src/core/probing';
import type { Fix } from '../../src/core/report/report';
import { SourceText } from '../../src/core/text/sourceText';
import type { RecordedNet } from './nets';
import { netSource } from './netSource';

/** Names of the recorded changes for our fixes; a fix without one cannot be compared. */
const recordedNames: Readonly<Record<string, readonly string[]>> = {
  'he-normal': ['he_normal'],
  'lecun-normal': ['lecun_normal'],
  'glorot-uniform': ['glorot_uniform'],
  'batch-normalization': ['bn'],
  'batch-normalization-first': ['bn'],
  'batch-normalization-with-initializer': ['bn+he'],
  'relu-he-normal': ['relu+he'],
  'elu-he-normal': ['elu+he'],
  'leaky-relu-he-normal': ['leaky+he'],
  'selu-lecun-normal': ['selu+lecun'],
  'tanh-glorot-uniform': ['tanh+glorot'],
  clipnorm: ['clipnorm1'],
  'learning-rate-down': ['lr/10'],
  'learning-rate-up': ['lr*10'],
  'he-normal-learning-rate-down': ['he+lr/10', 'he_normal+lr/10'],
  'he-normal-clipnorm': ['he+clipnorm1', 'he_normal+clipnorm1'],
  'relu-he-normal-learning-rate-down': ['relu+he+lr/10'],
  adam: ['adam'],
  rescaling: ['inputnorm', 'scale'],
};

export interface FixOutcome {
  readonly problem: string;
  /** The net was judged sick at all. */
  readonly judgedSick: boolean;
  readonly top: { readonly id: string; readonly worked: boolean | null } | null;
  /** Offered as `works`, with what really happened; null = not recorded. */
  readonly works: readonly { readonly id: string; readonly worked: boolean | null }[];
  /** Whether any recorded change cured it. */
  readonly curable: boolean;
}

/** One problem a time: the unchanged sick net, analyzed with fixes as a user would. */
export async function calibrateFixes(
  nets: readonly RecordedNet[],
  tools: AnalyzeTools,
  size: number,
  progress: (done: number, of: number) => void,
): Promise<readonly FixOutcome[]> {
  const problems = nets.filter(
    ({ kind, net, trains }) => kind === 'fix' && net.fix === 'none' && !trains && net.seed === 500,
  );
  const step = Math.max(1, problems.length / size);
  const chosen = Array.from(
    { length: Math.min(size, problems.length) },
    (_, i) => problems[Math.floor(i * step)],
  ).filter((p) => p !== undefined);
  const outcomes: FixOutcome[] = [];
  for (const problem of chosen) {
    outcomes.push(await outcomeOf(problem, nets, tools));
    progress(outcomes.length, chosen.length);
  }
  return outcomes;
}

async function outcomeOf(
  problem: RecordedNet,
  nets: readonly RecordedNet[],
  tools: AnalyzeTools,
): Promise<FixOutcome> {
  const report = await analyze(SourceText.ofFile('net.py', 'python', netSource(problem)), tools, {
    model: null,
    fixes: true,
    rules: {},
    fixBudgetMs: 60_000,
    signal: new AbortController().signal,
    settings: {
      measuredSteps: measuredSteps(50),
      seeds: [1, 2],
      batchSize: 64,
      engine: 'auto',
      weightsPath: null,
      dataPath: null,
      budget: { ...defaultBudget, timeMs: 60_000 },
    },
  });
  const model = report.models[0];
  const changes = nets.filter(({ net }) => net.prob === problem.net.prob && net.fix !== 'none');
  const workedOf = ({ id }: Fix): boolean | null => {
    const recorded = changes.filter(({ net }) => recordedNames[id]?.includes(net.fix ?? ''));
    return recorded.length === 0
      ? null
      : recorded.filter(({ trains }) => trains).length * 2 >= recorded.length;
  };
  const offered = model?.fixes.filter(isOffered) ?? [];
  const [top] = offered;
  return {
    problem: problem.net.prob ?? '',
    judgedSick: model?.verdict === 'failing' || model?.verdict === 'warning',
    top: top ? { id: top.id, worked: workedOf(top) } : null,
    works: offered
      .filter((fix) => fix.verified.status === 'works')
      .map((fix) => ({ id: fix.id, worked: workedOf(fix) })),
    curable: changes.some(({ trains }) => trains),
  };
}

/** Markdown of how right the offers were. */
export function fixTables(outcomes: readonly FixOutcome[]): string {
  const percent = (part: number, whole: number): string =>
    whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} % of ${whole}`;
  const known = outcomes.flatMap((o) => (o.top && o.top.worked !== null ? [o.top.worked] : []));
  const works = outcomes.flatMap((o) => o.works).filter((fix) => fix.worked !== null);
  const curable = outcomes.filter((o) => o.curable);
  const byFix = new Map<string, { right: number; n: number }>();
  for (const fix of works) {
    const entry = byFix.get(fix.id) ?? { right: 0, n: 0 };
    byFix.set(fix.id, { right: entry.right + (fix.worked ? 1 : 0), n: entry.n + 1 });
  }
  return [
    '| | |',
    '| --- | --- |',
    `| sick nets | ${outcomes.length} |`,
    `| judged sick | ${percent(outcomes.filter((o) => o.judgedSick).length, outcomes.length)} |`,
    `| the top fix really worked (where it is recorded) | ${percent(known.filter(Boolean).length, known.length)} |`,
    `| offered as "works", and did not (where it is recorded) | ${percent(works.filter((fix) => !fix.worked).length, works.length)} |`,
    `| something is offered where something worked | ${percent(curable.filter((o) => o.top).length, curable.length)} |`,
    '',
    '| fix offered as "works" | really worked |',
    '| --- | --- |',
    ...[...byFix]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, { right, n }]) => `| ${id} | ${right} of ${n} |`),
    '',
  ].join('\n');
}
