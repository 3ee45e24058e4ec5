// The workbench as a person uses it: palette, files, light bulb, panels, themes. Everything waits for a state, nothing for a time.
import fs from 'node:fs';
import path from 'node:path';

/** Theme names as VS Code's settings spell them, the class of its window, the class of a webview's body. */
export const themes = [
  { name: 'Dark Modern', id: 'dark', window: 'vs-dark', body: 'vscode-dark' },
  { name: 'Light Modern', id: 'light', window: 'vs', body: 'vscode-light' },
  { name: 'Default High Contrast', id: 'hc-dark', window: 'hc-black', body: 'vscode-high-contrast' },
  {
    name: 'Default High Contrast Light',
    id: 'hc-light',
    window: 'hc-light',
    body: 'vscode-high-contrast-light',
  },
];

export class Workbench {
  /** @param {import('playwright-core').Page} page @param {string} folder @param {string} shots */
  constructor(page, folder, shots) {
    this.page = page;
    this.folder = folder;
    this.shots = shots;
  }

  /** Runs a command as the palette offers it. */
  async palette(text, choice) {
    await this.quickInput('F1', `>${text}`, text, choice);
  }

  async openFile(name) {
    await this.quickInput('Control+P', name, name);
    await this.page.locator('.tab.active').filter({ hasText: name }).first().waitFor();
  }

  /** `then` is what is chosen in the list that the choice opens. */
  async quickInput(key, typed, choice, then) {
    const input = this.page.locator('.quick-input-widget input');
    const row = this.quickPickRow(choice);
    // Whatever takes the focus a moment later closes the box again: as a person, try once more.
    await this.until(`'${choice}' in the box of ${key}`, async () => {
      await this.page.keyboard.press('Escape');
      await input.waitFor({ state: 'hidden', timeout: 3000 });
      await this.page.keyboard.press(key);
      await input.fill(typed, { timeout: 3000 });
      await row.click({ timeout: 3000 });
      let chosen = row;
      if (then) {
        chosen = this.quickPickRow(then);
        await chosen.click({ timeout: 3000 });
      }
      // The box itself may stay: a command can ask for a file's name in it.
      await chosen.waitFor({ state: 'hidden', timeout: 3000 });
      return true;
    });
  }

  /** The row of the box at the top that has this text. */
  quickPickRow(text) {
    return this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text }).first();
  }

  /** Takes the entry of the light bulb's menu at the cursor's place in the text of `target`. */
  async lightBulb(target, choice) {
    const entry = this.page.locator('.action-widget .monaco-list-row').filter({ hasText: choice }).first();
    await this.until(`${choice} in the light bulb's menu`, async () => {
      await this.page.keyboard.press('Escape');
      await target.click({ timeout: 3000 });
      await this.page.keyboard.press('Control+.');
      await entry.click({ timeout: 3000 });
      return true;
    });
  }

  /** Takes the entry of a row's menu, and then, in the list that opens, the row with `choice`. */
  async contextMenu(row, name, choice) {
    const chosen = this.quickPickRow(choice);
    await this.until(`${choice} after ${name}`, async () => {
      await this.page.keyboard.press('Escape');
      await row.click({ button: 'right', timeout: 3000 });
      // A mouse that is as quick as this one is taken for the end of the right click.
      await this.page.getByRole('menuitem', { name }).hover({ timeout: 3000 });
      await this.page.keyboard.press('Enter');
      await chosen.click({ timeout: 3000 });
      return true;
    });
  }

  /** The line of the editor that has this text. */
  line(text) {
    return this.page.locator('.editor-instance .view-line').filter({ hasText: text }).first();
  }

  /** The texts that decorations draw behind a line, in the order in which they are seen. */
  async after(line) {
    return line.evaluate((element) =>
      [...element.querySelectorAll('span')]
        .map((span) => globalThis.getComputedStyle(span, '::after').content)
        .filter((content) => content.startsWith('"'))
        .map((content) => content.slice(1, -1).replaceAll('\u00a0', ' ')),
    );
  }

  /** Calls until it answers something true; throws what it last answered when the time is up. */
  async until(what, probe, timeoutMs = 60_000) {
    let last;
    for (const end = Date.now() + timeoutMs; Date.now() < end; await this.page.waitForTimeout(100)) {
      try {
        last = await probe();
        if (last) {
          return last;
        }
      } catch (error) {
        last = error; // a frame may go away while it is asked
      }
    }
    throw new Error(`${what}: not within ${timeoutMs} ms, last answer ${String(last?.message ?? last)}`);
  }

  /** The frame of the webview that holds an element: VS Code nests it in a frame of its own. */
  async frame(selector, timeoutMs = 30_000) {
    return this.until(
      `a webview with ${selector}`,
      async () => {
        for (const frame of this.page.frames()) {
          const found = await frame
            .locator(selector)
            .count()
            .catch(() => 0);
          if (found > 0) {
            return frame;
          }
        }
        return null;
      },
      timeoutMs,
    );
  }

  panel() {
    return this.frame('main.gd');
  }

  dashboard() {
    return this.frame('main.dashboard');
  }

  async openSidebar() {
    await this.page.locator('.activitybar').getByRole('tab', { name: 'Gradient Doctor' }).click();
    return this.dashboard();
  }

  /** Waits until the panel has a verdict that fits and no analysis is under way. */
  async verdict(pattern, timeoutMs = 120_000) {
    return this.until(
      `a verdict like ${pattern}`,
      async () => {
        const panel = await this.panel();
        const word = await panel.locator('.verdict .word').textContent({ timeout: 1000 });
        const running = await panel.locator('.best.progress').count();
        return running === 0 && pattern.test(word ?? '') ? word : null;
      },
      timeoutMs,
    );
  }

  /** Settings of the folder; returns once they hold, as the window's title shows. */
  async settings(values) {
    const title = `settings ${Date.now()}`;
    this.writeSettings({ ...values, 'window.title': title });
    await this.until('settings that hold', async () => (await this.page.title()).includes(title));
  }

  writeSettings(values) {
    const file = path.join(this.folder, '.vscode', 'settings.json');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, JSON.stringify(values));
  }

  /** The theme of window and pages; set in the folder, since the user's settings are read at start only. */
  async theme(theme) {
    await this.windowTheme(theme);
    await (await this.panel()).locator(`body.${theme.body}`).waitFor();
  }

  async windowTheme({ name, window }) {
    this.writeSettings({ 'workbench.colorTheme': name });
    await this.page.locator(`.monaco-workbench.${window}`).waitFor();
  }

  async screenshot(name) {
    fs.mkdirSync(this.shots, { recursive: true });
    await this.page.screenshot({ path: path.join(this.shots, `${name}.png`) });
  }
}
