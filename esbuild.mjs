// Builds one bundle per realm into dist/; `--tests` adds the test files, `--watch` rebuilds, `--quiet` prints errors only.
import { build, context } from 'esbuild';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const flags = new Set(process.argv.slice(2));
const require = createRequire(import.meta.url);
const version = require('./package.json').version;

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  logLevel: flags.has('--quiet') ? 'error' : 'info',
  sourcemap: true,
  sourcesContent: false,
  define: { __VERSION__: JSON.stringify(version) },
  metafile: true,
};

/** @type {import('esbuild').BuildOptions} */
const node = {
  ...common,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode', '@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'],
  // tfjs registers its gradients in the ES modules only; web-tree-sitter's ES module needs import.meta.url.
  mainFields: ['module', 'main'],
  alias: { 'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs' },
};

const bundles = [
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts', analysis: 'src/editor/worker/main.ts' },
    outdir: 'dist',
    minify: true,
  },
  {
    ...node,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir: 'dist',
    minify: true,
    banner: { js: '#!/usr/bin/env node' },
  },
  {
    ...node,
    entryPoints: { probe: 'src/probe/main.ts', kernelHelper: 'src/probe/kernels/kernelHelper.ts' },
    outdir: 'dist',
    minify: true,
  },
  {
    ...common,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    minify: true,
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    entryPoints: ['panel', 'sidebar'].flatMap((page) => [
      `webview/${page}/${page}.ts`,
      `webview/${page}/${page}.css`,
    ]),
    outdir: 'dist/webview',
    entryNames: '[name]',
  },
];

if (flags.has('--tests')) {
  const files = (dir) =>
    fs
      .readdirSync(dir, { withFileTypes: true, recursive: true })
      .filter(
        (e) =>
          e.isFile() &&
          /(\.test|\/index|\/calibrate|bench\/(fixes|read|probe|worker))\.ts$/.test(
            path.join(e.parentPath, e.name),
          ),
      )
      .map((e) => path.join(e.parentPath, e.name));
  const entryPoints = ['test/unit', 'test/integration', 'test/calibration', 'test/bench'].flatMap((dir) =>
    fs.existsSync(dir) ? files(dir) : [],
  );
  bundles.push({
    ...node,
    entryPoints,
    outdir: 'dist/test',
    outbase: 'test',
    external: [...node.external, 'mocha', 'esbuild'],
  });
}

/** The WebAssembly files that are loaded at run time, beside the bundles. */
function copyWasm() {
  const from = (name) => path.join('node_modules', name);
  const wasm = [
    from('web-tree-sitter/web-tree-sitter.wasm'),
    from('tree-sitter-python/tree-sitter-python.wasm'),
    ...['', '-simd', '-threaded-simd'].map((kind) =>
      from(`@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm${kind}.wasm`),
    ),
  ];
  fs.mkdirSync('dist', { recursive: true });
  for (const file of wasm) {
    fs.copyFileSync(file, path.join('dist', path.basename(file)));
  }
}

/** The most memory there can be: TensorFlow.js' own declares as much, and what threads share needs a bound. */
const kernelFlags = ['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--maximumMemory', '65536'];

/** Compiles the probe's own kernels twice, with plain and with relaxed SIMD, where their sources have changed. */
async function buildKernels() {
  const folder = 'src/probe/kernels/assembly';
  if (!fs.existsSync(folder)) {
    return;
  }
  const sources = fs.readdirSync(folder).filter((name) => name.endsWith('.ts'));
  const hash = createHash('sha256').update(kernelFlags.join(' '));
  for (const name of sources.sort()) {
    hash.update(name).update(fs.readFileSync(path.join(folder, name)));
  }
  const digest = hash.digest('hex');
  const stamp = 'dist/kernels.sha256';
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === digest) {
    return;
  }
  const { main } = await import('assemblyscript/asc');
  for (const [file, features] of [
    ['kernels.wasm', ['simd']],
    ['kernels-relaxed.wasm', ['simd', 'relaxed-simd']],
  ]) {
    const { error, stderr } = await main([
      path.join(folder, 'index.ts'),
      ...kernelFlags,
      ...features.flatMap((feature) => ['--enable', feature]),
      ...['--outFile', path.join('dist', file)],
    ]);
    if (error) {
      console.error(stderr.toString());
      throw error;
    }
  }
  fs.writeFileSync(stamp, digest);
}

