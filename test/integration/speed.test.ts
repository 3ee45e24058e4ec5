import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AnalysisStore } from '../../src/editor/analysisStore';
import { commands } from '../../src/editor/ids';
import { activate, closeEditors, extension, until, workspace } from './support';

const promisedMs = { keystroke: 150, block: 30, activation: 50 };
/**
 * The figures are promised of a quiet machine; what is asserted is so many times larger, because a test may share two cores with a dozen other
 * jobs, and then every step of the way (browser, server, host, thread) waits for its turn. Work that came back to the host, or typing that waited
 * for an analysis, would cost seconds there. A block is counted by the processor's time, which other jobs do not lengthen as much.
 */
const margin = { keystroke: 12, block: 2, activation: 6 };

/** About two thousand lines as people have them: a few models, many helpers. */
function longFile(): string {
  const lines = ['import keras', 'from keras import layers', 'import numpy as np', ''];
  for (let i = 1; lines.length < 1990; i++) {
    if (i % 100 === 50) {
      lines.push(
        `def build_${i}(width=64):`,
        `    model = keras.Sequential([keras.Input((100,))], name='net_${i}')`,
        '    for _ in range(12):',
        "        model.add(layers.Dense(width, activation='sigmoid'))",
        "    model.add(layers.Dense(10, activation='softmax'))",
        "    model.compile('sgd', 'sparse_categorical_crossentropy')",
        '    return model',
        '',
      );
    }
    lines.push(
      `def helper_${i}(x, y=${i}):`,
      '    """Adds what is needed."""',
      `    z = [a * y for a in x if a > ${i}]`,
      '    if len(z) > 3:',
      '        return np.array(z).mean() + y',
      "    return {'x': x, 'y': y}",
      '',
    );
  }
  return [...lines, 'model = build_50()', 'model.add(layers.Dense(3, activation="relu"))', ''].join('\n');
}

describe('speed', () => {
  let store: AnalysisStore;
  before(async () => {
    store = await activate();
  });
  afterEach(closeEditors);

  it('answers keystrokes in a file of two thousand lines while an analysis runs, and never blocks the host', async function () {
    this.timeout(180_000);
    const folder = fs.mkdtempSync(path.join(workspace, 'long '));
    const target = path.join(folder, 'long.py');
    fs.writeFileSync(target, longFile());
    const document = await vscode.workspace.openTextDocument(target);
    await vscode.window.showTextDocument(document);
    const line = document.lineCount - 2;
    const argument = document.lineAt(line).text.indexOf('activation') + 'activation'.length;
    const wrong = (): boolean =>
      vscode.languages.getDiagnostics(document.uri).some(({ message }) => message.includes('activationx'));

    /** Types or deletes a letter; answers how many milliseconds after the change the marks fitted it. */
    async function strike(add: boolean): Promise<number> {
      const edit = new vscode.WorkspaceEdit();
      const place = new vscode.Position(line, argument);
      if (add) {
        edit.insert(document.uri, place, 'x');
      } else {
        edit.delete(document.uri, new vscode.Range(place, place.translate(0, 1)));
      }
      const marked = new Promise<number>((resolve) => {
        const subscription = vscode.languages.onDidChangeDiagnostics(() => {
          if (wrong() === add) {
            subscription.dispose();
            resolve(performance.now());
          }
        });
      });
      const changed = new Promise<number>((resolve) => {
        const subscription = vscode.workspace.onDidChangeTextDocument((event) => {
          if (event.document === document) {
            subscription.dispose();
            resolve(performance.now());
          }
        });
      });
      await vscode.workspace.applyEdit(edit);
      return (await marked) - (await changed);
    }

    // Threads start and code is compiled once, not with every keystroke.
    await strike(true);
    await strike(false);
    const run = vscode.commands.executeCommand(commands.analyze, document.uri);
    await until('running', () => store.get(document.uri)?.running);
    const took: number[] = [];
    const blocks = watchBlocks();
    for (let i = 0; i < 40 && (i < 20 || store.get(document.uri)?.running); i++) {
      took.push(await strike(i % 2 === 0));
      await new Promise((r) => setTimeout(r, 60));
    }
    const { wall, cpu } = blocks();
    const running = Boolean(store.get(document.uri)?.running);
    await vscode.commands.executeCommand(commands.cancel);
    await run;
    const p95 = quantile(took, 0.95);
    print(
      `keystroke to marks in ${document.lineCount} lines, ${took.length} times while measuring: median ${quantile(took, 0.5).toFixed(0)} ms, ` +
        `p95 ${p95.toFixed(0)} ms; the host's longest turn: ${cpu.toFixed(0)} ms of computing, ${wall.toFixed(0)} ms by the clock${running ? '' : ' (the analysis ended before)'}`,
    );
    assert.ok(p95 < margin.keystroke * promisedMs.keystroke, `p95 ${p95} ms`);
    assert.ok(cpu < margin.block * promisedMs.block, `blocked ${cpu} ms`);
  });

  it('is activated in an instant, and not before a file that it can read is opened', async () => {
    assert.equal(process.env['TEST_ACTIVE_AT_START'], 'false');
    const { activationMs } = await extension().activate();
    // The bundle once more under another name, as the host loads it.
    const dist = path.join(extension().extensionPath, 'dist');
    const again = path.join(dist, `loaded-${process.pid}.js`);
    fs.copyFileSync(path.join(dist, 'extension.js'), again);
    try {
      const started = performance.now();
      createRequire(__filename)(again);
      const loadMs = performance.now() - started;
      print(`activation: ${loadMs.toFixed(1)} ms to load, ${activationMs.toFixed(1)} ms to activate`);
      assert.ok(
        loadMs + activationMs < margin.activation * promisedMs.activation,
        `${loadMs} ms + ${activationMs} ms`,
      );
    } finally {
      fs.rmSync(again);
    }
  });
});

/** Counts the turns of the host's thread; answers what ends it and gives the longest. */
function watchBlocks(): () => { readonly wall: number; readonly cpu: number } {
  const everyMs = 5;
  let last = performance.now();
  let lastCpu = threadMs();
  const longest = { wall: 0, cpu: 0 };
  const timer = setInterval(() => {
    const now = performance.now();
    const nowCpu = threadMs();
    const wall = now - last - everyMs;
    longest.wall = Math.max(longest.wall, wall);
    longest.cpu = Math.max(longest.cpu, Math.min(wall, nowCpu - lastCpu));
    [last, lastCpu] = [now, nowCpu];
  }, everyMs);
  return () => {
    clearInterval(timer);
    return longest;
  };
}

/** What the host's thread has computed so far, in milliseconds; by the clock where Linux does not tell. */
function threadMs(): number {
  try {
    return Number(fs.readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Into the report of the tests: the host's own output is mixed with the editor's. */
function print(text: string): void {
  fs.appendFileSync(process.env['TEST_REPORT'] ?? '/dev/null', `      ${text}\n`);
}
