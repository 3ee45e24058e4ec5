import { Worker } from 'node:worker_threads';
import { HumanError } from '../core/humanError';
import type { AnalysisMethods, AnalyzeUpdate } from '../shared/analysisProtocol';
import { CancelledError, RpcClient, type CallOptions } from '../shared/rpc';

type Call = RpcClient<AnalysisMethods, AnalyzeUpdate>['call'];

/**
 * A thread that reads and analyzes beside the extension host: reading two thousand lines takes longer than the host may stand still.
 * Started by the first call, stopped after a while without one.
 */
export class AnalysisThread {
  private running: {
    readonly worker: Worker;
    readonly rpc: RpcClient<AnalysisMethods, AnalyzeUpdate>;
  } | null = null;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;

  constructor(
    /** The bundled thread: dist/analysis.js. */
    private readonly modulePath: string,
    private readonly log: (line: string) => void,
    /** Whether somebody types meanwhile: the processor is the thread's when nobody else wants it. */
    private readonly background = false,
    private readonly idleMs = 120_000,
  ) {}

  readonly call: Call = async (method, args, options: CallOptions<AnalyzeUpdate> = {}) => {
    if (this.disposed) {
      throw new CancelledError();
    }
    clearTimeout(this.idle);
    const { rpc } = (this.running ??= this.start());
    try {
      return await rpc.call(method, args, options);
    } finally {
      if (rpc.busy === 0) {
        clearTimeout(this.idle);
        this.idle = setTimeout(() => void this.stop(), this.idleMs);
      }
    }
  };

  /** Lets what is measured rest for so many milliseconds. */
  restFor(ms: number): void {
    if (this.running !== null && this.running.rpc.busy > 0) {
      // a thread that ended meanwhile rests for good
      this.running.rpc.call('restFor', [ms]).catch(() => undefined);
    }
  }

  /** Ends the thread and the processes that it started. */
  async stop(): Promise<void> {
    clearTimeout(this.idle);
    const running = this.running;
    this.running = null;
    if (running) {
      await running.rpc.call('stop', [], { timeoutMs: 1000 }).catch(() => undefined);
      running.rpc.dispose();
      await running.worker.terminate();
    }
  }

  dispose(): void {
    this.disposed = true;
    void this.stop();
  }

  private start(): { worker: Worker; rpc: RpcClient<AnalysisMethods, AnalyzeUpdate> } {
    // flags of the host (debuggers, loaders) must not reach the thread
    const worker = new Worker(this.modulePath, { execArgv: [], workerData: { background: this.background } });
    worker.on('message', (message: unknown) => {
      const { log } = message as { log?: unknown };
      if (typeof log === 'string') {
        this.log(log);
      }
    });
    const rpc = new RpcClient<AnalysisMethods, AnalyzeUpdate>({
      post: (message) => worker.postMessage(message),
      onMessage: (listener) => {
        worker.on('message', listener);
        return () => worker.off('message', listener);
      },
    });
    const gone = (why: string): void => {
      if (this.running?.worker === worker) {
        this.running = null;
      }
      rpc.dispose(
        new HumanError(`The analysis ended unexpectedly${why}. Try again; the log has the details.`),
      );
    };
    worker.on('error', (error) => {
      this.log(error.stack ?? error.message);
      gone(`: ${error.message}`);
    });
    worker.on('exit', () => gone(''));
    return { worker, rpc };
  }
}
