import { analyze } from '../core/analyze';
import { fileSet } from '../core/fixes/fixSet';
import { isOffered } from '../core/fixes/trial';
import { unifiedDiff } from '../core/fixes/unifiedDiff';
import { HumanError } from '../core/humanError';
import { defaultBudget, defaultSeeds, defaultSteps, measuredSteps } from '../core/probing';
import type { Fix, Report } from '../core/report/report';
import type { SourceText } from '../core/text/sourceText';
import type { AnalyzeArguments } from './arguments';
import { exitCodes } from './exitCodes';
import { ProgressLine } from './progress';
import { renderReport } from './renderReport';
import { toSarif } from './sarif';
import { loadFile, requireFile } from './sourceFile';
import type { Style } from './style';
import { createReader, createTools } from './tools';
import { writeFix } from './writeFix';

/** Analyzes a file and prints the report, its JSON or SARIF, or one fix; answers the exit code. */
export async function analyzeCommand(file: string, args: AnalyzeArguments, style: Style): Promise<number> {
  const { source, text } = loadFile(file);
  const report = await runAnalysis(source, args);
  if (args.fixAll) {
    await fixAll(file, { source, text }, report, args.write);
  } else if (args.fix === null) {
    process.stdout.write(printed(report, file, args, style));
  } else {
    const fix = chosenFix(report, args.fix);
    if (args.write) {
      writeFix(file, source, text, fix.edits);
      process.stdout.write(`${fix.title}: written to ${file}. ${fix.verified.reason}\n`);
    } else {
      process.stdout.write(fix.diff);
    }
  }
  return args.check ? checked(report) : exitCodes.analyzed;
}

function printed(report: Report, file: string, args: AnalyzeArguments, style: Style): string {
  return args.sarif
    ? `${JSON.stringify(toSarif(report, file, process.cwd()), null, 1)}\n`
    : args.json
      ? `${JSON.stringify(report, null, 1)}\n`
      : renderReport(report, style);
}

async function runAnalysis(source: SourceText, args: AnalyzeArguments): Promise<Report> {
  if (args.weights !== null) {
    requireFile(args.weights, 'The weights file');
  }
  if (args.data !== null) {
    requireFile(args.data, 'The data file');
  }
  const logging = Boolean(process.env['GRADIENT_DOCTOR_LOG']);
  const tools = await createTools((line) => void (logging && process.stderr.write(`${line}\n`)), args.engine);
  const abort = new AbortController();
  process.once('SIGINT', () => abort.abort());
  const progress = new ProgressLine(process.stderr);
  try {
    return await analyze(source, tools, {
      model: args.model,
      fixes: args.fixes,
      rules: args.rules,
      fixBudgetMs: 20_000,
      signal: abort.signal,
      settings: {
        measuredSteps: measuredSteps(args.steps ?? defaultSteps),
        seeds: args.seeds === null ? defaultSeeds : Array.from({ length: args.seeds }, (_, i) => i + 1),
        batchSize: args.batchSize,
        engine: args.engine,
        weightsPath: args.weights,
        dataPath: args.data,
        budget: defaultBudget,
      },
      onUpdate: (_report, update) => progress.show(update),
    });
  } finally {
    progress.clear();
    tools.prober.dispose();
  }
}

/** Prints or writes the best set of every model, as far as they go together. */
async function fixAll(
  file: string,
  { source, text }: ReturnType<typeof loadFile>,
  report: Report,
  write: boolean,
): Promise<void> {
  const sets = report.models.flatMap(({ id, fixAll: fix }) => (fix ? [{ model: id, fix }] : []));
  const { edits, chosen } = fileSet(source, await createReader(), sets);
  if (chosen.length === 0) {
    throw new HumanError('There is no fix: none was needed, or none helped.');
  }
  const left = sets.filter((set) => !chosen.includes(set)).map(({ model }) => model);
  const rest =
    left.length > 0 ? `Not fixed with them: ${left.join(', ')}. Their fixes change the same text.\n` : '';
  if (write) {
    writeFix(file, source, text, edits);
    const lines = chosen.map(({ model, fix }) => `${model}: ${fix.title}. ${fix.verified.reason}\n`);
    process.stdout.write(`Written to ${file}.\n${lines.join('')}${rest}`);
  } else {
    process.stdout.write(unifiedDiff(source, source.apply(edits)));
    process.stderr.write(rest);
  }
}

/** The best fix ('') or the one of that id; what was tried and did not help can be printed by its id too. */
function chosenFix(report: Report, id: string): Fix {
  const fixes = report.models.flatMap((model) => model.fixes);
  const fix = id === '' ? fixes.find(isOffered) : fixes.find((f) => f.id === id && f.edits.length > 0);
  if (!fix) {
    const offered = fixes.filter(isOffered).map((f) => f.id);
    throw new HumanError(
      offered.length === 0
        ? 'There is no fix: none was needed, or none helped.'
        : `There is no fix '${id}'. There are ${offered.join(', ')}.`,
    );
  }
  return fix;
}

function checked(report: Report): number {
  const verdicts = report.models.map((model) => model.verdict);
  return verdicts.includes('failing')
    ? exitCodes.failing
    : verdicts.includes('unknown')
      ? exitCodes.cannotTell
      : exitCodes.analyzed;
}
