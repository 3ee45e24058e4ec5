import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as vscode from 'vscode';
import { HumanError } from '../core/humanError';
import { readConfig } from './config';
import { settings } from './ids';

const packageName = '@tensorflow/tfjs-node';
const packageVersion = '4.22.0';

/** Where TensorFlow's own library is, and how it gets there. */
export class NativeEngine {
  /** Where the command installs it; no other extension writes there. */
  private readonly own: vscode.Uri;

  constructor(storage: vscode.Uri) {
    this.own = vscode.Uri.joinPath(storage, 'tensorflow');
  }

  /**
   * The folder whose node_modules hold it: the setting's, the installed one's, or the workspace's own, which is code of the workspace and
   * therefore loaded in a trusted one only. Null where there is none: the probe then says so.
   */
  async folder(uri: vscode.Uri): Promise<string | null> {
    const given = readConfig(uri).tensorflowPath.trim();
    if (given !== '') {
      const folder = vscode.Uri.file(given);
      if (!(await holdsPackage(folder))) {
        throw new HumanError(
          vscode.l10n.t(
            'There is no {0} in {1}, which the setting {2} names. Correct it, or empty it and install the engine.',
            `node_modules/${packageName}`,
            given,
            settings.tensorflowPath,
          ),
        );
      }
      return folder.fsPath;
    }
    const workspace = vscode.workspace.isTrusted ? vscode.workspace.getWorkspaceFolder(uri)?.uri : undefined;
    for (const folder of [this.own, ...(workspace?.scheme === 'file' ? [workspace] : [])]) {
      if (await holdsPackage(folder)) {
        return folder.fsPath;
      }
    }
    return null;
  }

  /** Installs it with npm in a task, whose terminal shows what npm says, and makes it the engine once it is there. */
  async install(): Promise<void> {
    await requireNpm();
    await vscode.workspace.fs.createDirectory(this.own);
    const manifest = vscode.Uri.joinPath(this.own, 'package.json');
    await vscode.workspace.fs.writeFile(manifest, new TextEncoder().encode('{ "private": true }\n'));
    const exitCode = await run(installTask(this.own));
    if (exitCode !== 0 || !(await holdsPackage(this.own))) {
      throw new HumanError(
        vscode.l10n.t(
          'The native TensorFlow engine could not be installed: npm ended with {0}. Its terminal says why; the WebAssembly engine goes on working.',
          String(exitCode),
        ),
      );
    }
    const use = vscode.l10n.t('Use It');
    const answer = await vscode.window.showInformationMessage(
      vscode.l10n.t('The native TensorFlow engine is installed.'),
      use,
    );
    if (answer === use) {
      await vscode.workspace
        .getConfiguration()
        .update(settings.engine, 'tensorflow', vscode.ConfigurationTarget.Global);
    }
  }
}

function installTask(folder: vscode.Uri): vscode.Task {
  const task = new vscode.Task(
    { type: 'gradient-doctor' },
    vscode.TaskScope.Global,
    vscode.l10n.t('Install the native TensorFlow engine'),
    'Gradient Doctor',
    new vscode.ShellExecution(
      'npm',
      ['install', '--no-audit', '--no-fund', `${packageName}@${packageVersion}`],
      { cwd: folder.fsPath },
    ),
  );
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, focus: false };
  return task;
}

async function run(task: vscode.Task): Promise<number | undefined> {
  const ended = new Promise<number | undefined>((resolve) => {
    const subscription = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name === task.name && execution.task.source === task.source) {
        subscription.dispose();
        resolve(exitCode);
      }
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}

async function requireNpm(): Promise<void> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  try {
    await promisify(execFile)(npm, ['--version'], { shell: process.platform === 'win32' });
  } catch {
    throw new HumanError(
      vscode.l10n.t(
        'The native TensorFlow engine is installed with npm, which was not found. Install Node.js, restart the editor and try again; the WebAssembly engine works without.',
      ),
    );
  }
}

async function holdsPackage(folder: vscode.Uri): Promise<boolean> {
  const manifest = vscode.Uri.joinPath(folder, 'node_modules', ...packageName.split('/'), 'package.json');
  return vscode.workspace.fs.stat(manifest).then(
    () => true,
    () => false,
  );
}
