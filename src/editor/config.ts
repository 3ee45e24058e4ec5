import * as vscode from 'vscode';
import type { EngineName } from '../core/report/report';
import type { RuleSettings } from '../core/rules/suppression';
import { settings } from './ids';

/** The user's settings, read when needed. Defaults stand in the manifest; a test holds the two together. */
export interface Config {
  readonly engine: EngineName | 'auto';
  /** The folder whose node_modules hold `@tensorflow/tfjs-node`; empty: wherever it is found. */
  readonly tensorflowPath: string;
  readonly steps: number;
  readonly seeds: number;
  readonly codeLens: boolean;
  readonly inlineValues: boolean;
  readonly inspectWhileTyping: boolean;
  readonly verifyFixes: boolean;
  readonly timeBudgetMs: number;
  readonly rules: RuleSettings;
}

export const configDefaults: Config = {
  engine: 'auto',
  tensorflowPath: '',
  steps: 50,
  seeds: 3,
  codeLens: true,
  inlineValues: true,
  inspectWhileTyping: true,
  verifyFixes: true,
  timeBudgetMs: 10_000,
  rules: {},
};

/** As the folder that the file is in and its language have them. */
export function readConfig(file: vscode.Uri | vscode.TextDocument): Config {
  const scope = file instanceof vscode.Uri ? { uri: file, languageId: 'python' } : file;
  const configuration = vscode.workspace.getConfiguration(undefined, scope);
  const get = <T>(id: string, fallback: T): T => configuration.get<T>(id, fallback);
  return {
    engine: get(settings.engine, configDefaults.engine),
    tensorflowPath: get(settings.tensorflowPath, configDefaults.tensorflowPath),
    steps: get(settings.steps, configDefaults.steps),
    seeds: get(settings.seeds, configDefaults.seeds),
    codeLens: get(settings.codeLens, configDefaults.codeLens),
    inlineValues: get(settings.inlineValues, configDefaults.inlineValues),
    inspectWhileTyping: get(settings.inspectWhileTyping, configDefaults.inspectWhileTyping),
    verifyFixes: get(settings.verifyFixes, configDefaults.verifyFixes),
    // the editor's is a proxy, which no message can carry
    rules: { ...get(settings.rules, configDefaults.rules) },
    timeBudgetMs: get(settings.timeBudget, configDefaults.timeBudgetMs / 1000) * 1000,
  };
}
