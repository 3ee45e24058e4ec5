import { HumanError } from '../core/humanError';

/** One end of any transport: a child process, a webview, a pair of arrays in a test. */
export interface Endpoint {
  post(message: unknown): void;
  /** Returns what stops listening. */
  onMessage(listener: (message: unknown) => void): () => void;
}

/** An interface of methods is the contract of a channel: `interface ProbeMethods { run(request: Request): Result }`. */
type Method<T, K extends keyof T> = T[K] extends (...args: infer A) => infer R
  ? { args: A; result: Awaited<R> }
  : never;
type Arguments<T, K extends keyof T> = Method<T, K>['args'];
type Result<T, K extends keyof T> = Method<T, K>['result'];

/** What the answering side offers: every method of the contract, with the call's context behind its arguments. */
export type Handlers<T, Progress = never> = {
  readonly [K in keyof T]: (
    context: CallContext<Progress>,
    ...args: Arguments<T, K> extends unknown[] ? Arguments<T, K> : never
  ) => Result<T, K> | Promise<Result<T, K>>;
};

export interface CallContext<Progress> {
  /** Aborted when the caller cancels, times out or goes away. */
  readonly signal: AbortSignal;
  readonly progress: (value: Progress) => void;
}

export interface CallOptions<Progress> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((value: Progress) => void) | undefined;
  readonly timeoutMs?: number | undefined;
  /** What the time-out is counted by, in milliseconds; absent: the time of day. */
  readonly clock?: (() => number) | undefined;
}

/** From the asking to the answering side. */
type ToServer =
  | {
      readonly rpc: 'request';
      readonly id: number;
      readonly method: string;
      readonly args: readonly unknown[];
    }
  | { readonly rpc: 'cancel'; readonly id: number };

/** From the answering to the asking side: any number of `progress`, then exactly one of the others. */
type ToClient =
  | { readonly rpc: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly rpc: 'ok'; readonly id: number; readonly value: unknown }
  | { readonly rpc: 'error'; readonly id: number; readonly message: string; readonly human: boolean }
  | { readonly rpc: 'cancelled'; readonly id: number };

/** The caller gave up, or asked to. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor(message = 'The request was cancelled.') {
    super(message);
  }
}

/** No answer came within the time allowed. */
export class TimeoutError extends HumanError {
  override readonly name = 'TimeoutError';
}

function isMessage(message: unknown): message is { readonly rpc: string; readonly id: number } {
  const candidate = message as { rpc?: unknown; id?: unknown } | null;
  return (
    typeof candidate === 'object' && typeof candidate?.rpc === 'string' && Number.isInteger(candidate.id)
  );
}

function isToServer(message: unknown): message is ToServer {
  if (!isMessage(message)) {
    return false;
  }
  const { rpc, method, args } = message as { rpc: string; method?: unknown; args?: unknown };
  return rpc === 'cancel' || (rpc === 'request' && typeof method === 'string' && Array.isArray(args));
}

function isToClient(message: unknown): message is ToClient {
  if (!isMessage(message)) {
    return false;
  }
  return (
    ['progress', 'ok', 'cancelled'].includes(message.rpc) ||
    (message.rpc === 'error' && typeof (message as { message?: unknown }).message === 'string')
  );
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((value: unknown) => void) | undefined;
}

/** The asking side of a channel. Every call settles: with the answer, its error, cancellation, time-out, or `dispose`. */
export class RpcClient<T, Progress = never> {
  private readonly pending = new Map</* id */ number, Pending>();
  private readonly stopListening: () => void;
  private nextId = 1;
  private closed: Error | null = null;

  constructor(private readonly endpoint: Endpoint) {
    this.stopListening = endpoint.onMessage((message) => {
      if (isToClient(message)) {
        this.receive(message);
      }
    });
  }

  /** Number of calls that wait for an answer. */
  get busy(): number {
    return this.pending.size;
  }

