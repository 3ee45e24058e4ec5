import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AnalysisStore } from '../../src/editor/analysisStore';
import { commands, settings } from '../../src/editor/ids';
import { actionsAt, activate, analyze, at, closeEditors, copyOf, lensTitles, until } from './support';

describe('lenses and hovers', () => {
  let store: AnalysisStore;
  before(async () => {
    store = await activate();
  });
  afterEach(closeEditors);

  it('shows the verdict above the model', async () => {
    const document = await analyze('healthy_cnn.py');
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
      10,
    );
    assert.ok(
      lenses.some((lens) => lens.command?.title.includes('healthy')),
      JSON.stringify(lenses),
    );
    assert.equal(document.lineAt(lenses[0]?.range.start.line ?? 0).text, 'model = keras.Sequential(');
  });

  it('shows none where the language has them off', async () => {
    const document = await vscode.workspace.openTextDocument(copyOf('healthy_cnn.py'));
    await vscode.window.showTextDocument(document);
    const set = (value: boolean | undefined): Thenable<void> =>
      vscode.workspace
        .getConfiguration(undefined, { languageId: 'python' })
        .update(settings.codeLens, value, vscode.ConfigurationTarget.Global, true);
    assert.equal((await lensTitles(document)).length, 1);
    await set(false);
    try {
      await until('no lens', async () => (await lensTitles(document)).length === 0, 5000);
    } finally {
      await set(undefined);
    }
  });

  it("shows a layer's numbers on hover, says how many edits ago it was measured, and applies all best fixes", async () => {
    const document = await analyze('deep_sigmoid.py');
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      at(document, 'Dense(100'),
    );
    const text = hovers
      .flatMap((hover) => hover.contents)
      .map((content) => (content as vscode.MarkdownString).value)
      .join('\n')
      .replaceAll('\u00a0', '');
    assert.match(text, /Layers 1 to 20, Dense sigmoid.*vanishing/);
    assert.match(text, /theory expects 0\.2\d/);
    assert.match(text, /\| gradient, layer 1 \| .*e-1\d \|/);
    const [, query] = /command:gradientDoctor\.showLayer\?([^)]+)/.exec(text) ?? [];
    const target = JSON.parse(decodeURIComponent(query ?? '[]')) as string[];
    assert.deepEqual(target.slice(0, 2), [document.uri.toString(), 'model']);
    const ids = store.get(document.uri)?.report?.models[0]?.architecture.layers.map(({ id }) => id);
    assert.ok(ids?.includes(target[2] ?? ''), text);
    await vscode.commands.executeCommand(commands.showLayer, ...target);

    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# one\n');
    await vscode.workspace.applyEdit(edit);
    await until('an aged lens', async () =>
      (await lensTitles(document)).some((title) => /failing · measured 1 edit ago/.test(title)),
    );
    assert.ok((await lensTitles(document)).includes('Measure again'));
    assert.ok(!(await lensTitles(document)).includes('Apply'), 'no fix of an older text');
    const back = new vscode.WorkspaceEdit();
    back.delete(document.uri, new vscode.Range(0, 0, 1, 0));
    await vscode.workspace.applyEdit(back);
    await until('a fresh lens', async () =>
      (await lensTitles(document)).some((title) => /failing · \d fix/.test(title)),
    );

    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const [all] = await actionsAt(document, whole, 'source.fixAll.gradientDoctor');
    assert.ok(all?.edit);
    assert.equal(all.kind?.value, 'source.fixAll.gradientDoctor');
    assert.deepEqual(all.edit.get(document.uri).length > 0, true);
  });
});
