import assert from 'node:assert/strict';
import { CancelledError } from '../../../src/shared/rpc';
import { WorkClock } from '../../../src/shared/workClock';

describe('work clock', () => {
  /** A clock that is put forward by hand. */
  function made(): { readonly clock: WorkClock; readonly pass: (ms: number) => void } {
    let time = 1000;
    return { clock: new WorkClock(() => time), pass: (ms) => void (time += ms) };
  }

  it('goes on as any clock where nobody asks for a rest', () => {
    const { clock, pass } = made();
    const began = clock.now();
    pass(250);
    assert.equal(clock.now() - began, 250);
    assert.equal(clock.left, 0);
  });

  it('stands still while the work rests, and goes on by itself', () => {
    const { clock, pass } = made();
    const began = clock.now();
    pass(10);
    clock.restFor(300);
    pass(200);
    assert.equal(clock.now() - began, 10);
    assert.equal(clock.left, 100);
    pass(200);
    assert.equal(clock.now() - began, 110);
    assert.equal(clock.left, 0);
  });

  it('rests until the last who asked is content, and counts time that two asked for once', () => {
    const { clock, pass } = made();
    const began = clock.now();
    clock.restFor(300);
    pass(100);
    clock.restFor(300);
    clock.restFor(50);
    assert.equal(clock.left, 300);
    pass(300);
    assert.equal(clock.now() - began, 0);
    pass(40);
    clock.restFor(20);
    pass(30);
    assert.equal(clock.now() - began, 50);
  });

  it('wakes whoever waits when the rest is over, which may have become longer meanwhile', async () => {
    const clock = new WorkClock();
    await clock.awake();
    clock.restFor(30);
    const began = performance.now();
    setTimeout(() => clock.restFor(60), 10);
    await clock.awake();
    assert.ok(performance.now() - began >= 65, `${performance.now() - began} ms`);
    assert.equal(clock.left, 0);
  });

  it('lets go of whoever waits at once when that is cancelled', async () => {
    const clock = new WorkClock();
    clock.restFor(60_000);
    const controller = new AbortController();
    const began = performance.now();
    const waiting = clock.awake(controller.signal);
    controller.abort();
    await assert.rejects(waiting, CancelledError);
    await assert.rejects(clock.awake(controller.signal), CancelledError);
    assert.ok(performance.now() - began < 1000);
  });
});
