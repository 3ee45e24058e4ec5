import os from 'node:os';
import type { Measurement } from '../../core/model/measurement';
import type { ProbeMethods, ProbeProgress, ProbeRequest } from '../probeProtocol';
import { CancelledError, type CallOptions } from '../rpc';
import { WorkClock } from '../workClock';
import { ChildProbe, type ChildProbeOptions } from './childProbe';

export interface ProbePoolOptions extends ChildProbeOptions {
  /** Processes at most; at most one a core. */
  readonly size?: number | undefined;
}

type RunOptions = Omit<CallOptions<ProbeProgress>, 'timeoutMs'>;

interface Job {
  readonly start: (probe: ChildProbe, threads: number) => Promise<void>;
  readonly cancel: (error: Error) => void;
}

/**
 * A few probe processes, so that fixes are verified side by side. Requests wait in the order in which they came. A probe that starts while
 * nothing else runs or waits may use all cores, others one each: what is measured is the same.
 */
export class ProbePool {
  private readonly probes: readonly ChildProbe[];
  private readonly free: ChildProbe[];
  private readonly waiting: Job[] = [];
  private disposed = false;
  private readonly clock: WorkClock;

  constructor(options: ProbePoolOptions) {
    const { clock = new WorkClock() } = options;
    this.clock = clock;
    const size = Math.max(1, Math.min(options.size ?? Infinity, os.availableParallelism()));
    this.probes = Array.from({ length: size }, () => new ChildProbe({ ...options, clock }));
    this.free = [...this.probes];
  }

  get size(): number {
    return this.probes.length;
  }

  run(request: ProbeRequest, options: RunOptions = {}): Promise<Measurement> {
    return this.schedule((probe, threads) => probe.run({ threads, ...request }, options), options.signal);
  }

  fitsEasily(request: ProbeRequest, signal?: AbortSignal): Promise<boolean> {
    return this.schedule((probe) => probe.fitsEasily(request), signal);
  }

  /** Gets processes ready that are not started yet, until this many are. */
  warm(processes: number, engine: ProbeRequest['engine'], nativePath: string | null): void {
    const missing = processes - this.probes.filter((probe) => probe.started).length;
    for (const probe of this.free.filter(({ started }) => !started).slice(0, Math.max(0, missing))) {
      void probe.prepare(engine, nativePath);
    }
  }

  /** Lets all that is measured, and all that would begin to be, rest for so many milliseconds. */
  restFor(ms: number): void {
    this.clock.restFor(ms);
    for (const probe of this.probes) {
      probe.restFor(ms);
    }
  }

  /** The time that requests are given, in milliseconds: it stands still while they rest. */
  now(): number {
    return this.clock.now();
  }

  engines(): Promise<ReturnType<ProbeMethods['engines']>> {
    return this.schedule((probe) => probe.engines());
  }

  /** Kills every process; what waits or runs is rejected. */
  dispose(): void {
    this.disposed = true;
    for (const job of this.waiting.splice(0)) {
      job.cancel(new CancelledError('The probe was closed.'));
    }
    for (const probe of this.probes) {
      probe.dispose();
    }
  }

  private schedule<R>(
    use: (probe: ChildProbe, threads: number) => Promise<R>,
    signal?: AbortSignal,
  ): Promise<R> {
    if (this.disposed || signal?.aborted === true) {
      return Promise.reject(new CancelledError());
    }
    return new Promise<R>((resolve, reject) => {
      const abort = () => {
        const place = this.waiting.indexOf(job);
        if (place >= 0) {
          this.waiting.splice(place, 1);
          reject(new CancelledError());
        }
      };
      const job: Job = {
        start: async (probe, threads) => {
          signal?.removeEventListener('abort', abort);
          await this.clock
            .awake(signal)
            .then(() => use(probe, threads))
            .then(resolve, reject);
        },
        cancel: reject,
      };
      signal?.addEventListener('abort', abort, { once: true });
      this.waiting.push(job);
      // whoever asks for several at once shall not have the first of them take all cores
      setImmediate(() => this.next());
    });
  }

  private next(): void {
    // warm processes first
    const probe = this.free.find((candidate) => candidate.started) ?? this.free[0];
    const job = probe === undefined ? undefined : this.waiting.shift();
    if (probe === undefined || job === undefined) {
      return;
    }
    const alone = this.free.length === this.size && this.waiting.length === 0;
    this.free.splice(this.free.indexOf(probe), 1);
    void job.start(probe, alone ? os.availableParallelism() : 1).finally(() => {
      this.free.push(probe);
      this.next();
    });
  }
}
