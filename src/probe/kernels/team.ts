import os from 'node:os';
import { Worker } from 'node:worker_threads';
import { cell, type HelperData, mostArguments } from './helperCells';
import type { KernelExports } from './kernelExports';

/** Multiply-adds below which telling the other thread costs more than it saves. */
const leastWork = 3e6;
/** How often to look whether the other thread is done before going to sleep. */
const looks = 20_000;

/** From (included) and to (excluded). */
export type Range = readonly [number, number];

/** Calls kernels: large operations in two parts, the second by another thread where one may be used. The parts write to different places. */
export class Team {
  private allowed = 1;
  private helper: Helper | null | undefined;

  constructor(
    private readonly own: KernelExports,
    /** Starts the second thread; null where it cannot be. */
    private readonly start: () => Helper | null,
  ) {}

  get threads(): number {
    return this.allowed > 1 && this.helper?.ready === true ? 2 : 1;
  }

  /** How many threads may work from now on. Resolves when they are ready to; until then one does the work. */
  async allow(threads: number): Promise<void> {
    this.allowed = Math.min(2, threads, os.availableParallelism());
    if (this.allowed > 1) {
      this.helper = this.helper === undefined ? this.start() : this.helper;
      await this.helper?.started;
    }
  }

  /** 0 … count as one range, or as two where `work` (multiply-adds) is worth it; the second starts at a multiple of `unit`. */
  split(count: number, unit: number, work: number): readonly Range[] {
    const half = Math.ceil(count / 2 / unit) * unit;
    return work < leastWork || half >= count || this.threads < 2
      ? [[0, count]]
      : [
          [0, half],
          [half, count],
        ];
  }

  /** Runs a kernel once for each range, side by side; returns when all are done. */
  run<Name extends keyof KernelExports>(
    name: Name,
    ranges: readonly Range[],
    argumentsOf: (range: Range, part: number) => Parameters<KernelExports[Name]>,
  ): void {
    const kernel: (...args: number[]) => unknown = this.own[name];
    const [first, second] = ranges;
    const others = second === undefined ? null : argumentsOf(second, 1);
    if (others !== null) {
      this.helper?.post(name, others);
    }
    if (first !== undefined) {
      kernel(...argumentsOf(first, 0));
    }
    if (others !== null && this.helper?.finish() !== true) {
      kernel(...others);
    }
  }
}

/** The second thread, seen from the first. */
export class Helper {
  /** Settles when the thread runs, or will not. */
  readonly started: Promise<void>;
  private readonly cells: Int32Array;
  private readonly args: Float64Array;
  private readonly places: ReadonlyMap<string, number>;
  private posted = 0;
  private ended = false;

  private constructor(worker: Worker, { module, shared }: HelperData) {
    this.cells = new Int32Array(shared, 0, cell.count);
    this.args = new Float64Array(shared, 4 * cell.count, mostArguments);
    this.places = new Map(WebAssembly.Module.exports(module).map(({ name }, i) => [name, i]));
    this.started = new Promise((resolve) => {
      worker.once('message', () => {
        // from now on it must not keep the process alive
        worker.unref();
        resolve();
      });
      for (const event of ['error', 'exit'] as const) {
        worker.once(event, () => {
          this.ended = true;
          resolve();
        });
      }
    });
  }

  /** Null where threads, or memory that they share, cannot be had. */
  static start(script: string, module: WebAssembly.Module, memory: WebAssembly.Memory): Helper | null {
    if (!(memory.buffer instanceof SharedArrayBuffer)) {
      return null;
    }
    try {
      const shared = new SharedArrayBuffer(4 * cell.count + 8 * mostArguments);
      const data: HelperData = { module, memory, shared };
      return new Helper(new Worker(script, { workerData: data, env: {}, execArgv: [] }), data);
    } catch {
      return null;
    }
  }

  get ready(): boolean {
    return !this.ended && Atomics.load(this.cells, cell.ready) === 1;
  }

  post(name: string, args: readonly number[]): void {
    const { cells } = this;
    this.args.set(args);
    cells[cell.kernel] = this.places.get(name) ?? 0;
    cells[cell.arguments] = args.length;
    this.posted = (this.posted + 1) | 0;
    Atomics.store(cells, cell.posted, this.posted);
    if (Atomics.load(cells, cell.asleep) === 1) {
      Atomics.notify(cells, cell.posted);
    }
  }

  /** Waits for what was posted; false where the thread has not begun it and now never will. */
  finish(): boolean {
    const { cells, posted } = this;
    const before = (posted - 1) | 0;
    if (Atomics.compareExchange(cells, cell.taken, before, posted) === before) {
      return false;
    }
    for (let look = 0; ; look++) {
      const done = Atomics.load(cells, cell.done);
      if (done === posted) {
        break;
      }
      if (look > looks) {
        Atomics.wait(cells, cell.done, done);
      }
    }
    if (Atomics.load(cells, cell.failed) === 1) {
      throw new Error('The second thread of the probe failed in a kernel.');
    }
    return true;
  }
}
