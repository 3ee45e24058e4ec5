// What a person does, step by step. A step that fails ends its journey: the next ones stand on it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { violations } from './axe.mjs';
import { themes } from './workbench.mjs';

const sick = "activation='sigmoid'";

/** Someone who has never seen it: what is there before anything was measured, and a way out of measuring. */
const firstLook = {
  'finds one button in the empty sidebar': async (workbench) => {
    const dashboard = await workbench.openSidebar();
    await dashboard.getByRole('heading', { name: 'No network measured yet' }).waitFor();
    assert.deepEqual(await violations(dashboard), []);
    await workbench.screenshot('empty');
  },
  'measures the open file from there, and sees it happen': async (workbench) => {
    // Long enough to be stopped, however fast the machine is.
    await workbench.settings({ 'gradientDoctor.steps': 1000, 'gradientDoctor.seeds': 10 });
    await workbench.openFile('deep_relu_small_weights.py');
    await (await workbench.dashboard()).getByRole('button', { name: 'Analyze gradients' }).click();
    const panel = await workbench.panel();
    await panel.locator('.best.progress progress').waitFor();
    await panel.locator('.picture canvas').first().waitFor();
  },
  'stops it, and keeps what was measured': async (workbench) => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await panel.locator('.best.progress').waitFor({ state: 'detached' });
    await panel.locator('tbody tr').first().waitFor();
  },
  'measures it again to the end': async (workbench) => {
    await workbench.settings({});
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Measure again' }).click();
    await panel.locator('.best.progress').waitFor();
    await panel.locator('.picture canvas').first().waitFor();
    await workbench.screenshot('running');
    assert.deepEqual(await violations(panel), []);
    await workbench.verdict(/^Failing$/);
  },
  'saves the report as a page of its own': async (workbench) => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Export' }).click();
    await panel.getByRole('button', { name: 'Report (HTML)' }).click();
    const file = path.join(workbench.folder, 'deep_relu_small_weights-gradients.html');
    await workbench.until('the name in the dialog', async () =>
      (await workbench.page.locator('.quick-input-widget input').first().inputValue()).endsWith(
        '-gradients.html',
      ),
    );
    await workbench.page.keyboard.press('Enter');
    const page = await workbench.until(
      'the saved page',
      () => fs.existsSync(file) && fs.readFileSync(file, 'utf8'),
    );
    assert.match(page, /Failing[^]*<svg[^]*<\/html>/);
    assert.doesNotMatch(page, /<script/);
  },
  'saves its numbers from the palette': async (workbench) => {
    const file = path.join(workbench.folder, 'deep_relu_small_weights-gradients.json');
    await workbench.palette('Gradient Doctor: Export the Numbers (JSON)');
    await workbench.until('the name in the dialog', async () =>
      (await workbench.page.locator('.quick-input-widget input').first().inputValue()).endsWith(
        '-gradients.json',
      ),
    );
    await workbench.page.keyboard.press('Enter');
    const text = await workbench.until(
      'the file',
      () => fs.existsSync(file) && fs.readFileSync(file, 'utf8'),
    );
    assert.equal(JSON.parse(text).models[0].verdict, 'failing');
  },
  'previews a fix as a diff': async (workbench) => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Preview diff' }).click();
    await workbench.page.locator('.tab').filter({ hasText: 'fix preview' }).waitFor();
    await workbench.page.locator('.monaco-diff-editor .line-insert').first().waitFor();
    await workbench.screenshot('preview');
  },
};

