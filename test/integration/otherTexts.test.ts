import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AnalysisStore } from '../../src/editor/analysisStore';
import { commands } from '../../src/editor/ids';
import { activate, actionsAt, closeEditors, copyOf, file, lensTitles } from './support';

/** Small enough to be measured in a second. */
const small = [
  'import keras',
  'model = keras.Sequential([keras.Input((8,))])',
  "model.add(keras.layers.Dense(8, activation='sigmoid'))",
  "model.add(keras.layers.Dense(1, kernel_initializer='zeros'))",
  "model.compile('sgd', 'mse')",
  '',
].join('\n');

describe('texts that are no saved file', () => {
  let store: AnalysisStore;
  before(async () => {
    store = await activate();
  });
  afterEach(closeEditors);

  it('analyzes a text without a name, and forgets it when it is thrown away', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: small });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand(commands.analyze);
    assert.equal(store.get(document.uri)?.report?.models.length, 1);
    await closeEditors();
    assert.equal(store.get(document.uri), undefined);
  });

  it('analyzes what is in the editor, not what is on the disk', async () => {
    const document = await vscode.workspace.openTextDocument(copyOf('healthy_cnn.py'));
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), small);
    await vscode.workspace.applyEdit(edit);
    await vscode.commands.executeCommand(commands.analyze);
    const inputs = store.get(document.uri)?.report?.models[0]?.architecture.inputs;
    assert.deepEqual(
      inputs?.map(({ shape }) => shape),
      [[null, 8]],
    );
    assert.ok(document.isDirty);
  });

  describe('compared with an older version', () => {
    let provider: vscode.Disposable;
    before(() => {
      provider = vscode.workspace.registerTextDocumentContentProvider('older', {
        provideTextDocumentContent: () => small,
      });
    });
    after(() => {
      provider.dispose();
    });

    async function compare(): Promise<{ older: vscode.TextDocument; current: vscode.TextDocument }> {
      const current = await vscode.workspace.openTextDocument(copyOf('healthy_cnn.py'));
      const older = await vscode.workspace.openTextDocument(current.uri.with({ scheme: 'older' }));
      await vscode.commands.executeCommand('vscode.diff', older.uri, current.uri, 'older ↔ now');
      return { older, current };
    }

    it('offers nothing in the older version', async () => {
      const { older } = await compare();
      assert.equal(older.languageId, 'python');
      assert.deepEqual(await lensTitles(older), []);
      assert.deepEqual(await actionsAt(older, new vscode.Range(0, 0, older.lineCount, 0), 'quickfix'), []);
      await vscode.commands.executeCommand(commands.analyze, older.uri);
      assert.equal(store.get(older.uri), undefined);
      assert.deepEqual(vscode.languages.getDiagnostics(older.uri), []);
      await vscode.commands.executeCommand('notifications.clearAll');
    });

    it('analyzes the side that is the file', async () => {
      const { current } = await compare();
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), current.uri.toString());
      await vscode.commands.executeCommand(commands.analyze);
      assert.ok(store.get(current.uri)?.report?.models[0]?.probe);
      assert.ok((await lensTitles(current)).some((title) => title.includes('healthy')));
    });
  });

  it('keeps files of the same name in two folders apart, each with the settings of its own', async () => {
    const second = path.join(process.env['TEST_SECOND'] ?? '', 'deep_sigmoid.py');
    fs.writeFileSync(second, small);
    const seeds: (number | undefined)[] = [];
    for (const uri of [file('deep_sigmoid.py'), vscode.Uri.file(second)]) {
      await vscode.commands.executeCommand(commands.analyze, uri);
      const report = store.get(uri)?.report;
      assert.ok(report);
      seeds.push(report.models[0]?.probe?.seeds.length);
    }
    assert.deepEqual(seeds, [2, 1]); // two of the usual three, which agree
    const layerCounts = [file('deep_sigmoid.py'), vscode.Uri.file(second)].map(
      (uri) => store.get(uri)?.report?.models[0]?.architecture.layers.length,
    );
    assert.deepEqual(layerCounts, [22, 3]);
  });
});