  call<K extends keyof T & string>(
    method: K,
    args: Arguments<T, K>,
    options: CallOptions<Progress> = {},
  ): Promise<Result<T, K>> {
    const { signal, onProgress, timeoutMs, clock = () => performance.now() } = options;
    if (this.closed !== null) {
      return Promise.reject(this.closed);
    }
    if (signal?.aborted === true) {
      return Promise.reject(new CancelledError());
    }
    const id = this.nextId++;
    return new Promise<Result<T, K>>((resolve, reject) => {
      let timer: ReturnType<typeof setTimeout> | undefined;
      const giveUp = (error: Error) => {
        this.endpointPost({ rpc: 'cancel', id });
        this.settle(id)?.reject(error);
      };
      const abort = () => giveUp(new CancelledError());
      const clean = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
      };
      this.pending.set(id, {
        resolve: (value) => {
          clean();
          resolve(value);
        },
        reject: (error) => {
          clean();
          reject(error);
        },
        onProgress: onProgress as ((value: unknown) => void) | undefined,
      });
      signal?.addEventListener('abort', abort, { once: true });
      if (timeoutMs !== undefined) {
        const end = clock() + timeoutMs;
        const wait = (ms: number): void => {
          timer = setTimeout(() => {
            const left = end - clock();
            if (left >= 1) {
              wait(left); // the clock stood still for a while
              return;
            }
            giveUp(new TimeoutError(`No answer to "${method}" after ${timeoutMs / 1000} s. It was stopped.`));
          }, ms);
        };
        wait(timeoutMs);
      }
      try {
        this.endpoint.post({
          rpc: 'request',
          id,
          method,
          args: args,
        } satisfies ToServer);
      } catch (error) {
        this.settle(id)?.reject(toError(error));
      }
    });
  }

  /** Rejects whatever is pending and every later call with this reason. */
  dispose(reason: Error = new CancelledError('The connection was closed.')): void {
    if (this.closed !== null) {
      return;
    }
    this.closed = reason;
    this.stopListening();
    for (const id of [...this.pending.keys()]) {
      this.settle(id)?.reject(reason);
    }
  }

  private receive(message: ToClient): void {
    switch (message.rpc) {
      case 'progress':
        this.pending.get(message.id)?.onProgress?.(message.value);
        break;
      case 'ok':
        this.settle(message.id)?.resolve(message.value);
        break;
      case 'error':
        this.settle(message.id)?.reject(
          message.human ? new HumanError(message.message) : new Error(message.message),
        );
        break;
      case 'cancelled':
        this.settle(message.id)?.reject(new CancelledError());
        break;
    }
  }

  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    return pending;
  }

  private endpointPost(message: ToServer): void {
    try {
      this.endpoint.post(message);
    } catch {
      // the other side is gone: the call is rejected by whoever notices, and there is nothing left to cancel
    }
  }
}

/** The answering side of a channel: answers every request once. Returns what stops it, which aborts running handlers. */
export function serveRpc<T, Progress = never>(
  endpoint: Endpoint,
  handlers: Handlers<T, Progress>,
): () => void {
  const running = new Map</* id */ number, AbortController>();
  const table = new Map<string, (context: CallContext<Progress>, ...args: unknown[]) => unknown>(
    Object.entries(handlers) as [string, (context: CallContext<Progress>, ...args: unknown[]) => unknown][],
  );

  const answer = async (id: number, method: string, args: readonly unknown[]): Promise<ToClient> => {
    const handler = table.get(method);
    if (handler === undefined) {
      return { rpc: 'error', id, message: `Unknown request "${method}".`, human: false };
    }
    const controller = new AbortController();
    running.set(id, controller);
    const progress = (value: Progress) => {
      if (!controller.signal.aborted && running.has(id)) {
        endpoint.post({ rpc: 'progress', id, value } satisfies ToClient);
      }
    };
    try {
      const value = await handler({ signal: controller.signal, progress }, ...args);
      return controller.signal.aborted ? { rpc: 'cancelled', id } : { rpc: 'ok', id, value };
    } catch (error) {
      if (controller.signal.aborted || error instanceof CancelledError) {
        return { rpc: 'cancelled', id };
      }
      const human = error instanceof HumanError;
      const { message, stack } = toError(error);
      return { rpc: 'error', id, message: human ? message : (stack ?? message), human };
    } finally {
      running.delete(id);
    }
  };

  const stopListening = endpoint.onMessage((message) => {
    if (!isToServer(message)) {
      return;
    }
    if (message.rpc === 'cancel') {
      running.get(message.id)?.abort();
      return;
    }
    void answer(message.id, message.method, message.args).then((reply) => {
      try {
        endpoint.post(reply);
      } catch (error) {
        // an answer that cannot be cloned is an error of its own
        endpoint.post({
          rpc: 'error',
          id: message.id,
          message: toError(error).message,
          human: false,
        } satisfies ToClient);
      }
    });
  });
  return () => {
    stopListening();
    for (const controller of running.values()) {
      controller.abort();
    }
  };
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
