import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { HumanError } from '../../src/core/humanError';
import { settings } from '../../src/editor/ids';
import { NativeEngine } from '../../src/editor/nativeEngine';
import { activate, file, workspace } from './support';

describe('the native engine', () => {
  before(activate);

  const model = file('deep_sigmoid.py');
  const put = (folder: string): void => {
    const into = path.join(folder, 'node_modules/@tensorflow/tfjs-node');
    fs.mkdirSync(into, { recursive: true });
    fs.writeFileSync(path.join(into, 'package.json'), '{}');
  };
  const set = (value: string | undefined): Thenable<void> =>
    vscode.workspace
      .getConfiguration()
      .update(settings.tensorflowPath, value, vscode.ConfigurationTarget.Global);

  it('is looked for where the setting says, then where it was installed, then in the trusted workspace', async () => {
    const storage = fs.mkdtempSync(path.join(workspace, 'storage '));
    const engine = new NativeEngine(vscode.Uri.file(storage));
    assert.equal(await engine.folder(model), null);
    put(workspace);
    try {
      assert.equal(await engine.folder(model), workspace);
      put(path.join(storage, 'tensorflow'));
      assert.equal(await engine.folder(model), path.join(storage, 'tensorflow'));
      const own = fs.mkdtempSync(path.join(workspace, 'own '));
      await set(own);
      await assert.rejects(
        engine.folder(model),
        (error) => error instanceof HumanError && error.message.includes(`in ${own}`),
      );
      put(own);
      assert.equal(await engine.folder(model), own);
    } finally {
      await set(undefined);
      fs.rmSync(path.join(workspace, 'node_modules'), { recursive: true });
    }
  });

  it('is not installed without npm, and says what to do', async () => {
    const storage = fs.mkdtempSync(path.join(workspace, 'storage '));
    const { PATH } = process.env;
    process.env['PATH'] = storage;
    try {
      await assert.rejects(
        new NativeEngine(vscode.Uri.file(storage)).install(),
        (error) =>
          error instanceof HumanError && /npm, which was not found. Install Node/.test(error.message),
      );
      assert.deepEqual(fs.readdirSync(storage), []);
    } finally {
      process.env['PATH'] = PATH;
    }
  });
});
