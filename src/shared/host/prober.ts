import type { Prober } from '../../core/probing';
import { ProbePool, type ProbePoolOptions } from './probePool';

export interface DisposableProber extends Prober {
  dispose(): void;
}

/** The analysis' view of the probe processes. */
export function createProber(options: ProbePoolOptions): DisposableProber {
  const pool = new ProbePool(options);
  return {
    concurrency: pool.size,
    run: (spec, settings, { signal, onProgress }) =>
      pool.run({ spec, ...settings }, { signal, ...(onProgress ? { onProgress } : {}) }),
    dispose: () => pool.dispose(),
  };
}
