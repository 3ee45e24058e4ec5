import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AnalysisStore } from '../../src/editor/analysisStore';
import { commands } from '../../src/editor/ids';
import { activate, closeEditors, copyOf, until } from './support';

describe('an analysis', () => {
  let store: AnalysisStore;
  before(async () => {
    store = await activate();
  });
  afterEach(closeEditors);

  it('analyzes a notebook and marks the cell', async () => {
    const notebook = await vscode.workspace.openNotebookDocument(copyOf('messy_notebook.ipynb'));
    await vscode.window.showNotebookDocument(notebook);
    await vscode.commands.executeCommand(commands.analyze, notebook.uri);
    const model = store.get(notebook.uri)?.report?.models[0];
    assert.ok(model?.probe, JSON.stringify(store.get(notebook.uri)?.error ?? model?.unknowns));
    const marks = notebook.getCells().flatMap((cell) => vscode.languages.getDiagnostics(cell.document.uri));
    assert.ok(marks.length > 0 || model.verdict === 'healthy', model.headline);
  });

  it('says so when a file holds no model', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: 'x = 1\n' });
    await vscode.window.showTextDocument(document);
    void vscode.commands.executeCommand(commands.analyze);
    const analysis = await until('an error', () => store.get(document.uri)?.error);
    assert.match(analysis, /No Keras model was found/);
    await vscode.commands.executeCommand('notifications.clearAll');
  });

  it('can be stopped', async () => {
    const document = await vscode.workspace.openTextDocument(copyOf('deep_relu_small_weights.py'));
    await vscode.window.showTextDocument(document);
    const run = vscode.commands.executeCommand(commands.analyze);
    await until('running', () => store.get(document.uri)?.running);
    await vscode.commands.executeCommand(commands.cancel);
    await run;
    assert.equal(store.get(document.uri)?.running, null);
  });
});
