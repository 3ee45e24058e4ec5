import type { ProbeMethods, ProbeProgress } from '../shared/probeProtocol';
import { serveRpc } from '../shared/rpc';
import { listEngines } from './engine/loadEngine';
import { runProbe } from './runProbe';

/** The child process: answers the host over the IPC channel and ends with it. Standard output is for logs only. */
function serve(): void {
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
      run: (context, request) => runProbe(request, context),
      engines: () => listEngines(),
    },
  );
  process.on('disconnect', () => process.exit(0));
}

serve();
