// Drives the real workbench as a person would; screenshots go to test/e2e/shots/.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startHost } from '../host/host.mjs';
import { pack } from '../package.mjs';
import { journeys } from './journeys.mjs';
import { run as runPages } from './pages/pages.mjs';
import { Workbench } from './workbench.mjs';

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function run(root) {
  assert.ok(fs.existsSync(path.join(root, 'dist', 'webview', 'panel.js')), 'the pages are not built');
  const shots = path.join(root, 'test/e2e/shots');
  fs.rmSync(shots, { recursive: true, force: true });
  const only = process.env.JOURNEY;
  let passed = 0;
  let failed = 0;
  if (!only || only === 'pages') {
    ({ passed, failed } = await runPages(root, shots));
  }
  const vsix = only === 'pages' ? '' : pack(root);
  for (const { name, steps, files = 'media/examples' } of journeys.filter((j) => !only || j.name === only)) {
    console.log(name);
    // A space and an umlaut: paths are not always what one hopes for.
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gradient döctor '));
    fs.cpSync(path.join(root, files), folder, { recursive: true });
    const host = await startHost({
      folder,
      vsix, // what is published, not the source tree
      viewport: { width: 1500, height: 950 },
      // Columns are judged in the pictures: the editor's own fonts may not be there.
      settings: { 'editor.fontFamily': "'DejaVu Sans Mono', monospace", 'editor.fontSize': 12 },
    });
    host.page.setDefaultTimeout(20_000);
    const workbench = new Workbench(host.page, folder, shots);
    let broken = false;
    for (const [title, step] of Object.entries(steps)) {
      if (broken) {
        failed++;
        console.log(`  not reached: ${title}`);
        continue;
      }
      const started = Date.now();
      try {
        await step(workbench);
        passed++;
        console.log(`  ok ${title} (${Date.now() - started} ms)`);
      } catch (error) {
        failed++;
        broken = true;
        console.log(`  FAILED ${title}: ${error.stack}`);
        await workbench.screenshot(`failed ${name}`).catch(() => undefined);
      }
    }
    await host.stop();
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return { passed, failed };
}