/** What is in the bundles without being imported by one: WebAssembly files, and the runtime in our own. */
const besideBundles = [
  'web-tree-sitter',
  'tree-sitter-python',
  '@tensorflow/tfjs-backend-wasm',
  'assemblyscript',
];

/** The licences of everything of other people's that is packed, for dist/ThirdPartyNotices.txt. */
function writeNotices(metafiles) {
  const names = new Set(besideBundles);
  for (const { inputs } of metafiles.flatMap(({ outputs }) => Object.values(outputs))) {
    for (const [input] of Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)) {
      const at = input.lastIndexOf('node_modules/');
      if (at >= 0) {
        const [scope, name] = input.slice(at + 'node_modules/'.length).split('/');
        names.add(scope.startsWith('@') ? `${scope}/${name}` : scope);
      }
    }
  }
  const notices = [...names].sort().map((name) => noticeOf(name));
  const intro =
    'Gradient Doctor contains the following packages. Each is under the licence that follows its name.\n';
  fs.writeFileSync('dist/ThirdPartyNotices.txt', [intro, ...notices].join(`\n${'-'.repeat(80)}\n\n`));
}

function noticeOf(name) {
  const folder = path.join('node_modules', name);
  const { version, license, homepage, repository, author } = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
  );
  const files = fs.readdirSync(folder).filter((file) => /^(licen[cs]e|notice|copying)([.-]|$)/i.test(file));
  const texts = files.sort().map((file) => fs.readFileSync(path.join(folder, file), 'utf8').trim());
  const text = texts.length > 0 ? texts.join('\n\n') : textOf(folder, String(license), author);
  if (!text) {
    throw new Error(
      `${name} comes without the text of its licence (${license}): look it up before it is shipped.`,
    );
  }
  const from = homepage ?? repository?.url ?? repository ?? '';
  return `${[`${name} ${version} (${license})`, from, '', text].join('\n').trim()}\n`;
}

/** For a package that has no file of its licence: its readme may hold it; else the words that the licence's name stands for. */
function textOf(folder, license, author) {
  const readme = path.join(folder, 'README.md');
  const text = fs.existsSync(readme) ? fs.readFileSync(readme, 'utf8') : '';
  const section = /^#* *licen[cs]e\b[^]*copyright[^]*/im.exec(text)?.[0];
  const holder = typeof author === 'object' ? author.name : author;
  const words = (name, from) => {
    const whole = fs.readFileSync(path.join('node_modules', name, 'LICENSE'), 'utf8');
    return whole.slice(Math.max(0, whole.indexOf(from))).trimEnd();
  };
  return (
    section ??
    (license.startsWith('Apache-2.0')
      ? words('assemblyscript', '   ')
      : license === 'MIT' && holder
        ? `Copyright (c) ${holder}\n\n${words('fflate', 'Permission is hereby granted')}`
        : undefined)
  );
}

/** Bundles of tests that are no more would still run. They go after the build, so that tests which run meanwhile keep theirs. */
function removeOldTests(metafiles) {
  const made = new Set(
    metafiles.flatMap(({ outputs }) => Object.keys(outputs)).map((file) => path.resolve(file)),
  );
  for (const entry of fs.readdirSync('dist/test', { withFileTypes: true, recursive: true })) {
    const file = path.resolve(entry.parentPath, entry.name);
    if (entry.isFile() && /\.js(\.map)?$/.test(entry.name) && !made.has(file)) {
      fs.rmSync(file);
    }
  }
}

const present = bundles.filter((bundle) => {
  const entries = Array.isArray(bundle.entryPoints) ? bundle.entryPoints : Object.values(bundle.entryPoints);
  return entries.length > 0 && entries.every((entry) => fs.existsSync(entry));
});
copyWasm();
await buildKernels();
if (flags.has('--watch')) {
  await Promise.all(present.map(async (bundle) => (await context(bundle)).watch()));
} else {
  const results = await Promise.all(present.map((bundle) => build(bundle)));
  const shipped = results.filter((_result, i) => present[i].outdir !== 'dist/test');
  writeNotices(shipped.map(({ metafile }) => metafile));
  if (flags.has('--tests')) {
    removeOldTests(results.map(({ metafile }) => metafile));
  }
}
