// Checks the types of every realm under its own tsconfig; exits with 1 when one has an error.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
const realms = ['src/core', 'src/shared', 'src/probe', 'src/cli', 'src/editor', 'webview', 'test'];
const failed = realms.filter(
  (realm) => spawnSync(process.execPath, [tsc, '-p', realm], { stdio: 'inherit' }).status !== 0,
);
if (failed.length > 0) {
  console.error(`type errors in ${failed.join(', ')}`);
  process.exit(1);
}
