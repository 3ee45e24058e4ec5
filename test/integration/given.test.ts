import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AnalysisStore } from '../../src/editor/analysisStore';
import { commands } from '../../src/editor/ids';
import { activate, actionsAt, closeEditors, until, workspace } from './support';

const text = [
  'import keras',
  'model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(8), keras.layers.Dense(1)])',
  "model.compile('sgd', 'mse')",
  '',
].join('\n');

describe("the user's own data and weights", () => {
  let store: AnalysisStore;
  before(async () => {
    store = await activate();
  });
  afterEach(closeEditors);

  it('are measured with, offered at the model, and taken back', async () => {
    const folder = fs.mkdtempSync(path.join(workspace, 'given '));
    const csv = path.join(folder, 'rows.csv');
    fs.writeFileSync(
      csv,
      `a,b,y\n${Array.from({ length: 64 }, (_, i) => `${i / 64},${1 - i / 64},${i % 3}`).join('\n')}\n`,
    );
    fs.writeFileSync(path.join(folder, 'train.py'), text);
    const document = await vscode.workspace.openTextDocument(path.join(folder, 'train.py'));
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand(commands.analyze);
    const kind = (): string | undefined => store.get(document.uri)?.report?.models[0]?.probe?.data.kind;
    const offered = async (title: string): Promise<vscode.CodeAction | undefined> =>
      (await actionsAt(document, document.lineAt(1).range, 'quickfix')).find(
        (action) => action.title === title,
      );
    assert.equal(kind(), 'synthetic');

    const use = await offered('Measure with my data …');
    assert.ok(use?.command);
    await vscode.commands.executeCommand(
      use.command.command,
      ...((use.command.arguments ?? []) as unknown[]),
      csv,
    );
    assert.equal(kind(), 'file');
    assert.equal(store.get(document.uri)?.report?.models[0]?.probe?.data.description, 'rows.csv');

    await vscode.commands.executeCommand(commands.analyze);
    assert.equal(kind(), 'file', 'remembered');

    const back = await offered('Use made-up data again');
    assert.ok(back?.command);
    await vscode.commands.executeCommand(
      back.command.command,
      ...((back.command.arguments ?? []) as unknown[]),
    );
    assert.equal(kind(), 'synthetic');
    assert.ok(await offered('Measure with my data …'));
  });

  it('say what is wrong with a file that cannot be read, and go on without it once it is taken back', async () => {
    const folder = fs.mkdtempSync(path.join(workspace, 'given '));
    fs.writeFileSync(path.join(folder, 'train.py'), text);
    const document = await vscode.workspace.openTextDocument(path.join(folder, 'train.py'));
    await vscode.window.showTextDocument(document);
    const missing = path.join(folder, 'none.keras');
    await vscode.commands.executeCommand(commands.useWeights, document.uri, missing);
    const unknowns = await until('a reason', () => store.get(document.uri)?.report?.models[0]?.unknowns);
    assert.ok(
      unknowns.some((note) => note.text.includes('none.keras cannot be read')),
      JSON.stringify(unknowns),
    );
    await vscode.commands.executeCommand(commands.useNewWeights, document.uri);
    assert.ok(store.get(document.uri)?.report?.models[0]?.probe);
  });
});
