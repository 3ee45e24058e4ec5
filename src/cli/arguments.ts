import { parseArgs } from 'node:util';
import { HumanError } from '../core/humanError';
import { findRulePage } from '../core/rules/rulePages';
import type { EngineName, Severity } from '../core/report/report';
import type { RuleSettings } from '../core/rules/suppression';

/** What the user asked for on the command line. */
export type Command =
  | { readonly name: 'help' | 'version' }
  | { readonly name: 'explain'; readonly rule: string }
  | { readonly name: 'read'; readonly file: string; readonly json: boolean }
  | ({ readonly name: 'analyze'; readonly file: string } & AnalyzeArguments);

export interface AnalyzeArguments {
  readonly json: boolean;
  readonly sarif: boolean;
  readonly model: string | null;
  readonly steps: number | null;
  readonly seeds: number | null;
  readonly batchSize: number | null;
  readonly engine: EngineName | 'auto';
  readonly weights: string | null;
  readonly data: string | null;
  readonly fixes: boolean;
  /** '' = the best one, else its id; null = not asked for. */
  readonly fix: string | null;
  /** The best set of fixes of every model. */
  readonly fixAll: boolean;
  readonly write: boolean;
  readonly check: boolean;
  readonly rules: RuleSettings;
}

export const usage = `Usage: gradient-doctor analyze FILE [options]     diagnose every Keras model in a .py or .ipynb file
       gradient-doctor read FILE [--json]        print what is read from the file, nothing is measured
       gradient-doctor explain GD101             what a finding means, how it was measured, what to do

Options of analyze:
  --model ID          only the model of this variable or function
  --json              print the report as JSON
  --sarif             print the findings and fixes as SARIF 2.1.0, for code scanning
  --steps N           train for N steps while measuring (50)
  --seeds N           repeat with N different start weights, until more than half settle the verdict (3)
  --batch-size N      samples per step (the code's own, else 32)
  --engine E          auto, wasm, tensorflow or cpu (auto)
  --weights FILE      start from the weights of a .keras file
  --data FILE         train on the arrays x and y of a .npz file
  --no-fixes          do not look for fixes
  --fix [ID]          print the diff of the best fix, or of the fix ID, and nothing else
  --fix-all           print the diff of the best set of fixes of every model, each set probed as a whole
  --write             write that fix, or all of them, into the file, in place of printing the diff
  --rule ID=LEVEL     treat a rule as error, warning, information, hint or off; may be repeated
  --check             exit with 1 when a model is failing

Exit codes: 0 analyzed · 1 a model is failing, with --check · 2 wrong arguments, missing file or no model ·
3 no model could be judged, with --check
`;

const engines: readonly string[] = ['auto', 'wasm', 'tensorflow', 'cpu'];

/** Throws a HumanError that says what is wrong and what would be right. */
export function parseCommand(args: readonly string[]): Command {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    return { name: 'help' };
  }
  if (name === '--version' || name === 'version') {
    return { name: 'version' };
  }
  if (name === 'explain') {
    const [rule] = rest;
    if (rule === undefined || rest.length > 1) {
      throw new HumanError("'explain' wants the id of one rule: gradient-doctor explain GD101");
    }
    return { name, rule };
  }
  if (name !== 'analyze' && name !== 'read') {
    throw new HumanError(
      `There is no command '${name}'. Use 'analyze FILE', 'read FILE' or 'explain ID'; 'help' lists the options.`,
    );
  }
  const { values, positionals } = parseOptions(withFixValue(rest));
  const [file, ...others] = positionals;
  if (values.help) {
    return { name: 'help' };
  }
  if (file === undefined || others.length > 0) {
    throw new HumanError(`'${name}' wants one file: gradient-doctor ${name} model.py`);
  }
  if (name === 'read') {
    return { name, file, json: values.json ?? false };
  }
  const fixAll = values['fix-all'] ?? false;
  if (values.write && values.fix === undefined && !fixAll) {
    throw new HumanError(
      '--write wants to know what to write: --fix for the best fix, --fix ID for one by name, --fix-all for the best set.',
    );
  }
  if (fixAll && (values.fix !== undefined || values['no-fixes'])) {
    throw new HumanError(
      `--fix-all cannot stand beside ${values['no-fixes'] ? '--no-fixes' : '--fix'}: leave one of them out.`,
    );
  }
  if (values.sarif && (values.json || values.fix !== undefined || fixAll)) {
    const other = values.json ? '--json' : fixAll ? '--fix-all' : '--fix';
    throw new HumanError(
      `--sarif cannot stand beside ${other}: one thing is printed. Leave one of them out.`,
    );
  }
  const engine = values.engine ?? 'auto';
  if (!isEngine(engine)) {
    throw new HumanError(`--engine wants one of ${engines.join(', ')}, not '${engine}'.`);
  }
  return {
    name,
    file,
    engine,
    json: values.json ?? false,
    sarif: values.sarif ?? false,
    model: values.model ?? null,
    steps: wholeNumber('--steps', values.steps, 0, 10_000),
    seeds: wholeNumber('--seeds', values.seeds, 1, 20),
    batchSize: wholeNumber('--batch-size', values['batch-size'], 1, 65_536),
    weights: values.weights ?? null,
    data: values.data ?? null,
    fixes: !(values['no-fixes'] ?? false),
    fix: values.fix ?? null,
    fixAll,
    write: values.write ?? false,
    check: values.check ?? false,
    rules: ruleSettings(values.rule ?? []),
  };
}

function parseOptions(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        sarif: { type: 'boolean' },
        model: { type: 'string' },
        steps: { type: 'string' },
        seeds: { type: 'string' },
        'batch-size': { type: 'string' },
        engine: { type: 'string' },
        weights: { type: 'string' },
        data: { type: 'string' },
        'no-fixes': { type: 'boolean' },
        fix: { type: 'string' },
        'fix-all': { type: 'boolean' },
        check: { type: 'boolean' },
        write: { type: 'boolean' },
        rule: { type: 'string', multiple: true },
      },
    });
  } catch (error) {
    throw new HumanError(
      `${(error as Error).message.split('. ')[0]}. 'gradient-doctor help' lists the options.`,
    );
  }
}

/** `--fix` may stand alone: it then means the best one. */
function withFixValue(args: readonly string[]): readonly string[] {
  return args.map((arg, i) => {
    const next = args[i + 1];
    const alone =
      arg === '--fix' && (next === undefined || next.startsWith('-') || /\.(py|ipynb)$/.test(next));
    return alone ? '--fix=' : arg;
  });
}

const levels: readonly string[] = ['error', 'warning', 'information', 'hint', 'off'];

function ruleSettings(texts: readonly string[]): RuleSettings {
  return Object.fromEntries(
    texts.map((text) => {
      const [rule = '', level = ''] = text.split('=');
      const page = findRulePage(rule);
      if (!page || !levels.includes(level)) {
        throw new HumanError(
          `--rule wants a rule and a level, as in GD201=off, not '${text}'. Levels: ${levels.join(', ')}.`,
        );
      }
      return [page.id, level as Severity | 'off'];
    }),
  );
}

function isEngine(value: string): value is EngineName | 'auto' {
  return engines.includes(value);
}

function wholeNumber(option: string, text: string | undefined, low: number, high: number): number | null {
  if (text === undefined) {
    return null;
  }
  const value = Number(text);
  if (!Number.isInteger(value) || value < low || value > high) {
    throw new HumanError(`${option} wants a whole number from ${low} to ${high}, not '${text}'.`);
  }
  return value;
}
