import assert from 'node:assert/strict';
import { HumanError } from '../../../src/core/humanError';
import { CancelledError, type Endpoint, RpcClient, serveRpc, TimeoutError } from '../../../src/shared/rpc';
import { WorkClock } from '../../../src/shared/workClock';

interface Methods {
  add(a: number, b: number): number;
  fail(kind: 'human' | 'plain'): void;
  forever(): void;
  count(to: number): string;
}

/** Two ends joined by a queue; what is posted arrives later, cloned. */
function channel(): { near: Endpoint; far: Endpoint; log: unknown[] } {
  const log: unknown[] = [];
  const end = (): {
    endpoint: (other: () => Set<(m: unknown) => void>) => Endpoint;
    listeners: Set<(m: unknown) => void>;
  } => {
    const listeners = new Set<(m: unknown) => void>();
    return {
      listeners,
      endpoint: (other) => ({
        post: (message) => {
          const copy = structuredClone(message);
          log.push(copy);
          queueMicrotask(() => other().forEach((listener) => listener(copy)));
        },
        onMessage: (listener) => {
          listeners.add(listener);
          return () => listeners.delete(listener);
        },
      }),
    };
  };
  const a = end();
  const b = end();
  return { near: a.endpoint(() => b.listeners), far: b.endpoint(() => a.listeners), log };
}

function start() {
  const { near, far, log } = channel();
  const aborted: string[] = [];
  const stop = serveRpc<Methods, number>(far, {
    add: (_context, a, b) => a + b,
    fail: (_context, kind) => {
      throw kind === 'human' ? new HumanError('Save the file first.') : new TypeError('broken');
    },
    forever: ({ signal }) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted.push('forever');
          reject(new CancelledError());
        });
      }),
    count: ({ progress }, to) => {
      for (let i = 1; i <= to; i++) {
        progress(i);
      }
      return 'done';
    },
  });
  return { client: new RpcClient<Methods, number>(near), near, far, log, aborted, stop };
}

describe('rpc', () => {
  it('answers a request', async () => {
    const { client } = start();
    assert.equal(await client.call('add', [2, 3]), 5);
    assert.equal(client.busy, 0);
  });

  it('keeps answers apart that arrive in another order', async () => {
    const { client } = start();
    const slow = client.call('count', [3]);
    const quick = client.call('add', [1, 1]);
    assert.deepEqual(await Promise.all([slow, quick]), ['done', 2]);
  });

  it('carries text for people as it is', async () => {
    const { client } = start();
    await assert.rejects(client.call('fail', ['human']), (error) => {
      assert.ok(error instanceof HumanError);
      assert.equal(error.message, 'Save the file first.');
      return true;
    });
  });

  it('carries other errors with their stack', async () => {
    const { client } = start();
    await assert.rejects(client.call('fail', ['plain']), (error: Error) => {
      assert.ok(!(error instanceof HumanError));
      assert.match(error.message, /TypeError: broken\n\s+at /);
      return true;
    });
  });

  it('streams progress before the answer', async () => {
    const { client } = start();
    const seen: number[] = [];
    await client.call('count', [3], { onProgress: (n) => seen.push(n) });
    assert.deepEqual(seen, [1, 2, 3]);
  });

  it('answers an unknown method with an error', async () => {
    const { near } = start();
    const client = new RpcClient<{ nothing(): void }>(near);
    await assert.rejects(client.call('nothing', []), /Unknown request "nothing"/);
  });

  it('ignores messages that are none of its own', async () => {
    const { client, near, far } = start();
    for (const message of [
      null,
      7,
      'text',
      {},
      { rpc: 'ok' },
      { rpc: 'request', id: 1 },
      { rpc: 'error', id: 99 },
    ]) {
      near.post(message);
      far.post(message);
    }
    assert.equal(await client.call('add', [1, 2]), 3);
  });

  it('cancels: the caller at once, the handler by its signal', async () => {
    const { client, aborted } = start();
    const controller = new AbortController();
    const call = client.call('forever', [], { signal: controller.signal });
    controller.abort();
    await assert.rejects(call, CancelledError);
    await new Promise(setImmediate);
    assert.deepEqual(aborted, ['forever']);
  });

  it('posts nothing for a signal that is aborted already', async () => {
    const { client, log } = start();
    await assert.rejects(client.call('add', [1, 2], { signal: AbortSignal.abort() }), CancelledError);
    assert.deepEqual(log, []);
  });

  it('gives up after the time allowed, and says so to the other side', async () => {
    const { client, aborted } = start();
    await assert.rejects(client.call('forever', [], { timeoutMs: 5 }), TimeoutError);
    await new Promise(setImmediate);
    assert.deepEqual(aborted, ['forever']);
  });

  it('does not count time in which its clock stood still', async () => {
    const { client, aborted } = start();
    const clock = new WorkClock();
    const began = performance.now();
    const call = client.call('forever', [], { timeoutMs: 20, clock: () => clock.now() });
    clock.restFor(100);
    await assert.rejects(call, TimeoutError);
    assert.ok(performance.now() - began >= 115, `${performance.now() - began} ms`);
    await new Promise(setImmediate);
    assert.deepEqual(aborted, ['forever']);
  });

  it('rejects what is in flight when it is closed, and everything after', async () => {
    const { client } = start();
    const call = client.call('forever', []);
    client.dispose(new HumanError('The process ended.'));
    await assert.rejects(call, /The process ended/);
    await assert.rejects(client.call('add', [1, 2]), /The process ended/);
    assert.equal(client.busy, 0);
  });

  it('rejects when the message cannot be sent', async () => {
    const client = new RpcClient<Methods>({
      post: () => {
        throw new Error('channel closed');
      },
      onMessage: () => () => undefined,
    });
    await assert.rejects(client.call('add', [1, 2]), /channel closed/);
  });

  it('aborts running handlers when the server stops', async () => {
    const { client, aborted, stop } = start();
    const call = client.call('forever', []);
    await new Promise(setImmediate);
    stop();
    await assert.rejects(call, CancelledError);
    assert.deepEqual(aborted, ['forever']);
  });
});