/** Everything that is sick in a file, from the first look to the cure and back. */
const cure = {
  'opens a file and analyzes it from the palette': async (workbench) => {
    await workbench.openFile('deep_sigmoid.py');
    await workbench.palette('Gradient Doctor: Analyze Gradients');
  },
  'underlines the line that is to blame': async (workbench) => {
    const squiggle = workbench.page.locator('.editor-instance .squiggly-error').first();
    await workbench.until(
      'a squiggle on the line of the sigmoid layers',
      async () => {
        const line = await workbench.line(sick).boundingBox();
        const mark = await squiggle.boundingBox({ timeout: 1000 });
        return line && mark && Math.abs(line.y - mark.y) < line.height;
      },
      120_000,
    );
  },
  'says in the panel that the network fails, and offers a fix': async (workbench) => {
    await workbench.verdict(/^Failing$/);
    const panel = await workbench.panel();
    assert.match((await panel.locator('h1').textContent()) ?? '', /will not learn/);
    await panel.getByRole('button', { name: 'Apply fix', exact: true }).waitFor();
    assert.equal(await panel.locator('.btn:not(.second):visible').count(), 1, 'one primary button');
  },
  'shows the verdict above the model': async (workbench) => {
    await workbench.page.locator('.codelens-decoration').filter({ hasText: /fail/i }).first().waitFor();
  },
  "opens the rule's page from the code of the finding": async (workbench) => {
    const code = workbench.page.locator('.monaco-hover .code-link').filter({ hasText: 'GD101' }).first();
    // the hover goes away when marks are set anew: as a person, point again
    await workbench.until('the code in the hover', async () => {
      await workbench.page.mouse.move(5, 300);
      await workbench.line(sick).getByText('sigmoid').first().hover({ timeout: 3000 });
      await code.click({ timeout: 3000 });
      return true;
    });
    await workbench.page.locator('.tab').filter({ hasText: 'GD101' }).waitFor();
    const page = await workbench.frame('.markdown-body h1');
    assert.equal(await page.locator('h1').first().textContent(), 'The gradient vanishes');
    await workbench.screenshot('rule page');
    await workbench.page.locator('.tab').filter({ hasText: 'GD101' }).click({ button: 'middle' });
  },
  "shows the layers' numbers behind their lines": async (workbench) => {
    const values = await workbench.until('inline values', async () => {
      const found = await workbench.after(workbench.line(sick));
      return found.length === 3 && found;
    });
    assert.match(values[0], /^20 × 100 {3}var [\d.]+–[\d.]+ {3}grad [1-9]e-1[23] ▁[▁-█]{18}█ 0\.\d+$/);
    assert.match(values.slice(1).join(' '), /^▼ 1[5-8] vanish$/);
    const healthy = await workbench.after(workbench.line("activation='softmax'"));
    assert.equal(healthy.length, 1);
    assert.equal(healthy[0].indexOf('grad'), values[0].indexOf('grad'), 'columns');
  },
  'shows the steps of a layer on hover': async (workbench) => {
    await workbench.line(sick).getByText('Dense').first().hover();
    const hover = workbench.page.locator('.monaco-hover').filter({ hasText: 'theory expects' });
    await hover.first().waitFor();
    assert.match((await hover.first().textContent()) ?? '', /Layers 1 to 20, Dense sigmoid: ▼ vanishing/);
    await workbench.screenshot('hover');
    await workbench.page.mouse.move(5, 300);
  },
  'hides the numbers behind the lines, and shows them again': async (workbench) => {
    for (const count of [0, 3]) {
      await workbench.palette('Gradient Doctor: Show or Hide Inline Values');
      await workbench.until(
        `${count} pieces behind the line`,
        async () => (await workbench.after(workbench.line(sick))).length === count,
      );
    }
  },
  'moves from layer to layer by keyboard and opens the line': async (workbench) => {
    const panel = await workbench.panel();
    const strip = panel.getByRole('slider', { name: 'Layer' });
    await strip.focus();
    await strip.press('Home');
    await strip.press('ArrowRight');
    await strip.press('ArrowRight');
    assert.equal(await strip.getAttribute('aria-valuenow'), '3');
    assert.match(
      (await strip.getAttribute('aria-valuetext')) ?? '',
      /^Layer 3 dense_2, gradient .*vanishing$/,
    );
    await panel.locator('.chosen .name').filter({ hasText: 'Layer 3 dense_2' }).waitFor();
    await panel.locator('tbody tr.on').filter({ hasText: 'dense_2' }).waitFor();
    await strip.press('End');
    await strip.press('Enter');
    await workbench.page.locator('.statusbar-item').filter({ hasText: 'Ln 11,' }).waitFor();
  },
  'shows another step and keeps it when the panel was out of sight': async (workbench) => {
    const panel = await workbench.panel();
    await panel.getByRole('slider', { name: 'Training step' }).press('ArrowLeft');
    await panel.locator('.steps output').filter({ hasText: 'step 20 of 50' }).waitFor();
    await panel.getByRole('button', { name: 'More of this layer' }).click();
    await panel.locator('.detail').getByText('Activations at step 50').waitFor();
    await panel.locator('.detail').getByText('Gradients at step 50').waitFor();
    await workbench.page.locator('.tab').filter({ hasText: 'Gradient Doctor' }).click();
    await workbench.openFile('healthy_cnn.py'); // in the panel's own group: the page behind it is thrown away
    await workbench.until('the panel is gone', async () => !(await hasPanel(workbench)));
    await workbench.palette('View: Close Editor');
    const again = await workbench.panel();
    await again.locator('.steps output').filter({ hasText: 'step 20 of 50' }).waitFor();
    await again.locator('.detail').waitFor();
    await again.getByRole('button', { name: 'More of this layer' }).click();
    await again.getByRole('slider', { name: 'Training step' }).press('ArrowRight');
  },
  'copies the table as CSV': async (workbench) => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Copy as CSV' }).click();
    const text = await workbench.until('CSV on the clipboard', async () => {
      const copied = await workbench.page.evaluate(() => globalThis.navigator.clipboard.readText());
      return copied.startsWith('position,') ? copied : null;
    });
    assert.equal(text.trim().split('\r\n').length, 1 + 21);
  },
  'opens the sidebar with verdict, findings, fixes and layers': async (workbench) => {
    const dashboard = await workbench.openSidebar();
    await dashboard.getByRole('heading', { name: /will not learn/ }).waitFor();
    await workbench.page.locator('.pane .monaco-list-row').filter({ hasText: 'Gradient vanishes' }).waitFor();
    await workbench.page
      .locator('.pane-header')
      .filter({ hasText: /^Fixes \(\d+\)/ })
      .waitFor();
    await workbench.page
      .locator('.pane-header')
      .filter({ hasText: /^Layers \(\d+\)/ })
      .waitFor();
  },
  ...Object.fromEntries(
    themes.map((theme) => [
      `passes axe and has its picture taken in ${theme.name}`,
      async (workbench) => {
        await workbench.theme(theme);
        for (const page of [await workbench.panel(), await workbench.dashboard()]) {
          await page.locator(`body.${theme.body}`).waitFor();
          assert.deepEqual(await violations(page), []);
        }
        await (await workbench.panel()).locator('h1').scrollIntoViewIfNeeded();
        await workbench.screenshot(`failing ${theme.id}`);
      },
    ]),
  ),
  'applies the best fix from the light bulb, and analyzes again by itself': async (workbench) => {
    await workbench.lightBulb(workbench.line(sick).getByText('sigmoid').first(), /explains/);
    await workbench.line(sick).waitFor({ state: 'detached' });
    await workbench.verdict(/, was failing$/);
    await workbench.page.locator('.editor-instance .squiggly-error').first().waitFor({ state: 'detached' });
  },
  'shows before against after': async (workbench) => {
    const panel = await workbench.panel();
    await panel.locator('.legend').getByText('before the fix').waitFor();
    await panel.locator('.best').getByText('Applied').waitFor();
    for (const theme of themes) {
      await workbench.theme(theme);
      assert.deepEqual(await violations(await workbench.panel()), []);
      assert.deepEqual(await violations(await workbench.dashboard()), []);
      await workbench.screenshot(`fixed ${theme.id}`);
    }
  },
  'takes the fix back': async (workbench) => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Undo', exact: true }).click();
    await workbench.line(sick).waitFor();
    await workbench.verdict(/^Failing$/);
  },
  'fixes all from the palette, and takes that back': async (workbench) => {
    await workbench.line('DEPTH = 20').click();
    await workbench.palette('Fix All');
    await workbench.line(sick).waitFor({ state: 'detached' });
    await workbench.verdict(/, was failing$/);
    await (await workbench.panel()).getByRole('button', { name: 'Undo', exact: true }).click();
    await workbench.line(sick).waitFor();
    await workbench.verdict(/^Failing$/);
  },
  'compares with an analysis of the history': async (workbench) => {
    const history = workbench.page.locator('.pane').filter({ hasText: /^History/ });
    await history.locator('.pane-header').click();
    await workbench.contextMenu(history.locator('.monaco-list-row').first(), /Compare With/, 'healthy');
    const dashboard = await workbench.dashboard();
    await dashboard
      .locator('.compare .compare')
      .getByText(/^Verdict: /)
      .waitFor();
    assert.deepEqual(await violations(dashboard), []);
    await workbench.screenshot('compared');
    await history.locator('.pane-header').click();
  },
  "applies it again with the panel's one button": async (workbench) => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Apply fix', exact: true }).click();
    await workbench.line(sick).waitFor({ state: 'detached' });
    await workbench.verdict(/, was failing$/);
  },
  'says that the text was edited since': async (workbench) => {
    await workbench.line('DEPTH = 20').click();
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.type('  # deep');
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Analyze again' }).waitFor();
    await panel.getByText('edited since').first().waitFor();
    assert.deepEqual(await violations(panel), []);
    await workbench.screenshot('stale');
  },
};

