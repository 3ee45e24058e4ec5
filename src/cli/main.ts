import { analyze, inspectSource } from '../core/analyze';
import { isOffered } from '../core/fixes/verify';
import { HumanError } from '../core/humanError';
import { defaultBudget, defaultSeeds, defaultSteps, measuredSteps } from '../core/probing';
import type { Fix, Report } from '../core/report/report';
import { findRulePage, renderRulePage, rulePages } from '../core/rules/rulePages';
import { CancelledError } from '../shared/rpc';
import { parseCommand, usage, type AnalyzeArguments } from './arguments';
import { ProgressLine } from './progress';
import { renderArchitecture, renderReport } from './renderReport';
import { loadSource, requireFile } from './sourceFile';
import { createStyle } from './style';
import { createReader, createTools, version } from './tools';

const exitCodes = { analyzed: 0, failing: 1, badInput: 2, cannotTell: 3 } as const;

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  const style = createStyle(process.stdout.isTTY && !process.env['NO_COLOR']);
  switch (command.name) {
    case 'help':
      process.stdout.write(usage);
      return exitCodes.analyzed;
    case 'version':
      process.stdout.write(`${version}\n`);
      return exitCodes.analyzed;
    case 'read': {
      const source = loadSource(command.file);
      const report = inspectSource(source, await createReader(), version);
      const text = command.json
        ? JSON.stringify(
            report.models.map(({ id, name, range, architecture, assumptions, unknowns }) => ({
              id,
              name,
              range,
              architecture,
              assumptions,
              unknowns,
            })),
            null,
            1,
          )
        : report.models.map((model) => renderArchitecture(model, command.file, style)).join('\n\n') ||
          `No Keras model was found in ${command.file}.`;
      process.stdout.write(`${text}\n`);
      return exitCodes.analyzed;
    }
    case 'explain': {
      const page = findRulePage(command.rule);
      if (!page) {
        throw new HumanError(
          `There is no rule '${command.rule}'. There are ${rulePages.map((p) => p.id).join(', ')}.`,
        );
      }
      process.stdout.write(renderRulePage(page));
      return exitCodes.analyzed;
    }
    case 'analyze': {
      const report = await runAnalysis(command.file, command);
      process.stdout.write(output(report, command, createStyleFor(command, style)));
      return command.check ? checked(report) : exitCodes.analyzed;
    }
  }
}

function createStyleFor(
  command: AnalyzeArguments,
  style: ReturnType<typeof createStyle>,
): ReturnType<typeof createStyle> {
  return command.json ? createStyle(false) : style;
}

async function runAnalysis(file: string, args: AnalyzeArguments): Promise<Report> {
  const source = loadSource(file);
  if (args.weights !== null) {
    requireFile(args.weights, 'The weights file');
  }
  if (args.data !== null) {
    requireFile(args.data, 'The data file');
  }
  const log = process.env['GRADIENT_DOCTOR_LOG']
    ? (line: string): void => void process.stderr.write(`${line}\n`)
    : (): void => undefined;
  const tools = await createTools(log);
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

function output(report: Report, args: AnalyzeArguments, style: ReturnType<typeof createStyle>): string {
  if (args.fix !== null) {
    return chosenFix(report, args.fix).diff;
  }
  return args.json ? `${JSON.stringify(report, null, 1)}\n` : renderReport(report, style);
}

function chosenFix(report: Report, id: string): Fix {
  const fixes = report.models.flatMap((model) => model.fixes);
  const fix = id === '' ? fixes.find(isOffered) : fixes.find((f) => f.id === id);
  if (!fix) {
    const offered = fixes.filter(isOffered).map((f) => f.id);
    throw new HumanError(
      offered.length === 0
        ? 'There is no fix to print: none was needed, or none helped.'
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

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const known = error instanceof HumanError || error instanceof CancelledError;
    process.stderr.write(`gradient-doctor: ${known ? error.message : (error as Error).stack}\n`);
    process.exitCode = exitCodes.badInput;
  },
);
