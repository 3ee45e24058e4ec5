import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HumanError } from '../../../src/core/humanError';
import { ChildProbe } from '../../../src/shared/host/childProbe';
import { ProbePool } from '../../../src/shared/host/probePool';
import type { ProbeProgress, ProbeRequest } from '../../../src/shared/probeProtocol';
import { CancelledError } from '../../../src/shared/rpc';
import { WorkClock } from '../../../src/shared/workClock';
import { sequential } from '../../support/kerasModel';

const request = (timeMs = 5000): ProbeRequest => ({
  spec: sequential([2], [['Dense', { units: 1 }]]),
  measuredSteps: [0],
  seeds: [1],
  batchSize: 4,
  engine: 'wasm',
  weightsPath: null,
  dataPath: null,
  budget: { timeMs, memoryBytes: 1e9 },
});

describe('probe process', () => {
  let folder = '';
  const open: { dispose(): void }[] = [];

  before(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'probe test '));
  });
  afterEach(() => {
    for (const each of open.splice(0)) {
      each.dispose();
    }
  });
  after(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** A child that runs this code for every request `m`. */
  function child(onRequest: string, graceMs = 5000, background = false, clock?: WorkClock): ChildProbe {
    const modulePath = path.join(folder, `child ${Math.random()}.js`);
    fs.writeFileSync(
      modulePath,
      `process.on('message', (m) => { if (m.rpc === 'request') { ${onRequest} } });`,
    );
    const probe = new ChildProbe({ modulePath, graceMs, background, clock });
    open.push(probe);
    return probe;
  }

  /** Runs a request that is asked to rest while it runs. */
  async function rested(probe: ChildProbe, clock: WorkClock, ms: number): Promise<unknown> {
    const run = probe.run(request(300));
    clock.restFor(ms);
    probe.restFor(ms);
    return run;
  }

  it('gives way to whoever types, where it is told to', async () => {
    const ownPriority = `process.send({ rpc: 'ok', id: m.id, value: require('os').getPriority() });`;
    const priorities = [];
    for (const background of [false, true]) {
      priorities.push(await (child(ownPriority, 5000, background).run(request()) as Promise<unknown>));
    }
    assert.deepEqual(priorities, [os.getPriority(), os.constants.priority.PRIORITY_LOW]);
  });

  it('answers, streams progress and stays warm', async () => {
    const probe = child(`
      process.send({ rpc: 'progress', id: m.id, value: { seed: 1, step: 0, lastStep: 0, partial: null } });
      process.send({ rpc: 'ok', id: m.id, value: process.pid });`);
    const seen: ProbeProgress[] = [];
    const first: unknown = await probe.run(request(), { onProgress: (p) => seen.push(p) });
    const second: unknown = await probe.run(request());
    assert.equal(first, second);
    assert.equal(seen.length, 1);
    assert.ok(probe.started && !probe.busy);
  });

  it('says what happened when the process ends in the middle of a request, and starts again for the next', async () => {
    const probe = child(`
      if (m.args[0].seeds[0] === 1) { console.error('out of luck'); setTimeout(() => process.exit(3), 20); }
      else process.send({ rpc: 'ok', id: m.id, value: 'alive' });`);
    await assert.rejects(probe.run(request()), (error) => {
      assert.ok(error instanceof HumanError);
      assert.match(error.message, /ended with exit code 3 \(out of luck\)/);
      assert.match(error.message, /Try again/);
      return true;
    });
    const next: unknown = await probe.run({ ...request(), seeds: [2] });
    assert.equal(next, 'alive');
  });

  it('names the signal when the process is killed', async () => {
    const probe = child(`process.kill(process.pid, 'SIGKILL');`);
    await assert.rejects(probe.run(request()), /was ended by SIGKILL/);
  });

  it('kills a process that does not answer in time', async () => {
    const probe = child(`for (;;) {}`, 200);
    await assert.rejects(probe.run(request(100)), /Not one training step of this model ended within 0.3 s/);
    assert.ok(!probe.started);
  });

  it('gives what had been measured when the time is over', async () => {
    const partial = `{ measuredSteps: [0, 1], seeds: [], scaledDown: [] }`;
    const probe = child(
      `process.send({ rpc: 'progress', id: m.id, value: { seed: 1, step: 1, lastStep: 9, partial: ${partial} } }, () => { for (;;) {} });`,
      200,
    );
    const { measuredSteps, scaledDown } = await probe.run(request(100));
    assert.deepEqual(measuredSteps, [0, 1]);
    assert.deepEqual(
      scaledDown.map(({ id }) => id),
      ['time'],
    );
    assert.ok(!probe.started);
  });

  it('kills the process of a cancelled request', async () => {
    const probe = child(`for (;;) {}`);
    const controller = new AbortController();
    const run = probe.run(request(), { signal: controller.signal });
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(run, CancelledError);
    assert.ok(!probe.started);
  });

  it('does not count a rest as time that a request has taken, and hands it on', async () => {
    const clock = new WorkClock();
    const probe = child(
      `if (m.method === 'restFor') process.send({ rpc: 'ok', id: 1, value: m.args[0] });`,
      100,
      false,
      clock,
    );
    const told: unknown = await rested(probe, clock, 700);
    assert.equal(told, 700);
    const deaf = child('', 100, false, clock);
    const began = performance.now();
    await assert.rejects(rested(deaf, clock, 900), /Not one training step/);
    assert.ok(performance.now() - began > 900, `${performance.now() - began} ms`);
  });

  it('a pool that rests starts nothing, goes on afterwards, and can be cancelled meanwhile', async () => {
    const modulePath = path.join(folder, 'resting.js');
    fs.writeFileSync(
      modulePath,
      `process.on('message', (m) => { if (m.rpc === 'request') process.send({ rpc: 'ok', id: m.id, value: 'done' }); });`,
    );
    const pool = new ProbePool({ modulePath, size: 1 });
    open.push(pool);
    await pool.run(request());
    const began = performance.now();
    pool.restFor(400);
    const controller = new AbortController();
    const cancelled = pool.run(request(), { signal: controller.signal });
    let rests = true;
    const waiting: Promise<unknown> = pool.run(request()).finally(() => (rests = false));
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(cancelled, CancelledError);
    assert.ok(rests, 'a cancelled request waited for the rest to end');
    assert.equal(await waiting, 'done');
    assert.ok(performance.now() - began >= 395, `${performance.now() - began} ms`);
  });

  it('reports a module that cannot be started', async () => {
    const probe = new ChildProbe({ modulePath: path.join(folder, 'missing.js') });
    open.push(probe);
    await assert.rejects(probe.run(request()), HumanError);
  });

  it('a pool runs no more requests at once than it has processes, in order, and ends what waits when it is closed', async () => {
    const modulePath = path.join(folder, 'pool.js');
    fs.writeFileSync(
      modulePath,
      `process.on('message', (m) => { if (m.rpc === 'request') setTimeout(() => process.send({ rpc: 'ok', id: m.id, value: process.pid }), 30); });`,
    );
    const pool = new ProbePool({ modulePath, size: 1 });
    open.push(pool);
    const pids: unknown[] = await Promise.all([
      pool.run(request()),
      pool.run(request()),
      pool.run(request()),
    ]);
    assert.equal(new Set(pids).size, 1);
    const waiting = [pool.run(request()), pool.run(request())];
    pool.dispose();
    for (const run of waiting) {
      await assert.rejects(run, CancelledError);
    }
    await assert.rejects(pool.run(request()), CancelledError);
  });

  it('a waiting request can be cancelled without touching the running one', async () => {
    const modulePath = path.join(folder, 'pool.js');
    const pool = new ProbePool({ modulePath, size: 1 });
    open.push(pool);
    const controller = new AbortController();
    const running = pool.run(request());
    const waiting = pool.run(request(), { signal: controller.signal });
    controller.abort();
    await assert.rejects(waiting, CancelledError);
    await running;
  });
});
