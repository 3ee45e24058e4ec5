import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { toolName } from '../../src/editor/ids';
import { activate, closeEditors, copyOf, workspace } from './support';

describe('the tool for language models', () => {
  before(activate);
  afterEach(closeEditors);

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
});
