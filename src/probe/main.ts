import type { ProbeMethods, ProbeProgress } from '../shared/probeProtocol';
import { serveRpc } from '../shared/rpc';
import { WorkClock } from '../shared/workClock';
import { listEngines } from './engine/loadEngine';
import { fitsEasily, prepare, runProbe } from './runProbe';

/** The child process: answers the host over the IPC channel and ends with it. Standard output is for logs only. */
function serve(): void {
  const clock = new WorkClock();
  serveRpc<ProbeMethods, ProbeProgress>(
    {
      post: (message) => {
        process.send?.(message);
      },
      onMessage: (listener) => {
        process.on('message', listener);
        return () => process.off('message', listener);
      },
    },
    {
      run: (context, request) => runProbe(request, { ...context, clock }),
      restFor: (_context, ms) => clock.restFor(ms),
      fitsEasily: (_context, request) => fitsEasily(request),
      prepare: (_context, engine, nativePath) => prepare(engine, nativePath),
      engines: () => listEngines(),
    },
  );
  process.on('disconnect', () => process.exit(0));
}

serve();
