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
  { ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist', minify: true },
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

const present = bundles.filter((bundle) => {
  const entries = Array.isArray(bundle.entryPoints) ? bundle.entryPoints : Object.values(bundle.entryPoints);
  return entries.length > 0 && entries.every((entry) => fs.existsSync(entry));
});
copyWasm();
await buildKernels();
if (flags.has('--watch')) {
  await Promise.all(present.map(async (bundle) => (await context(bundle)).watch()));
} else {
  await Promise.all(present.map((bundle) => build(bundle)));
}