/** Many lines of one layer each, seen without the panel beside. */
const values = {
  'shows the values of a healthy network in one column, in four themes': async (workbench) => {
    await workbench.openFile('healthy_cnn.py');
    await workbench.palette('Gradient Doctor: Analyze Gradients');
    await workbench.verdict(/^Healthy$/);
    await workbench.page.locator('.tab').filter({ hasText: 'Gradient Doctor' }).click({ button: 'middle' });
    const dense = await workbench.after(workbench.line('layers.Dense(10'));
    assert.match(dense.join(), /^ *10 {3}var [\d.]+ *grad [\d.]+ +▄+▖?$/);
    assert.match((await workbench.after(workbench.line('layers.Dropout'))).join(), /off while measuring$/);
    for (const theme of themes) {
      await workbench.windowTheme(theme);
      await workbench.screenshot(`inline ${theme.id}`);
    }
  },
  'takes them away with the first keystroke': async (workbench) => {
    await workbench.line('import keras').click();
    await workbench.page.keyboard.press('End');
    await workbench.page.keyboard.type('  # a');
    await workbench.until(
      'no values',
      async () => (await workbench.after(workbench.line('layers.Dense(10'))).length === 0,
    );
    await workbench.page
      .locator('.codelens-decoration')
      .filter({ hasText: /measured \d edits? ago/ })
      .waitFor();
  },
};

