import { fork, type ChildProcess } from 'node:child_process';
import os from 'node:os';
import type { Measurement } from '../../core/model/measurement';
import { HumanError } from '../../core/humanError';
import type { ProbeMethods, ProbeProgress, ProbeRequest } from '../probeProtocol';
import { CancelledError, RpcClient, TimeoutError, type CallOptions } from '../rpc';
import type { WorkClock } from '../workClock';

export interface ChildProbeOptions {
  /** The bundled child: dist/probe.js. */
  readonly modulePath: string;
  /** Lines that the child writes to stdout and stderr. */
  readonly log?: ((line: string) => void) | undefined;
  /** The child is stopped after this long without work. */
  readonly idleMs?: number | undefined;
  /** Grace beyond a request's own time budget before the child is killed. */
  readonly graceMs?: number | undefined;
  /** Whether somebody types beside it: the processor is the child's when nobody else wants it. */
  readonly background?: boolean | undefined;
  /** Counts the time of requests: it stands still where they rest. */
  readonly clock?: WorkClock | undefined;
}

/**
 * Tensors are no garbage of V8's: its helper threads only take processor time from the probe beside this one (5 % of an analysis on two cores). Left
 * alone in Electron, whose flags are its own.
 */
const engineFlags = process.versions['electron'] === undefined ? ['--single-threaded-gc'] : [];

/**
 * One probe process: started by the first request, kept warm, stopped when idle. Tensors live outside the JavaScript heap, so only a
 * process can be bounded and killed; whatever happens to it, the request in flight is answered.
 */
export class ChildProbe {
  private running: {
    readonly child: ChildProcess;
    readonly rpc: RpcClient<ProbeMethods, ProbeProgress>;
  } | null = null;
  private idleTimer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;

  constructor(private readonly options: ChildProbeOptions) {}

  get busy(): boolean {
    return this.running !== null && this.running.rpc.busy > 0;
  }

  get started(): boolean {
    return this.running !== null;
  }

  async run(
    request: ProbeRequest,
    options: Omit<CallOptions<ProbeProgress>, 'timeoutMs'> = {},
  ): Promise<Measurement> {
    const timeoutMs = request.budget.timeMs + (this.options.graceMs ?? 20_000);
    let latest: Measurement | null = null;
    const onProgress = (progress: ProbeProgress): void => {
      latest = progress.partial ?? latest;
      options.onProgress?.(progress);
    };
    try {
      const { clock: own } = this.options;
      const clock = own && (() => own.now());
      return await this.guarded((rpc) =>
        rpc.call('run', [request], { ...options, onProgress, timeoutMs, clock }),
      );
    } catch (error) {
      if (error instanceof TimeoutError) {
        return measuredSoFar(latest, timeoutMs);
      }
      throw error;
    }
  }

  async fitsEasily(request: ProbeRequest): Promise<boolean> {
    const timeoutMs = this.options.graceMs ?? 20_000;
    return this.guarded((rpc) => rpc.call('fitsEasily', [request], { timeoutMs }));
  }

  /** Starts the process and its engine; what goes wrong is told by the first request. */
  async prepare(engine: ProbeRequest['engine'], nativePath: string | null): Promise<void> {
    const timeoutMs = this.options.graceMs ?? 20_000;
    await this.guarded((rpc) => rpc.call('prepare', [engine, nativePath], { timeoutMs })).catch(
      () => undefined,
    );
  }

  async engines(): Promise<ReturnType<ProbeMethods['engines']>> {
    return this.guarded((rpc) => rpc.call('engines', [], { timeoutMs: this.options.graceMs ?? 20_000 }));
  }

  /** Lets what is measured rest for so many milliseconds; where nothing is, there is nothing to tell. */
  restFor(ms: number): void {
    if (this.busy) {
      // a process that ended meanwhile rests for good
      this.running?.rpc.call('restFor', [ms]).catch(() => undefined);
    }
  }

  /** Kills the process; what is in flight is rejected. */
  stop(reason: Error = new CancelledError('The probe was stopped.')): void {
    clearTimeout(this.idleTimer);
    const running = this.running;
    this.running = null;
    running?.rpc.dispose(reason);
    running?.child.kill('SIGKILL');
  }

