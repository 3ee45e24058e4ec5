import * as vscode from 'vscode';
import type { EngineName } from '../core/report/report';
import type { RuleSettings } from '../core/rules/suppression';
import { settings } from './ids';

/** The user's settings, read when needed. Defaults stand in the manifest; a test holds the two together. */
export interface Config {
  readonly engine: EngineName | 'auto';
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
  steps: 50,
  seeds: 3,
  codeLens: true,
  inlineValues: true,
  inspectWhileTyping: true,
  verifyFixes: true,
  timeBudgetMs: 10_000,
  rules: {},
};

export function readConfig(scope?: vscode.ConfigurationScope): Config {
  const get = <T>(id: string, fallback: T): T =>
    vscode.workspace.getConfiguration(undefined, scope).get<T>(id, fallback);
  return {
    engine: get(settings.engine, configDefaults.engine),
    steps: get(settings.steps, configDefaults.steps),
    seeds: get(settings.seeds, configDefaults.seeds),
    codeLens: get(settings.codeLens, configDefaults.codeLens),
    inlineValues: get(settings.inlineValues, configDefaults.inlineValues),
    inspectWhileTyping: get(settings.inspectWhileTyping, configDefaults.inspectWhileTyping),
    verifyFixes: get(settings.verifyFixes, configDefaults.verifyFixes),
    rules: get(settings.rules, configDefaults.rules),
    timeBudgetMs: get(settings.timeBudget, configDefaults.timeBudgetMs / 1000) * 1000,
  };
}