const walkthrough = {
  'opens the walkthrough and its example': async (workbench) => {
    await workbench.palette('Welcome: Open Walkthrough...', 'Cure a Network That Does Not Learn');
    await workbench.page
      .getByRole('heading', { name: 'Cure a Network That Does Not Learn', level: 2 })
      .waitFor();
    for (const theme of themes) {
      await workbench.windowTheme(theme);
      await workbench.page
        .locator('.getting-started-media svg, .getting-started-media iframe')
        .first()
        .waitFor();
      await workbench.screenshot(`walkthrough ${theme.id}`);
    }
    await workbench.page.getByRole('button', { name: 'Open the Example' }).first().click();
    await workbench.line(sick).waitFor();
  },
  'measures the example, and is cured by the panel': async (workbench) => {
    await workbench.palette('Gradient Doctor: Analyze Gradients');
    await workbench.verdict(/^Failing$/);
    await (await workbench.panel()).getByRole('button', { name: 'Apply fix', exact: true }).click();
    await workbench.verdict(/, was failing$/);
  },
  'ticks all four steps': async (workbench) => {
    await workbench.palette('Welcome: Open Walkthrough...', 'Cure a Network That Does Not Learn');
    await workbench.until('four ticks', async () => {
      const done = workbench.page.locator(
        '.getting-started-step .codicon-getting-started-step-checked.complete',
      );
      return (await done.count()) === 4;
    });
    await workbench.screenshot('walkthrough done');
  },
};

const notebook = {
  'opens a notebook and analyzes it': async (workbench) => {
    await workbench.openFile('messy_notebook.ipynb');
    await workbench.page.locator('.notebookOverlay .code-cell-row').first().waitFor();
    await workbench.palette('Gradient Doctor: Analyze Gradients');
    await workbench.verdict(/^Failing$/);
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: /^Go to cell \d+, line \d+$/ }).waitFor();
    await workbench.page.locator('.codelens-decoration').filter({ hasText: /fail/i }).first().waitFor();
    await workbench.screenshot('notebook');
  },
  'goes to the cell': async (workbench) => {
    const panel = await workbench.panel();
    await panel.locator('.meta .link').first().click();
    await workbench.page.locator('.notebookOverlay .squiggly-error').first().waitFor();
  },
};

