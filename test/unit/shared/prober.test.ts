import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ProbeProgressUpdate } from '../../../src/core/probing';
import { createProber, type DisposableProber } from '../../../src/shared/host/prober';
import { sequential } from '../../support/kerasModel';

const settings = {
  measuredSteps: [0, 1],
  seeds: [1, 2, 3],
  batchSize: 4,
  engine: 'wasm',
  weightsPath: null,
  dataPath: null,
  budget: { timeMs: 5000, memoryBytes: 1e9 },
} as const;
const spec = sequential([2], [['Dense', { units: 1 }]]);

describe('prober', () => {
  let folder = '';
  const open: DisposableProber[] = [];
  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'prober test '));
  });
  after(() => {
    open.forEach((each) => each.dispose());
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** A prober over children that answer with the seeds they were given and their process; `last` is the step that a seed reaches. */
  function prober(easy: boolean, last = 'seed => 1'): DisposableProber {
    const modulePath = path.join(folder, `child ${Math.random()}.js`);
    fs.writeFileSync(
      modulePath,
      `const last = ${last};
      process.on('message', ({ rpc, id, method, args: [request] }) => {
        if (rpc !== 'request') return;
        if (method === 'fitsEasily') return process.send({ rpc: 'ok', id, value: ${easy} });
        const steps = [0, last(request.seeds[0])];
        const value = { measuredSteps: steps, scaledDown: steps[1] < 1 ? [{ id: 'time', text: 'cut' }] : [], seeds: request.seeds.map(seed => ({ seed, pid: process.pid })) };
        for (const seed of request.seeds) process.send({ rpc: 'progress', id, value: { seed, step: 1, lastStep: 1, partial: value } });
        setTimeout(() => process.send({ rpc: 'ok', id, value }), request.seeds.includes(1) ? 60 : 10);
      });`,
    );
    const made = createProber({ modulePath, size: 2 });
    open.push(made);
    return made;
  }

  const signal = new AbortController().signal;
  const processes = (seeds: readonly unknown[]): number =>
    new Set(seeds.map((seed) => (seed as { pid: number }).pid)).size;

  it('shares the seeds of a small model out, and gives them back in order', async function () {
    const side = prober(true);
    if (side.concurrency < 2) {
      this.skip();
    }
    const seen: ProbeProgressUpdate[] = [];
    const { seeds } = await side.run(spec, settings, { signal, onProgress: (p) => seen.push(p) });
    assert.deepEqual(
      seeds.map(({ seed }) => seed),
      [1, 2, 3],
    );
    assert.equal(processes(seeds), 2);
    assert.deepEqual([...new Set(seen.filter((p) => p.partial === null).map((p) => p.seed))], [2]);
  });

  it('keeps the seeds of a large model together', async () => {
    const { seeds } = await prober(false).run(spec, settings, { signal });
    assert.equal(seeds.length, 3);
    assert.equal(processes(seeds), 1);
  });

  it('leaves out seeds that were cut off, and says so', async function () {
    const side = prober(true, 'seed => seed === 2 ? 0 : 1');
    if (side.concurrency < 2) {
      this.skip();
    }
    const { seeds, scaledDown } = await side.run(spec, settings, { signal });
    assert.deepEqual(
      seeds.map(({ seed }) => seed),
      [1, 3],
    );
    assert.deepEqual(scaledDown, [{ id: 'time', text: 'cut' }]);
  });
});
