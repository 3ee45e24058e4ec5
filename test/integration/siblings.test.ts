import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AnalysisStore } from '../../src/editor/analysisStore';
import { commands } from '../../src/editor/ids';
import { activate, actionsAt, closeEditors, lensTitles, until, workspace } from './support';

const layers = (count: number): string =>
  [
    'from tensorflow.keras import layers',
    'def stack(model):',
    `    for i in range(${count}):`,
    "        model.add(layers.Dense(100, activation='sigmoid'))",
    '',
  ].join('\n');
const train = [
  'from tensorflow import keras',
  'from blocks import stack',
  'model = keras.Sequential([keras.Input((64,))])',
  'stack(model)',
  "model.add(keras.layers.Dense(10, activation='softmax'))",
  "model.compile('sgd', 'sparse_categorical_crossentropy')",
  '',
].join('\n');

describe('files that a model imports', () => {
  let store: AnalysisStore;
  before(async () => {
    store = await activate();
  });
  afterEach(closeEditors);

  async function open(): Promise<{ document: vscode.TextDocument; sibling: string }> {
    const folder = fs.mkdtempSync(path.join(workspace, 'siblings '));
    const sibling = path.join(folder, 'blocks.py');
    fs.writeFileSync(sibling, layers(12));
    fs.writeFileSync(path.join(folder, 'train.py'), train);
    const document = await vscode.workspace.openTextDocument(path.join(folder, 'train.py'));
    await vscode.window.showTextDocument(document);
    return { document, sibling };
  }

  const count = (document: vscode.TextDocument): number | undefined =>
    store.get(document.uri)?.report?.models[0]?.architecture.layers.length;

  it('are read from the disk, and no fix touches them', async () => {
    const { document, sibling } = await open();
    await vscode.commands.executeCommand(commands.analyze, document.uri);
    const model = store.get(document.uri)?.report?.models[0];
    assert.equal(count(document), 14, JSON.stringify(store.get(document.uri)?.error ?? model?.unknowns));
    assert.equal(model?.verdict, 'failing', model?.headline);
    const lines = document.lineCount;
    for (const { edits, title } of model.fixes) {
      for (const { range } of edits) {
        assert.ok(range.endLine <= lines, `${title} edits line ${range.endLine} of ${lines}`);
      }
    }
    const actions = await actionsAt(document, new vscode.Range(0, 0, lines, 0), 'quickfix');
    const touched = actions.flatMap(({ edit }) => edit?.entries().map(([uri]) => uri.toString()) ?? []);
    assert.deepEqual([...new Set(touched)], [document.uri.toString()]);
    assert.equal(fs.readFileSync(sibling, 'utf8'), layers(12));
    assert.ok(!vscode.workspace.textDocuments.some(({ uri, isDirty }) => uri.fsPath === sibling && isDirty));
  });

  it('count as they stand in an open editor, unsaved', async () => {
    const { document, sibling } = await open();
    const other = await vscode.workspace.openTextDocument(sibling);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(other.uri, new vscode.Range(0, 0, other.lineCount, 0), layers(2));
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand(commands.analyze, document.uri);
    assert.equal(count(document), 4);
    await vscode.window.showTextDocument(other);
  });

  it('make what was measured an older one when they change, and no more when they say the same again', async () => {
    const { document, sibling } = await open();
    await vscode.workspace.getConfiguration('gradientDoctor', document.uri).update('verifyFixes', false);
    try {
      await vscode.commands.executeCommand(commands.analyze, document.uri);
    } finally {
      await vscode.workspace
        .getConfiguration('gradientDoctor', document.uri)
        .update('verifyFixes', undefined);
    }
    const stale = (): boolean | undefined => store.get(document.uri)?.stale;
    assert.equal(stale(), false);
    const other = await vscode.workspace.openTextDocument(sibling);
    const write = async (text: string): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(other.uri, new vscode.Range(0, 0, other.lineCount, 0), text);
      await vscode.workspace.applyEdit(edit);
    };
    await write(layers(3));
    await until('it speaks of another text', stale, 10_000);
    await write(layers(12));
    await until('it speaks of this text', () => stale() === false, 10_000);
    await vscode.window.showTextDocument(other);
  });

  it('make the file that imports them read again when they change', async () => {
    const folder = fs.mkdtempSync(path.join(workspace, 'siblings '));
    const sibling = path.join(folder, 'choices.py');
    fs.writeFileSync(sibling, "last = 'sigmoid'\n");
    fs.writeFileSync(
      path.join(folder, 'train.py'),
      [
        'from tensorflow import keras',
        'from choices import last',
        'model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(1, activation=last)])',
        "model.compile('adam', 'binary_crossentropy')",
        '',
      ].join('\n'),
    );
    const document = await vscode.workspace.openTextDocument(path.join(folder, 'train.py'));
    await vscode.window.showTextDocument(document);
    await lensTitles(document); // it has been read
    const ofOutput = (): vscode.Diagnostic | undefined =>
      vscode.languages.getDiagnostics(document.uri).find(({ message }) => /softmax/i.test(message));
    assert.equal(ofOutput(), undefined);
    const other = await vscode.workspace.openTextDocument(sibling);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(other.uri, other.lineAt(0).range, "last = 'softmax'");
    await vscode.workspace.applyEdit(edit);
    await until('unsaved text counts', ofOutput, 10_000);
    await vscode.window.showTextDocument(other);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
    await until('what is on the disk counts', () => !ofOutput(), 10_000);
    fs.writeFileSync(sibling, "last = 'softmax'  # on the disk\n");
    await until('a change on the disk is seen', ofOutput, 15_000);
  });
});
