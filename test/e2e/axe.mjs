// axe-core inside a webview's frame; the page's CSP does not bind what the browser's driver evaluates.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const source = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** @returns {Promise<string[]>} what is wrong, one line a rule */
export async function violations(frame) {
  await frame.evaluate(source);
  const result = await frame.evaluate(
    (tags) => globalThis.axe.run(globalThis.document, { runOnly: tags }),
    rules,
  );
  if (result.passes.length === 0) {
    return ['axe found nothing to look at'];
  }
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
