import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { configDefaults } from '../../src/editor/config';
import { commands, inlineValueColor, settings, toolName, views } from '../../src/editor/ids';
import type { AnalysisStore } from '../../src/editor/analysisStore';

const workspace = process.env['TEST_WORKSPACE'] ?? '';
const file = (name: string): vscode.Uri => vscode.Uri.file(path.join(workspace, name));

async function until<T>(
  what: string,
  get: () => T | undefined | null | false | Promise<T | undefined | null | false>,
  ms = 45_000,
): Promise<T> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((r) => setTimeout(r, 50))) {
    const value = await get();
    if (value) {
      return value;
    }
  }
  throw new Error(`timed out: ${what}`);
}

describe('the extension', () => {
  let store: AnalysisStore;

  before(async () => {
    const extension = vscode.extensions.getExtension<{ store: AnalysisStore }>(
      'gradient-doctor.gradient-doctor',
    );
    assert.ok(extension, 'the extension is not there');
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file('deep_sigmoid.py')));
    store = (await extension.activate()).store;
  });

  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  /** A copy of an example that no other test touches. */
  let copies = 0;
  function copyOf(name: string): vscode.Uri {
    const copy = `${++copies} ${name}`;
    fs.copyFileSync(path.join(workspace, name), path.join(workspace, copy));
    return file(copy);
  }

  async function analyze(name: string): Promise<vscode.TextDocument> {
    const document = await vscode.workspace.openTextDocument(copyOf(name));
    await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
    await vscode.commands.executeCommand(commands.analyze);
    return document;
  }

  it('registers every command of the manifest', async () => {
    const all = await vscode.commands.getCommands(true);
    assert.deepEqual(
      Object.values(commands).filter((id) => !all.includes(id)),
      [],
    );
  });

  it('has the same ids, defaults and texts in code and manifest', () => {
    const root = vscode.extensions.getExtension('gradient-doctor.gradient-doctor')?.extensionPath ?? '';
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

  const at = (document: vscode.TextDocument, text: string): vscode.Position =>
    document.positionAt(document.getText().indexOf(text));
  const actionsAt = (
    document: vscode.TextDocument,
    range: vscode.Range,
    kind: string,
  ): Thenable<vscode.CodeAction[]> =>
    vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      document.uri,
      range,
      kind,
    );
  const lensTitles = async (document: vscode.TextDocument): Promise<string[]> =>
    (
      await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        10,
      )
    ).map((lens) => lens.command?.title ?? '');

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
    assert.match(text, /command:gradientDoctor\.openPanel/);

    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), '# one\n');
    await vscode.workspace.applyEdit(edit);
    await until('an aged lens', async () =>
      (await lensTitles(document)).some((title) => /failing · measured 1 edit ago/.test(title)),
    );
    assert.ok((await lensTitles(document)).includes('Measure again'));
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

  it('answers language models in short, and tells them what to do next', async () => {
    const ask = async (input: object): Promise<string> => {
      const result = await vscode.lm.invokeTool(toolName, { input, toolInvocationToken: undefined });
      return result.content.map((part) => (part as vscode.LanguageModelTextPart).value).join('');
    };
    const copy = copyOf('exploding_rnn.py');
    const answer = await ask({ filePath: copy.fsPath });
    assert.match(answer, /^Model 'model' \(line 7\): (failing|warning)\./);
    assert.match(answer, /^Finding GD\d+ /m);
    assert.match(answer, /^Fix 1 \(/m);
    assert.ok(answer.length < 6000, String(answer.length));
    const started = Date.now();
    assert.equal(await ask({ filePath: copy.fsPath, modelId: 'model' }), answer);
    assert.ok(Date.now() - started < 1000, 'the same text is not measured twice');
    const refusals: readonly [object, RegExp][] = [
      [{ filePath: 'train.py' }, /absolute path/],
      [{ filePath: path.join(workspace, 'none.py') }, /There is no file .*Look the path up/],
      [{ filePath: copy.fsPath, modelId: 'other' }, /one of 'model'/],
    ];
    for (const [input, message] of refusals) {
      await assert.rejects(ask(input), message);
    }
  });

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
