// The built pages by themselves, with states that no example brings about: at every width, in every theme, looked at by axe.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { ensureChromium } from '../../host/setup.mjs';
import { violations } from '../axe.mjs';
import { states } from './reports.mjs';

const themes = JSON.parse(fs.readFileSync(new URL('themes.json', import.meta.url), 'utf8'));
const require = createRequire(new URL('../../host/host.mjs', import.meta.url));
const { chromium } = require('playwright-core');
const origin = 'http://pages.test/';

/** What VS Code gives a page of its own: colours, fonts, and a host that answers. */
function html(page, { body, variables }, state, l10n) {
  const style = Object.entries({
    ...variables,
    '--vscode-font-family': 'DejaVu Sans, sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-editor-font-family': 'DejaVu Sans Mono, monospace',
  }).map(([name, value]) => `${name}: ${value};`);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Gradient Doctor</title>
<style>:root { ${style.join(' ')} }</style>
<link rel="stylesheet" href="${page}.css">
<script>
  globalThis.sent = [];
  const state = ${JSON.stringify(state).replaceAll('<', '\\u003c')};
  let saved;
  globalThis.acquireVsCodeApi = () => ({
    getState: () => saved,
    setState: (value) => { saved = value; },
    postMessage: (message) => {
      globalThis.sent.push(message);
      const value = message.method === 'ready' ? state : undefined;
      setTimeout(() => postMessage({ rpc: 'ok', id: message.id, value }), 0);
    },
  });
</script>
</head>
<body class="${body}" data-l10n="${JSON.stringify(l10n).replaceAll('"', '&quot;')}">
<script src="${page}.js"></script>
</body>
</html>`;
}

const types = { '.css': 'text/css', '.js': 'text/javascript', '.ttf': 'font/ttf' };

export class PageTest {
  constructor(root, browser, shots) {
    this.dist = path.join(root, 'dist', 'webview');
    this.browser = browser;
    this.shots = shots;
  }

  /** Opens one page in one state; fails on what the browser complains of. */
  async open(page, state, { theme = 'dark', width, height = 900, l10n = {}, ...options }, use) {
    // Pictures are taken of what has come to rest.
    const context = await this.browser.newContext({
      viewport: { width, height },
      reducedMotion: 'reduce',
      ...options,
    });
    try {
      await context.route(`${origin}**`, (route) => {
        const name = new URL(route.request().url()).pathname.slice(1);
        const file = path.join(this.dist, name);
        return name === ''
          ? route.fulfill({ contentType: 'text/html', body: html(page, themes[theme], state, l10n) })
          : fs.existsSync(file)
            ? route.fulfill({ contentType: types[path.extname(name)], body: fs.readFileSync(file) })
            : route.fulfill({ status: 404, body: '' });
      });
      const tab = await context.newPage();
      const complaints = [];
      tab.on('pageerror', (error) => complaints.push(error.message));
      tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await tab.goto(origin);
      await tab.locator('main').waitFor();
      await tab.evaluate(() => globalThis.document.fonts.ready);
      const result = await use(tab);
      assert.deepEqual(
        complaints.filter((text) => !/favicon/.test(text)),
        [],
      );
      return result;
    } finally {
      await context.close();
    }
  }

  async shot(tab, name) {
    this.write(`${name}.png`, await tab.screenshot({ fullPage: true }));
  }

  write(name, content) {
    fs.mkdirSync(this.shots, { recursive: true });
    fs.writeFileSync(path.join(this.shots, name), content);
  }
}

/** Nothing may have to be scrolled sideways but what scrolls by itself. */
async function overflow(tab) {
  return tab.evaluate(() => {
    const { scrollWidth, clientWidth } = globalThis.document.documentElement;
    const scrolls = (node) =>
      node !== null &&
      (/auto|scroll|hidden/.test(globalThis.getComputedStyle(node).overflowX) || scrolls(node.parentElement));
    const wide = [...globalThis.document.querySelectorAll('body *')].filter(
      (node) =>
        node.getBoundingClientRect().right > clientWidth + 1 &&
        node.getClientRects().length > 0 &&
        !scrolls(node.parentElement),
    );
    return scrollWidth > clientWidth || wide.length > 0
      ? [
          `${scrollWidth} of ${clientWidth}`,
          ...wide.slice(0, 3).map(({ outerHTML }) => outerHTML.slice(0, 120)),
        ]
      : [];
  });
}

/** How many pixels of a canvas' left margin, where the axis has its labels, are as dark as text on white. */
const darkPixels = (canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, 40, canvas.height);
  let dark = 0;
  for (let i = 0; i < data.length; i += 4) {
    dark += data[i + 3] > 128 && data[i] < 80 ? 1 : 0;
  }
  return dark;
};

/** Widths of a narrow column, of one that is zoomed to 200 %, and of a whole window. */
const widths = { panel: [300, 640, 1500], sidebar: [200, 320] };

function checks(test) {
  const result = {};
  for (const page of ['panel', 'sidebar']) {
    for (const [name, state] of Object.entries(states)) {
      result[`${page}, ${name}: fits every width, passes axe in every theme`] = async () => {
        for (const width of widths[page]) {
          await test.open(page, state, { width, deviceScaleFactor: width === 640 ? 2 : 1 }, async (tab) => {
            assert.deepEqual(await overflow(tab), [], `${width} px`);
            await test.shot(tab, `${page} ${name} ${width}`);
          });
        }
        for (const theme of Object.keys(themes)) {
          await test.open(page, state, { theme, width: widths[page].at(-1) }, async (tab) => {
            assert.deepEqual(await violations(tab), [], theme);
            await test.shot(tab, `${page} ${name} ${theme}`);
          });
        }
      };
    }
  }
  return { ...result, ...behaviour(test) };
}

function behaviour(test) {
  const { failing } = states;
  return {
    'the fix that has the focus is drawn over the picture': () =>
      test.open('panel', failing, { width: 1500 }, async (tab) => {
        const legend = tab.locator('.legend');
        await legend.getByText('with fix 1, step 50').waitFor();
        await tab.getByRole('button', { name: /^Apply fix 3/ }).focus();
        await legend.getByText('with fix 3, step 50').waitFor();
        await tab.locator('.fix').nth(1).hover();
        await legend.getByText('with fix 2, step 50').waitFor();
        await test.shot(tab, 'panel fix 2 looked at');
      }),
    'two analyses are compared in the sidebar': () =>
      test.open('sidebar', states.fixed, { width: 300 }, async (tab) => {
        await tab.getByText('Compare two analyses').click();
        const text = async () => (await tab.locator('.compare .compare').innerText()).replace(/\s+/g, ' ');
        assert.match(await text(), /^Verdict: from Failing ?→ ?to Healthy/);
        assert.match(await text(), /Gone Gradient vanishes: 11.9 decades New Large updates/);
        await tab.getByLabel('Later').selectOption({ index: 1 });
        assert.match(await text(), /The same findings in both/);
        assert.deepEqual(await violations(tab), []);
        assert.deepEqual(await overflow(tab), []);
        await test.shot(tab, 'sidebar compared');
      }),
    'the chosen layer shows how its values are spread, in numbers too': async () => {
      for (const width of [300, 1100]) {
        await test.open(
          'panel',
          failing,
          { width, theme: width === 300 ? 'hc-dark' : 'light' },
          async (tab) => {
            await tab.getByRole('button', { name: 'More of this layer' }).click();
            const detail = tab.locator('.detail');
            for (const [title, text] of [
              ['Activations at step 50', /median 0\.\d+ .*90 % between 0\.\d+ and 0\.\d+$/],
              ['Gradients at step 50', /median .*90 % between .* and .*, and 12 of 484 are 0$/],
            ]) {
              const figure = detail.locator('figure').filter({ hasText: title });
              assert.match((await figure.innerText()).replace(/\s+/g, ' '), text);
              assert.equal(await figure.locator('rect.fill-now').count(), 12);
            }
            assert.deepEqual(await violations(tab), []);
            assert.deepEqual(await overflow(tab), []);
            await detail.scrollIntoViewIfNeeded();
            await test.shot(tab, `panel layer ${width}`);
          },
        );
      }
    },
    'the page speaks the language of its bundle': () => {
      const l10n = { 'Apply fix': 'Anwenden', 'Go to {0}': '{0} zeigen', 'line {0}': 'Zeile {0}' };
      return test.open('panel', failing, { width: 900, l10n }, async (tab) => {
        await tab.getByRole('button', { name: 'Anwenden', exact: true }).waitFor();
        await tab.getByRole('button', { name: 'Zeile 10 zeigen' }).first().waitFor();
        await tab.getByRole('button', { name: 'Preview diff' }).waitFor(); // not in the bundle
      });
    },
    'a note asks for what settles it': () =>
      test.open('panel', failing, { width: 900 }, async (tab) => {
        for (const [name, what] of [
          [/^Tell the input shape/, 'shape'],
          [/^Use my data/, 'data'],
        ]) {
          await tab.getByRole('button', { name }).click();
          const { method, args } = await tab.evaluate(() => globalThis.sent.at(-1));
          assert.deepEqual([method, args], ['tell', ['model', what]]);
        }
      }),
    'the menu exports, by keyboard too, and the picture is one': () =>
      test.open('panel', failing, { width: 900 }, async (tab) => {
        const menu = tab.getByRole('button', { name: 'Export' });
        await menu.focus();
        await menu.press('Enter');
        await tab.keyboard.press('Tab');
        assert.deepEqual(await violations(tab), []);
        await test.shot(tab, 'panel export');
        await tab.keyboard.press('Escape');
        assert.equal(await menu.getAttribute('aria-expanded'), 'false');
        const choose = async (name) => {
          await menu.click();
          await tab.getByRole('button', { name }).click();
          return tab.evaluate(() => globalThis.sent.at(-1));
        };
        assert.deepEqual((await choose('Report (HTML)')).args, ['html']);
        assert.deepEqual((await choose('Numbers (JSON)')).args, ['json']);
        const { method, args } = await choose('Picture (PNG)');
        assert.equal(method, 'exportPicture');
        const png = Buffer.from(args[0].split(',')[1], 'base64');
        assert.equal(png.subarray(1, 4).toString(), 'PNG');
        test.write('exported picture.png', png);
      }),
    'a reader who wants no motion sees none': () =>
      test.open('panel', states.running, { width: 900 }, async (tab) => {
        const moving = await tab.evaluate(
          () => globalThis.document.getAnimations().filter(({ playState }) => playState === 'running').length,
        );
        assert.equal(moving, 0);
      }),
    'the same without that wish moves: the check can fail': () =>
      test.open('panel', states.running, { width: 900, reducedMotion: 'no-preference' }, async (tab) => {
        assert.ok((await tab.evaluate(() => globalThis.document.getAnimations().length)) > 0);
      }),
    'forced colours leave every word and line': () =>
      test.open('panel', failing, { width: 900, forcedColors: 'active' }, async (tab) => {
        await test.shot(tab, 'panel failing forced colours');
        // Which colours those are is the reader's choice, not ours.
        const wrong = (await violations(tab)).filter((text) => !text.startsWith('color-contrast'));
        assert.deepEqual(wrong, []);
        const axis = await tab.locator('canvas').first().evaluate(darkPixels);
        assert.ok(axis > 100, `${axis} dark pixels of text beside the axis`);
      }),
  };
}

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function run(root, shots) {
  const browser = await chromium.launch({
    ...ensureChromium(),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  let passed = 0;
  let failed = 0;
  const only = process.env.PAGE;
  console.log('pages');
  try {
    for (const [title, check] of Object.entries(checks(new PageTest(root, browser, shots)))) {
      if (only && !title.includes(only)) {
        continue;
      }
      try {
        await check();
        passed++;
        console.log(`  ok ${title}`);
      } catch (error) {
        failed++;
        console.log(`  FAILED ${title}: ${error.message}`);
      }
    }
  } finally {
    await browser.close();
  }
  return { passed, failed };
}
