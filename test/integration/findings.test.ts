import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AnalysisStore } from '../../src/editor/analysisStore';
import { commands } from '../../src/editor/ids';
import { actionsAt, activate, analyze, closeEditors, until } from './support';

describe('findings in the text', () => {
  let store: AnalysisStore;
  before(async () => {
    store = await activate();
  });
  afterEach(closeEditors);

  it('underlines the sick layer, offers a measured fix, and finds the cured network healthy', async () => {
    const document = await analyze('deep_sigmoid.py');
    const marks = vscode.languages.getDiagnostics(document.uri);
    const vanishing = marks.find(
      (d) => typeof d.code === 'object' && String(d.code.value).startsWith('GD101'),
    );
    assert.ok(vanishing, JSON.stringify(marks));
    assert.equal(document.getText(vanishing.range), "activation='sigmoid'");
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      vanishing.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find((action) => action.isPreferred && action.command?.command === commands.applyFix);
    assert.ok(fix?.edit, actions.map((a) => a.title).join('\n'));
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    await vscode.commands.executeCommand(commands.applyFix, ...((fix.command?.arguments ?? []) as unknown[]));
    const analysis = store.get(document.uri);
    assert.equal(analysis?.stale, false);
    assert.notEqual(analysis?.report?.models[0]?.verdict, 'failing');
    assert.equal(analysis?.before?.report.models[0]?.verdict, 'failing');
    assert.deepEqual(
      vscode.languages
        .getDiagnostics(document.uri)
        .filter((d) => d.severity === vscode.DiagnosticSeverity.Error),
      [],
    );
  });

  it('takes its marks away when the text changes and gives them back when it is undone', async () => {
    const document = await analyze('deep_sigmoid.py');
    assert.ok(vscode.languages.getDiagnostics(document.uri).length > 0);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# comment\n');
    await vscode.workspace.applyEdit(edit);
    const measured = (): vscode.Diagnostic[] =>
      vscode.languages
        .getDiagnostics(document.uri)
        .filter((d) => typeof d.code === 'object' && /^GD1/.test(String(d.code.value)));
    await until('marks gone', () => measured().length === 0);
    const back = new vscode.WorkspaceEdit();
    back.delete(document.uri, new vscode.Range(0, 0, 1, 0));
    await vscode.workspace.applyEdit(back);
    await until('marks back', () => measured().length > 0);
  });

  it('underlines what Keras would refuse as one types, and renames it', async () => {
    const content =
      'import keras\nmodel = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])\n';
    const document = await vscode.workspace.openTextDocument({ language: 'python', content });
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, document.positionAt(content.indexOf('="softmax"')), '_function');
    await vscode.workspace.applyEdit(edit);
    const refused = await until(
      'the refused argument',
      () =>
        vscode.languages.getDiagnostics(document.uri).find((d) => d.message.includes('activation_function')),
      10_000,
    );
    assert.equal(document.getText(refused.range), 'activation_function');
    assert.equal(store.get(document.uri), undefined);
  });

  it('writes a comment that silences a finding, and one that tells the input shape', async () => {
    const content = [
      'import keras',
      'model = keras.Sequential()',
      "model.add(keras.layers.Dense(8, activation='relu', kernel_initializer='zeros'))",
      "model.add(keras.layers.Dense(1, kernel_initializer='zeros'))",
      "model.compile('sgd', 'mse')",
      '',
    ].join('\n');
    const document = await vscode.workspace.openTextDocument({ language: 'python', content });
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand(commands.analyze);
    const ofRule = (): vscode.Diagnostic | undefined =>
      vscode.languages
        .getDiagnostics(document.uri)
        .find((d) => typeof d.code === 'object' && String(d.code.value).startsWith('GD202'));
    const mark = await until('the constant initializer', ofRule);
    const ignore = (await actionsAt(document, mark.range, 'quickfix')).find((action) =>
      action.title.startsWith('Ignore GD202'),
    );
    assert.ok(ignore?.edit);
    assert.ok(await vscode.workspace.applyEdit(ignore.edit));
    assert.ok(document.getText().includes('\n# gradient-doctor: ignore GD202\nmodel.add('));
    await vscode.commands.executeCommand(
      ignore.command?.command ?? '',
      ...((ignore.command?.arguments ?? []) as unknown[]),
    );
    assert.equal(store.get(document.uri)?.stale, false, 'measured again by itself');

    const model = document.lineAt(1).range;
    const tell = (await actionsAt(document, model, 'quickfix')).find((action) =>
      action.title.startsWith('Tell the input shape'),
    );
    assert.ok(tell?.command);
    await vscode.commands.executeCommand(
      tell.command.command,
      ...((tell.command.arguments ?? []) as unknown[]),
      [7],
    );
    assert.equal(document.lineAt(1).text, '# gradient-doctor: input_shape=(7,)');
    const shapes = store.get(document.uri)?.report?.models[0]?.architecture.inputs.map(({ shape }) => shape);
    assert.deepEqual(shapes, [[null, 7]]);
  });
});
