import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import type { AnalysisStore } from '../../src/editor/analysisStore';
import { commands } from '../../src/editor/ids';
import { busiestThread, mainThread, threadTime, watchOthers } from './processorTime';
import { activate, closeEditors, extension, until, workspace } from './support';

const promisedMs = { keystroke: 150, block: 30, activation: 50 };
/**
 * The figures are promised of a machine that draws with a graphics processor and has nothing else to do. The tests' own browser draws on the cores
 * that read and measure: the time that the threads of the way stood waiting for the processor is taken off, and by the clock it may take twice as
 * long, where other jobs take no more than a tenth. Work that came back to the host, or typing that waited for an analysis, is found all the same.
 */
const quietShare = 0.1;
const margin = { keystrokeByTheClock: 2, activation: 6 };

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
    let word = 'activation';
    const wrong = (): boolean =>
      vscode.languages
        .getDiagnostics(document.uri)
        .some(({ message }) => new RegExp(`\\b${word}\\b`).test(message));

    /** Types a letter; answers how many milliseconds after the change the marks spoke of the new word. */
    async function strike(letter: string): Promise<number> {
      const edit = new vscode.WorkspaceEdit();
      edit.insert(
        document.uri,
        new vscode.Position(line, argument + word.length - 'activation'.length),
        letter,
      );
      word += letter;
      const changed = new Promise<number>((resolve) => {
        const subscription = vscode.workspace.onDidChangeTextDocument((event) => {
          if (event.document === document) {
            subscription.dispose();
            resolve(performance.now());
          }
        });
      });
      const applied = vscode.workspace.applyEdit(edit);
      const started = await changed;
      // looked for, since the event that tells of them comes up to 50 ms later
      while (!wrong()) {
        await new Promise((r) => setTimeout(r, 2));
      }
      const took = performance.now() - started;
      await applied;
      return took;
    }

    // Threads start and code is compiled once, not with every keystroke.
    const reading = busiestThread();
    for (const letter of 'warm') {
      await strike(letter);
    }
    const typingThread = reading();
    const waited = (): number => [mainThread, typingThread].reduce((sum, t) => sum + threadTime(t).waited, 0);
    const run = vscode.commands.executeCommand(commands.analyze, document.uri);
    await until('running', () => store.get(document.uri)?.running);
    const took: number[] = [];
    const unhindered: number[] = [];
    const blocks = watchBlocks();
    const others = watchOthers(Number(process.env['TEST_ROOT_PID']));
    for (let i = 0; i < 40 && store.get(document.uri)?.running; i++) {
      const before = waited();
      const ms = await strike(String.fromCharCode('a'.charCodeAt(0) + (i % 26)));
      took.push(ms);
      unhindered.push(ms - (waited() - before));
      await new Promise((r) => setTimeout(r, 60));
    }
    const { wall, cpu } = blocks();
    const busy = others();
    await vscode.commands.executeCommand(commands.cancel);
    await run;
    const p95 = quantile(took, 0.95);
    const own = quantile(unhindered, 0.95);
    print(
      `keystroke to marks in ${document.lineCount} lines, ${took.length} times while measuring: median ${quantile(took, 0.5).toFixed(0)} ms, ` +
        `p95 ${p95.toFixed(0)} ms, ${own.toFixed(0)} ms of it not waiting for the processor, of which other jobs took ${(100 * busy).toFixed(0)} %; ` +
        `the host's longest turn: ${cpu.toFixed(0)} ms of computing, ${wall.toFixed(0)} ms by the clock`,
    );
    assert.ok(took.length >= 20, `the analysis ended after ${took.length} keystrokes`);
    assert.ok(own < promisedMs.keystroke / Math.max(0.3, 1 - busy), `p95 ${own} ms without the waiting`);
    if (busy < quietShare) {
      assert.ok(p95 < margin.keystrokeByTheClock * promisedMs.keystroke, `p95 ${p95} ms`);
    }
    assert.ok(cpu < promisedMs.block, `blocked ${cpu} ms`);
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
  let lastCpu = threadTime(mainThread).computed;
  const longest = { wall: 0, cpu: 0 };
  const timer = setInterval(() => {
    const now = performance.now();
    const nowCpu = threadTime(mainThread).computed;
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

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

/** Into the report of the tests: the host's own output is mixed with the editor's. */
function print(text: string): void {
  fs.appendFileSync(process.env['TEST_REPORT'] ?? '/dev/null', `      ${text}\n`);
}
