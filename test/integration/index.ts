// VS Code calls run() inside the extension host. Mocha's report goes to the file that TEST_REPORT names: the host's own log mixes into stdout.
import fs from 'node:fs';
import path from 'node:path';
import { format } from 'node:util';
import Mocha from 'mocha';
import * as vscode from 'vscode';

export async function run(): Promise<void> {
  const report = process.env['TEST_REPORT'];
  const print = (...parts: unknown[]): void => {
    if (report) {
      fs.appendFileSync(report, `${format(...parts)}\n`);
    }
  };
  Mocha.reporters.Base.consoleLog = print;
  // before any test opens a file
  process.env['TEST_ACTIVE_AT_START'] = String(
    vscode.extensions.getExtension('gradient-doctor.gradient-doctor')?.isActive,
  );
  const mocha = new Mocha({ ui: 'bdd', timeout: 60_000, color: false });
  // TEST_ONLY='speed' runs what has that in its title
  if (process.env['TEST_ONLY']) {
    mocha.grep(new RegExp(process.env['TEST_ONLY']));
  }
  for (const file of fs.readdirSync(__dirname).filter((name) => name.endsWith('.test.js'))) {
    mocha.addFile(path.join(__dirname, file));
  }
  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      const passed = runner.stats?.passes ?? 0;
      print('%d passed, %d failed', passed, failures);
      if (failures > 0 || passed === 0) {
        reject(new Error(failures > 0 ? `${failures} failed` : 'no test ran'));
      } else {
        resolve();
      }
    });
  });
}
