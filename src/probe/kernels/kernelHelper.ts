import { parentPort, workerData } from 'node:worker_threads';
import { cell, mostArguments, type HelperData } from './helperCells';

type Kernel = (...args: number[]) => unknown;

/** How often to look for the next call before going to sleep: what lies between two operations. */
const looks = 20_000;

/** The second thread: the same kernels on the same memory, one call after the other as the cells say. */
function serve({ module, memory, shared }: HelperData): void {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = Object.values(exports) as Kernel[];
  const cells = new Int32Array(shared, 0, cell.count);
  const args = new Float64Array(shared, 4 * cell.count, mostArguments);
  let seen = 0;
  Atomics.store(cells, cell.ready, 1);
  parentPort?.postMessage('ready');
  for (;;) {
    // 1. Wait for a call.
    let posted = Atomics.load(cells, cell.posted);
    for (let look = 0; posted === seen; look++) {
      if (look > looks) {
        Atomics.store(cells, cell.asleep, 1);
        Atomics.wait(cells, cell.posted, seen);
        Atomics.store(cells, cell.asleep, 0);
      }
      posted = Atomics.load(cells, cell.posted);
    }
    seen = posted;
    // 2. Take it, where the first thread has not; its arguments stand still until it is done.
    const before = (posted - 1) | 0;
    if (Atomics.compareExchange(cells, cell.taken, before, posted) !== before) {
      continue;
    }
    const kernel = kernels[cells[cell.kernel] ?? 0] as Kernel;
    try {
      kernel(...args.subarray(0, cells[cell.arguments]));
    } catch {
      Atomics.store(cells, cell.failed, 1);
    }
    Atomics.store(cells, cell.done, posted);
    Atomics.notify(cells, cell.done);
  }
}

serve(workerData as HelperData);
