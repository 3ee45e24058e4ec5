#!/usr/bin/env node
// Stands in for the `code` executable: takes the flags @vscode/test-electron passes, runs the tests in VS Code's
// server with a headless browser, and exits with 0 (passed), 1 (failed), 2 (the host broke) or 3 (time-out).
import { startHost } from './host.mjs';

const flags = {};
const rest = [];
for (const arg of process.argv.slice(2)) {
  const m = /^--([\w-]+)(?:=(.*))?$/s.exec(arg);
  if (m) {
    flags[m[1]] = m[2] ?? true;
  } else {
    rest.push(arg);
  }
}
const limit = Number(process.env.VSCODE_HOST_TIMEOUT_MS ?? 300000);
const tail = []; // the last of VS Code's own log, shown when something goes wrong
let host;
let ending;
const finish = (code, why) =>
  (ending ??= (async () => {
    if (why) {
      console.error(tail.join('\n') + `\nvscode-host: ${why}`);
    }
    await host?.stop();
    process.exit(code);
  })());
setTimeout(() => finish(3, `no result after ${limit} ms`), limit);
const parent = process.ppid; // a killed test run must not leave this one going
setInterval(() => {
  if (process.ppid !== parent) {
    finish(2, 'the test run ended');
  }
}, 1000);
try {
  host = await startHost({
    folder: rest[0] ?? process.cwd(),
    extensionDevelopmentPath: flags.extensionDevelopmentPath,
    extensionTestsPath: flags.extensionTestsPath,
    // The browser draws without a graphics processor: a spinner alone would take it half a core, from what is measured here.
    settings: { 'workbench.reduceMotion': 'on', 'editor.cursorBlinking': 'solid' },
    onLog: (text) => {
      if (/^\[(AgentHost|ChatModel|AccountPolicy)/.test(text)) {
        return;
      }
      tail.push(text.slice(0, 2000));
      tail.splice(0, tail.length - 40);
    },
    onExit: (code) => (code === 0 ? finish(0) : finish(1, `the extension host ended with ${code}`)),
    onFail: (e) => finish(2, e.message),
  });
} catch (e) {
  await finish(2, e.stack.slice(0, 3000));
}
