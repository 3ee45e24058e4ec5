// npm run bench -- [--nets abcde] [--engines wasm,tensorflow] [--keras PYTHON] [--rounds N] [--out FILE]
// Training steps of five nets on each engine, and in Keras, in turns on the same machine: forward + backward + update, batches of 32.
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { Readable } from 'node:stream';
import { parseArgs } from 'node:util';
import { kerasProgram, nets } from './nets';
import type { StartAnswer, WorkerAnswer } from './worker';

const workerPath = path.join(__dirname, 'worker.js');
const stepsOfRound = 5;
/** What compiles as it runs gets so long to settle, ours and theirs; the cold start is measured apart. */
const warmUp = { steps: 6, ms: 3000 } as const;

/** Whoever makes steps on demand: an engine, or Keras. */
class Stepper {
  readonly times: number[] = [];
  peak = NaN;
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(command: string, args: readonly string[]) {
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.on('error', () => undefined);
    this.child.stdin?.on('error', () => undefined);
    const input = this.child.stdout ?? Readable.from([]);
    this.lines = readline.createInterface({ input })[Symbol.asyncIterator]();
  }

  /** Makes steps; null where the process has ended. */
  async make(count: number): Promise<readonly number[] | null> {
    this.child.stdin?.write(`${count}\n`);
    const line = await this.lines.next();
    if (line.done === true) {
      return null;
    }
    const { times, peak } = JSON.parse(line.value) as WorkerAnswer;
    this.peak = peak;
    return times;
  }

  stop(): void {
    this.child.stdin?.end();
    this.child.kill();
  }
}

interface Row {
  readonly net: string;
  readonly who: string;
  readonly lowest: number;
  readonly median: number;
  readonly start: StartAnswer | null;
  readonly peak: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      nets: { type: 'string', default: 'abcde' },
      engines: { type: 'string', default: 'wasm,tensorflow' },
      keras: { type: 'string' },
      rounds: { type: 'string', default: '12' },
      out: { type: 'string' },
    },
  });
  const engines = values.engines.split(',');
  const rows: Row[] = [];
  for (const net of values.nets) {
    rows.push(...(await benchNet(net, engines, values.keras ?? null, Number(values.rounds))));
    process.stderr.write(`${net} done\n`);
  }
  const importing = values.keras === undefined ? null : await importKeras(values.keras);
  const text = table(rows, importing);
  process.stdout.write(text);
  if (values.out !== undefined) {
    fs.writeFileSync(values.out, text);
  }
}

async function benchNet(
  net: string,
  engines: readonly string[],
  python: string | null,
  rounds: number,
): Promise<Row[]> {
  // 1. Cold starts, one after the other.
  const starts = new Map<string, StartAnswer | null>();
  for (const engine of engines) {
    starts.set(engine, await coldStart(process.execPath, [workerPath, 'start', engine, net]));
  }
  if (python !== null) {
    starts.set('keras', await kerasStart(python, net));
  }
  // 2. Steps in turns.
  const steppers = new Map<string, Stepper>();
  for (const engine of engines.filter((name) => starts.get(name) !== null)) {
    steppers.set(engine, new Stepper(process.execPath, [workerPath, 'steps', engine, net]));
  }
  if (python !== null) {
    steppers.set('keras', new Stepper(python, ['-c', kerasProgram(net)]));
  }
  for (const stepper of steppers.values()) {
    const until = performance.now() + warmUp.ms;
    while (performance.now() < until && (await stepper.make(warmUp.steps)) !== null) {
      // settles
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const stepper of steppers.values()) {
      stepper.times.push(...((await stepper.make(stepsOfRound)) ?? []));
    }
  }
  return [...steppers].map(([who, stepper]) => {
    stepper.stop();
    const sorted = [...stepper.times].sort((a, b) => a - b);
    const [lowest = NaN] = sorted;
    const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
    return { net, who, lowest, median, start: starts.get(who) ?? null, peak: stepper.peak };
  });
}

function output(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.on('error', () => resolve(''));
    child.on('close', () => resolve(text));
  });
}

async function coldStart(command: string, args: readonly string[]): Promise<StartAnswer | null> {
  const line = (await output(command, args)).trim().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as StartAnswer) : null;
}

async function kerasStart(python: string, net: string): Promise<StartAnswer | null> {
  const began = performance.now();
  const stepper = new Stepper(python, ['-c', kerasProgram(net)]);
  const made = await stepper.make(1);
  const first = performance.now() - began;
  await stepper.make(19);
  const all = performance.now() - began;
  stepper.stop();
  return made === null ? null : { first, all, peak: stepper.peak };
}

async function importKeras(python: string): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const began = performance.now();
    await output(python, ['-c', 'import keras']);
    times.push(performance.now() - began);
  }
  return Math.min(...times);
}

function table(rows: readonly Row[], importing: number | null): string {
  const number = (value: number, digits = 1): string =>
    Number.isFinite(value) ? value.toFixed(digits) : '–';
  const load = os.loadavg().map((value) => value.toFixed(1));
  const lines = [
    '# Bench of the probe',
    '',
    'Forward + backward + update, batches of 32, Adam. Steps of all engines and of Keras (`train_on_batch`, compiled) were made in turns;',
    '"start" counts from the start of the process, Python source read, to the first gradient and to 20 measured steps (Keras: plain steps).',
    '',
    `${os.cpus().length} cores (${os.cpus()[0]?.model.trim() ?? 'unknown'}), load ${load.join(', ')} over 1, 5 and 15 minutes at the end, Node ${process.version}.`,
    '',
    '| net | engine | lowest ms | median ms | × Keras (lowest) | × Keras (median) | first gradient s | 20 measured steps s | peak MB |',
    '|---|---|---|---|---|---|---|---|---|',
  ];
  for (const row of rows) {
    const keras = rows.find(({ net, who }) => net === row.net && who === 'keras');
    const { start } = row;
    lines.push(
      `| ${row.net} ${nets[row.net]?.title ?? ''} | ${row.who} | ${number(row.lowest)} | ${number(row.median)} | ` +
        `${number(row.lowest / (keras?.lowest ?? NaN), 2)} | ${number(row.median / (keras?.median ?? NaN), 2)} | ` +
        `${number((start?.first ?? NaN) / 1000, 2)} | ${number((start?.all ?? NaN) / 1000, 2)} | ${number(Math.max(row.peak, start?.peak ?? 0), 0)} |`,
    );
  }
  if (importing !== null) {
    lines.push('', `\`import keras\` alone: ${number(importing / 1000, 2)} s (lowest of 3).`);
  }
  return `${lines.join('\n')}\n`;
}

void main();
