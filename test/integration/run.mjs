// Runs the compiled integration tests in a real extension host: VS Code's server from npm on Linux, the desktop's download elsewhere
// (TEST_HOST=server|desktop chooses). VS Code says 0 when its extension host was killed: only the report that the tests write counts.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runTests } from '@vscode/test-electron';

const linux = process.platform === 'linux' && process.arch === 'x64';

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function run(root) {
  const host = process.env.TEST_HOST ?? (linux ? 'server' : 'desktop');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'integration-'));
  const report = path.join(folder, 'mocha.txt');
  // The tests change the files, so they get a copy; a path with a space and an accent, as users have them.
  const workspace = path.join(folder, 'my nets é');
  fs.cpSync(path.join(root, 'media/examples'), workspace, { recursive: true });
  // Two folders, with settings that differ.
  const second = path.join(folder, 'second');
  fs.mkdirSync(path.join(second, '.vscode'), { recursive: true });
  fs.writeFileSync(path.join(second, '.vscode/settings.json'), '{ "gradientDoctor.seeds": 1 }\n');
  const both = path.join(folder, 'both.code-workspace');
  fs.writeFileSync(both, JSON.stringify({ folders: [{ path: workspace }, { path: second }] }));
  let printed = 0;
  const follow = () => {
    if (fs.existsSync(report)) {
      const text = fs.readFileSync(report);
      process.stdout.write(text.subarray(printed));
      printed = text.length;
    }
  };
  const timer = setInterval(follow, 200);
  try {
    await runTests({
      ...(host === 'server'
        ? { vscodeExecutablePath: path.join(root, 'test/host/code.mjs') }
        : { version: process.env.VSCODE_VERSION }),
      extensionDevelopmentPath: root,
      extensionTestsPath: path.join(root, 'dist/test/integration/index.js'),
      launchArgs: [both, '--disable-extensions'],
      extensionTestsEnv: {
        TEST_REPORT: report,
        TEST_ROOT_PID: String(process.pid),
        TEST_WORKSPACE: workspace,
        TEST_SECOND: second,
        ...(process.env.TEST_ONLY ? { TEST_ONLY: process.env.TEST_ONLY } : {}),
      },
    });
  } catch (error) {
    console.error(String(error?.message ?? error));
  }
  clearInterval(timer);
  follow();
  const [, passed, failed] =
    /^(\d+) passed, (\d+) failed/m.exec(fs.existsSync(report) ? fs.readFileSync(report, 'utf8') : '') ?? [];
  fs.rmSync(folder, { recursive: true, force: true });
  return passed === undefined
    ? { passed: 0, failed: 1 }
    : { passed: Number(passed), failed: Number(failed) + (passed === '0' ? 1 : 0) };
}