  dispose(): void {
    this.disposed = true;
    this.stop();
  }

  private async guarded<R>(use: (rpc: RpcClient<ProbeMethods, ProbeProgress>) => Promise<R>): Promise<R> {
    if (this.disposed) {
      throw new CancelledError('The probe was closed.');
    }
    clearTimeout(this.idleTimer);
    try {
      return await use((this.running ??= this.start()).rpc);
    } catch (error) {
      if (
        error instanceof CancelledError ||
        error instanceof TimeoutError ||
        !(error instanceof HumanError)
      ) {
        // a step cannot be interrupted: killing is the only cancellation that frees the processor at once; and after a failure that
        // nobody foresaw the process is not to be trusted
        this.stop();
      }
      throw error;
    } finally {
      this.idleTimer = setTimeout(() => this.stop(), this.options.idleMs ?? 60_000);
      this.idleTimer.unref();
    }
  }

  private start(): { child: ChildProcess; rpc: RpcClient<ProbeMethods, ProbeProgress> } {
    // NODE_OPTIONS of the host (debuggers, loaders) must not reach the child
    const { NODE_OPTIONS: _, ...env } = process.env;
    const child = fork(this.options.modulePath, [], {
      serialization: 'advanced',
      execArgv: engineFlags,
      env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    if (this.options.background && child.pid !== undefined) {
      giveWay(child.pid);
    }
    let lastLine = '';
    const log = (chunk: Buffer) => {
      for (const line of chunk.toString().split('\n').filter(Boolean)) {
        lastLine = line;
        this.options.log?.(line);
      }
    };
    child.stdout?.on('data', log);
    child.stderr?.on('data', log);
    const rpc = new RpcClient<ProbeMethods, ProbeProgress>({
      post: (message) => void child.send(message as object),
      onMessage: (listener) => {
        child.on('message', listener);
        return () => child.off('message', listener);
      },
    });
    const gone = (what: string) => {
      if (this.running?.child === child) {
        this.running = null;
      }
      rpc.dispose(
        new HumanError(
          `The probe process ${what}${lastLine === '' ? '' : ` (${lastLine.trim().slice(0, 200)})`}. ` +
            'Try again with a smaller batch size or fewer steps; the log has the details.',
        ),
      );
    };
    child.on('error', (error) => gone(`could not be started: ${error.message}`));
    child.on('exit', (code, signal) =>
      gone(
        signal === null
          ? `ended with exit code ${code}`
          : `was ended by ${signal}, perhaps for want of memory`,
      ),
    );
    // a warm child must not keep the host alive once everything else is done
    child.unref();
    child.channel?.unref();
    return { child, rpc: this.keepAlive(child, rpc) };
  }

  /** While a call is in flight the channel holds the host's event loop open. */
  private keepAlive(
    child: ChildProcess,
    rpc: RpcClient<ProbeMethods, ProbeProgress>,
  ): RpcClient<ProbeMethods, ProbeProgress> {
    const call = rpc.call.bind(rpc);
    rpc.call = async (method, args, options) => {
      child.ref();
      child.channel?.ref();
      try {
        return await call(method, args, options);
      } finally {
        if (rpc.busy === 0) {
          child.unref();
          child.channel?.unref();
        }
      }
    };
    return rpc;
  }
}

/** Lowers a process' priority, before it starts threads of its own: they inherit it. */
function giveWay(pid: number): void {
  try {
    os.setPriority(pid, os.constants.priority.PRIORITY_LOW);
  } catch {
    // it is gone already, or the system does not allow it: it runs as any other
  }
}

/** What arrived before a probe was stopped; where nothing did, an error that says what to do. */
function measuredSoFar(latest: Measurement | null, timeoutMs: number): Measurement {
  const seconds = timeoutMs / 1000;
  if (latest === null) {
    throw new HumanError(
      `Not one training step of this model ended within ${seconds} s on this machine. Allow more time, or make the input or the batch smaller.`,
    );
  }
  const text = `The probe was stopped after ${seconds} s; what it had measured by step ${latest.measuredSteps.at(-1) ?? 0} is shown.`;
  return { ...latest, scaledDown: [...latest.scaledDown, { id: 'time', text }] };
}
