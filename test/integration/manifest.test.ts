import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { configDefaults } from '../../src/editor/config';
import { commands, inlineValueColor, settings, toolName, views } from '../../src/editor/ids';
import { activate, closeEditors, extension } from './support';

describe('the manifest', () => {
  before(activate);
  afterEach(closeEditors);

  it('registers every command of the manifest', async () => {
    const all = await vscode.commands.getCommands(true);
    assert.deepEqual(
      Object.values(commands).filter((id) => !all.includes(id)),
      [],
    );
  });

  it('has the same ids, defaults and texts in code and manifest', () => {
    const root = extension().extensionPath;
    const json = (name: string): Record<string, unknown> =>
      JSON.parse(fs.readFileSync(path.join(root, name), 'utf8')) as Record<string, unknown>;
    const { contributes } = json('package.json') as {
      contributes: {
        commands: { command: string }[];
        views: { gradientDoctor: { id: string }[] };
        colors: { id: string }[];
        languageModelTools: { name: string }[];
        walkthroughs: { steps: { media: { svg: string } }[] }[];
        viewsWelcome: { view: string }[];
        configuration: { properties: Record<string, { default: unknown }> };
      };
    };
    assert.deepEqual(contributes.commands.map((c) => c.command).sort(), Object.values(commands).sort());
    assert.deepEqual(contributes.views.gradientDoctor.map((v) => v.id).sort(), Object.values(views).sort());
    const { properties } = contributes.configuration;
    assert.deepEqual(Object.keys(properties).sort(), Object.values(settings).sort());
    assert.deepEqual(
      {
        engine: properties[settings.engine]?.default,
        tensorflowPath: properties[settings.tensorflowPath]?.default,
        steps: properties[settings.steps]?.default,
        seeds: properties[settings.seeds]?.default,
        codeLens: properties[settings.codeLens]?.default,
        inlineValues: properties[settings.inlineValues]?.default,
        inspectWhileTyping: properties[settings.inspectWhileTyping]?.default,
        verifyFixes: properties[settings.verifyFixes]?.default,
        timeBudgetMs: Number(properties[settings.timeBudget]?.default) * 1000,
        rules: properties[settings.rules]?.default,
      },
      configDefaults,
    );
    assert.deepEqual(
      contributes.languageModelTools.map(({ name }) => name),
      [toolName],
    );
    assert.deepEqual(
      contributes.colors.map(({ id }) => id),
      [inlineValueColor],
    );
    const [walkthrough] = contributes.walkthroughs;
    assert.equal(walkthrough?.steps.length, 4);
    for (const { media } of walkthrough?.steps ?? []) {
      assert.match(fs.readFileSync(path.join(root, media.svg), 'utf8'), /var\(--vscode-foreground/);
    }
    assert.deepEqual(
      contributes.viewsWelcome
        .map(({ view }) => view)
        .filter((id) => !Object.values<string>(views).includes(id)),
      [],
    );
    const used = fs.readFileSync(path.join(root, 'package.json'), 'utf8').matchAll(/"%([^%"]+)%"/g);
    const texts = json('package.nls.json');
    assert.deepEqual(
      [...used].map((m) => m[1] ?? '').filter((key) => !(key in texts)),
      [],
    );
  });
});
