import { inspectSource } from '../core/analyze';
import { HumanError } from '../core/humanError';
import { findRulePage, renderRulePage, rulePages } from '../core/rules/rulePages';
import { CancelledError } from '../shared/rpc';
import { analyzeCommand } from './analyzeCommand';
import { parseCommand, usage } from './arguments';
import { exitCodes } from './exitCodes';
import { renderArchitecture } from './renderReport';
import { loadFile } from './sourceFile';
import { createStyle, type Style } from './style';
import { createReader, version } from './tools';

async function main(args: readonly string[]): Promise<number> {
  const command = parseCommand(args);
  const style = createStyle(process.stdout.isTTY && !process.env['NO_COLOR']);
  switch (command.name) {
    case 'analyze':
      return analyzeCommand(command.file, command, style);
    case 'read':
      process.stdout.write(`${await readCommand(command.file, command.json, style)}\n`);
      return exitCodes.analyzed;
    case 'explain':
      process.stdout.write(explain(command.rule));
      return exitCodes.analyzed;
    case 'help':
      process.stdout.write(usage);
      return exitCodes.analyzed;
    case 'version':
      process.stdout.write(`${version}\n`);
      return exitCodes.analyzed;
  }
}

async function readCommand(file: string, json: boolean, style: Style): Promise<string> {
  const { models } = inspectSource(loadFile(file).source, await createReader(), version);
  if (json) {
    const shown = models.map(({ id, name, range, architecture, assumptions, unknowns }) => ({
      id,
      name,
      range,
      architecture,
      assumptions,
      unknowns,
    }));
    return JSON.stringify(shown, null, 1);
  }
  return (
    models.map((model) => renderArchitecture(model, file, style)).join('\n\n') ||
    `No Keras model was found in ${file}.`
  );
}

function explain(rule: string): string {
  const page = findRulePage(rule);
  if (!page) {
    throw new HumanError(`There is no rule '${rule}'. There are ${rulePages.map((p) => p.id).join(', ')}.`);
  }
  return renderRulePage(page);
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
