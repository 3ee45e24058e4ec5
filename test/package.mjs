// Packs the extension as it is published, and checks what is in it: every file by name, nothing else, and small.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { unzipSync } from 'fflate';

const mostBytes = 6e6;

const expected = [
  'package.json',
  'package.nls.json',
  'l10n/bundle.l10n.json',
  'readme.md',
  'changelog.md',
  'LICENSE.txt',
  'dist/ThirdPartyNotices.txt',
  ...[
    'extension.js',
    'analysis.js',
    'probe.js',
    'kernelHelper.js',
    'kernels.wasm',
    'kernels-relaxed.wasm',
  ].map((name) => `dist/${name}`),
  ...['', '-simd', '-threaded-simd'].map((kind) => `dist/tfjs-backend-wasm${kind}.wasm`),
  ...['tree-sitter-python.wasm', 'web-tree-sitter.wasm'].map((name) => `dist/${name}`),
  ...['panel.js', 'panel.css', 'sidebar.js', 'sidebar.css', 'codicon.ttf'].map(
    (name) => `dist/webview/${name}`,
  ),
  ...['icon.png', 'icon.svg', 'panel-dark.svg', 'panel-light.svg'].map((name) => `media/${name}`),
  ...['open', 'analyze', 'read', 'cure'].map((step) => `media/walkthrough/${step}.svg`),
];

/** What is known to be inside, so that the list cannot be empty without a word. */
const bundled = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-wasm',
  '@vscode/codicons',
  'assemblyscript',
  'chart.js',
  'diff',
  'fflate',
  'seedrandom',
  'tree-sitter-python',
  'web-tree-sitter',
];

let packed;

/** The path of the .vsix of what stands in dist/; made once a run. */
export function pack(root) {
  if (!packed) {
    const file = path.join(root, 'dist/gradient-doctor.vsix');
    fs.rmSync(file, { force: true });
    const vsce = path.join(root, 'node_modules/@vscode/vsce/vsce');
    execFileSync(process.execPath, [vsce, 'package', '--no-dependencies', '--out', file], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    packed = file;
  }
  return packed;
}

/** @returns {{ passed: number, failed: number }} */
export function run(root) {
  const file = pack(root);
  const names = Object.keys(unzipSync(fs.readFileSync(file)));
  const examples = fs.readdirSync(path.join(root, 'media/examples')).map((name) => `media/examples/${name}`);
  const wanted = new Set([
    'extension.vsixmanifest',
    '[Content_Types].xml',
    ...[...expected, ...examples].map((name) => `extension/${name}`),
  ]);
  const missing = [...wanted].filter((name) => !names.includes(name));
  const foreign = names.filter((name) => !wanted.has(name));
  const notices = fs.readFileSync(path.join(root, 'dist/ThirdPartyNotices.txt'), 'utf8');
  const unnamed = bundled.filter(
    (name) => !new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, 'm').test(notices),
  );
  const { size } = fs.statSync(file);
  const checks = [
    [missing.length === 0, `nothing is missing ${missing.join(', ')}`],
    [foreign.length === 0, `nothing else is inside ${foreign.join(', ')}`],
    [unnamed.length === 0, `the licence of everything that is bundled ${unnamed.join(', ')}`],
    [size < mostBytes, `${names.length} files, ${(size / 1e6).toFixed(2)} MB, less than ${mostBytes / 1e6}`],
  ];
  for (const [ok, text] of checks) {
    console.log(`  ${ok ? 'ok' : 'FAILED'} ${text}`);
  }
  const failed = checks.filter(([ok]) => !ok).length;
  return { passed: checks.length - failed, failed };
}