/** Someone who has just installed it, with a notebook as they are: what leads on must be in sight at every step. */
const firstRun = {
  'opens the notebook in the explorer': async (workbench) => {
    // before the extensions are there a notebook opens as the text of its file
    await workbench.page.locator('.activitybar').getByRole('tab', { name: 'Gradient Doctor' }).waitFor();
    await workbench.page.locator('.explorer-folders-view').getByText('Untitled3 (copy).ipynb').dblclick();
    await workbench.page.locator('.notebookOverlay .code-cell-row').first().waitFor();
    await workbench.page
      .locator('.notebook-toolbar-container')
      .getByRole('button', { name: 'Analyze Gradients' })
      .waitFor();
    await workbench.screenshot('first run 1 opened');
  },
  'meets the offer above a model while scrolling': async (workbench) => {
    await workbench.page.mouse.move(700, 500);
    await workbench.until('a code lens', async () => {
      await workbench.page.mouse.wheel(0, 150);
      const lens = workbench.page.locator('.codelens-decoration').filter({ hasText: 'Analyze gradients' });
      return (await lens.count()) > 0 && (await lens.first().isVisible());
    });
    await workbench.screenshot('first run 2 code lens');
  },
  "measures with the toolbar's button": async (workbench) => {
    await workbench.page
      .locator('.notebook-toolbar-container')
      .getByRole('button', { name: 'Analyze Gradients' })
      .click();
    await (await workbench.panel()).locator('.picture canvas').first().waitFor();
    await workbench.screenshot('first run 3 measuring');
  },
  'sees the worst of three models first': async (workbench) => {
    const panel = await workbench.panel();
    await workbench.until(
      'all models',
      async () =>
        (await panel.locator('#model option').count()) === 3 && !(await panel.locator('progress').count()),
      180_000,
    );
    await workbench.verdict(/^Failing$/);
    await workbench.screenshot('first run 4 measured');
    assert.match((await panel.locator('#model option:checked').textContent()) ?? '', /^deep .*failing$/);
  },
  'looks at another model with the picker': async (workbench) => {
    const panel = await workbench.panel();
    await panel.getByLabel('Model').selectOption('baseline');
    await workbench.verdict(/^Healthy$/);
    await panel
      .locator('h1')
      .filter({ hasText: /healthy/ })
      .waitFor();
    await workbench.screenshot('first run 5 healthy model');
    await panel.getByLabel('Model').selectOption('deep');
    await workbench.verdict(/^Failing$/);
  },
  'is taken to the line in its cell': async (workbench) => {
    const panel = await workbench.panel();
    await panel.locator('.meta .link').first().click();
    await workbench.page.locator('.notebookOverlay .squiggly-error').first().waitFor();
    await workbench.screenshot('first run 6 line');
  },
  'applies the fix, and it is measured again': async (workbench) => {
    const panel = await workbench.panel();
    await panel.getByRole('button', { name: 'Apply fix', exact: true }).click();
    await workbench.verdict(/, was failing$/, 180_000);
    await workbench.screenshot('first run 7 cured');
  },
  'finds all of it in the sidebar': async (workbench) => {
    const dashboard = await workbench.openSidebar();
    await dashboard.getByRole('heading', { level: 1 }).waitFor();
    assert.deepEqual(await violations(dashboard), []);
    await workbench.screenshot('first run 8 sidebar');
  },
};

async function hasPanel({ page }) {
  for (const frame of page.frames()) {
    const count = await frame
      .locator('main.gd')
      .count()
      .catch(() => 0);
    if (count > 0) {
      return true;
    }
  }
  return false;
}

export const journeys = [
  { name: 'first look', steps: firstLook },
  { name: 'cure', steps: cure },
  { name: 'values', steps: values },
  { name: 'walkthrough', steps: walkthrough },
  { name: 'notebook', steps: notebook },
  { name: 'first run', steps: firstRun, files: 'test/e2e/firstRun' },
];
