// Starts VS Code's server and a headless browser on it; both are gone after stop().
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { ensureChromium, ensureHost, node24, serverMain } from './setup.mjs';

const deadline = (ms, what) =>
  new Promise((_, no) => {
    setTimeout(() => no(new Error(`time-out after ${ms} ms: ${what}`)), ms).unref();
  });

// Ends the server's whole process group when the process that started it is gone, even by SIGKILL.
const guard =
  'data:text/javascript,' +
  encodeURIComponent(`const p = process.ppid; setInterval(() => {
  if (process.ppid !== p) { try { process.kill(-process.pid, 'SIGKILL'); } catch { process.exit(1); } } }, 1000).unref();`);

/**
 * @param {{ folder: string, extensionDevelopmentPath?: string, extensionTestsPath?: string, extensionsDir?: string,
 *   settings?: object, env?: object, viewport?: object, startTimeout?: number, onExit?: (code: number) => void,
 *   onLog?: (text: string) => void, onFail?: (e: Error) => void }} o
 */
export async function startHost(o) {
  ensureHost();
  const chrome = ensureChromium();
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'vsc-'));
  const log = fs.createWriteStream(path.join(profile, 'server.log'));
  // Read at start only: a later change of this file goes unnoticed (use the folder's .vscode/settings.json for that).
  const settings = {
    'telemetry.telemetryLevel': 'off',
    'workbench.startupEditor': 'none',
    'update.mode': 'none',
    'extensions.autoUpdate': 'off',
    'extensions.autoCheckUpdates': false,
    'workbench.enableExperiments': false,
    'extensions.ignoreRecommendations': true,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
    'window.autoDetectColorScheme': false,
    'window.autoDetectHighContrast': false, // so that workbench.colorTheme counts
  };
  fs.mkdirSync(path.join(profile, 'data/User'), { recursive: true });
  fs.writeFileSync(
    path.join(profile, 'data/User/settings.json'),
    JSON.stringify({ ...settings, ...o.settings }),
  );
  if (o.vsix) {
    execFileSync(
      node24,
      [
        serverMain,
        '--install-extension',
        o.vsix,
        '--server-data-dir',
        profile,
        '--accept-server-license-terms',
      ],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
  }

  const server = spawn(
    node24,
    [
      '--import',
      guard,
      serverMain,
      '--host',
      '127.0.0.1',
      '--port',
      '0',
      '--without-connection-token',
      '--accept-server-license-terms',
      '--disable-workspace-trust',
      '--disable-telemetry',
      '--enable-smoke-test-driver',
      '--server-data-dir',
      profile,
      ...(o.extensionsDir ? ['--extensions-dir', o.extensionsDir] : []),
    ],
    { detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...o.env } },
  ); // detached: its own process group, killed as one
  const serverEnd = new Promise((r) =>
    server.once('exit', (code, sig) => r(`server ended (${sig ?? code})`)),
  );
  server.once('error', () => {});
  let browser;
  let stopping;

  const killGroup = (sig) => {
    try {
      process.kill(-server.pid, sig);
      return true;
    } catch {
      return false;
    }
  };
  const stop = () =>
    (stopping ??= (async () => {
      await Promise.race([browser?.close().catch(() => {}), new Promise((r) => setTimeout(r, 5000))]);
      killGroup('SIGTERM');
      for (let i = 0; i < 40 && killGroup(0); i++) {
        await new Promise((r) => setTimeout(r, 50));
      }
      killGroup('SIGKILL');
      log.end();
      if (!process.env.KEEP_PROFILE) {
        fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
      }
    })());
  process.once('exit', () => killGroup('SIGKILL'));
  for (const sig of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(sig, () => {
      stop().finally(() => process.exit(130));
    });
  }

  try {
    const port = await Promise.race([
      new Promise((ok, no) => {
        let text = '';
        server.once('error', no);
        server.stdout.on('data', (b) => {
          log.write(b);
          text += b;
          const m = /listening on (\d+)/.exec(text);
          if (m) {
            ok(Number(m[1]));
          }
        });
        server.stderr.on('data', (b) => log.write(b));
      }),
      serverEnd.then((why) => {
        throw new Error(why + ' before it listened; see ' + profile);
      }),
      deadline(30000, 'server start'),
    ]);
    browser = await chromium.launch({ ...chrome, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    const context = await browser.newContext({
      viewport: o.viewport ?? { width: 1280, height: 800 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    // VS Code calls these two when they exist (as @vscode/test-web relies on).
    await context.exposeFunction('codeAutomationLog', (_type, args) =>
      o.onLog?.(args.map((a) => (typeof a === 'string' ? a : JSON.stringify(a))).join(' ')),
    );
    await context.exposeFunction('codeAutomationExit', (code) => o.onExit?.(code));
    const page = await context.newPage();
    const fail = (e) => {
      if (!stopping) {
        o.onFail?.(e);
      }
    };
    page.on('crash', () => fail(new Error('the workbench page crashed')));
    browser.on('disconnected', () => fail(new Error('the browser ended')));
    serverEnd.then((why) => fail(new Error(why)));
    page.on('console', (m) => o.onConsole?.(m.type(), m.text()));

    const remote = (p) => `vscode-remote://127.0.0.1:${port}${pathToFileURL(path.resolve(p)).pathname}`;
    const payload = Object.entries({
      extensionDevelopmentPath: o.extensionDevelopmentPath,
      extensionTestsPath: o.extensionTestsPath,
    })
      .filter(([, v]) => v)
      .map(([k, v]) => [k, remote(v)]);
    const query = new URLSearchParams({
      [o.folder.endsWith('.code-workspace') ? 'workspace' : 'folder']: path.resolve(o.folder),
      payload: JSON.stringify(payload),
    });
    await page.goto(`http://127.0.0.1:${port}/?${query}`, { waitUntil: 'commit' });
    await page.locator('.monaco-workbench').waitFor({ timeout: o.startTimeout ?? 60000 });
    return { page, context, browser, server, port, profile, stop };
  } catch (e) {
    await stop();
    throw e;
  }
}
