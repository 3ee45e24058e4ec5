import type { Measurement } from '../../core/model/measurement';
import type { Prober, ProbeProgressUpdate } from '../../core/probing';
import { joined } from '../../core/seeds';
import type { ProbeRequest } from '../probeProtocol';
import { ProbePool, type ProbePoolOptions } from './probePool';

export interface DisposableProber extends Prober {
  /** Lets the processes rest for so many milliseconds. */
  restFor(ms: number): void;
  dispose(): void;
}

/** The analysis' view of the probe processes. */
export function createProber(options: ProbePoolOptions): DisposableProber {
  const pool = new ProbePool(options);
  return {
    concurrency: pool.size,
    now: () => pool.now(),
    restFor: (ms) => pool.restFor(ms),
    warm: (processes, { engine, nativePath }) => pool.warm(processes, engine, nativePath ?? null),
    run: (spec, settings, { signal, onProgress }) =>
      measureSeeds(pool, { spec, ...settings }, signal, onProgress ?? (() => undefined)),
    dispose: () => pool.dispose(),
  };
}

/** The seeds of a small model side by side, those of a large one in one process, which knows how much of the budget is left. */
async function measureSeeds(
  pool: ProbePool,
  request: ProbeRequest,
  signal: AbortSignal,
  onProgress: (progress: ProbeProgressUpdate) => void,
): Promise<Measurement> {
  const { seeds } = request;
  if (seeds.length === 1 || pool.size === 1 || !(await pool.fitsEasily(request, signal))) {
    return pool.run(request, { signal, onProgress });
  }
  const abort = new AbortController();
  const all = AbortSignal.any([signal, abort.signal]);
  const count = Math.min(pool.size, seeds.length);
  const shares = Array.from({ length: count }, (_, share) => seeds.filter((_seed, i) => i % count === share));
  try {
    const parts = await Promise.all(
      shares.map((share, i) =>
        pool.run(
          { ...request, seeds: share },
          {
            signal: all,
            // the picture that grows is the first seed's
            onProgress: i === 0 ? onProgress : (progress) => onProgress({ ...progress, partial: null }),
          },
        ),
      ),
    );
    return joined(parts as [Measurement, ...Measurement[]], seeds);
  } finally {
    abort.abort(); // where one failed the others are not wanted any more
  }
}
