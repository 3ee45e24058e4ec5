import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { analyze, inspectSource } from '../../core/analyze';
import { createPythonReader } from '../../core/source/python/pythonReader';
import type { ReadOptions, Reader } from '../../core/source/reader';
import { SourceText } from '../../core/text/sourceText';
import type {
  AnalysisMethods,
  AnalyzeUpdate,
  AskedModule,
  FoundModule,
  PlainSource,
} from '../../shared/analysisProtocol';
import { createProber, type DisposableProber } from '../../shared/host/prober';
import { serveRpc, type Endpoint } from '../../shared/rpc';

declare const __VERSION__: string;

/** Reports are large and the extension host has to unpack each: so many milliseconds lie between two. */
const updateEveryMs = 100;

/** A thread of the extension host that reads and analyzes, so that the host itself never waits for either. */
function serve(port: NonNullable<typeof parentPort>): void {
  const reader = once(createReader);
  let prober: DisposableProber | undefined;
  const openProber = (): DisposableProber =>
    (prober ??= createProber({
      modulePath: path.join(__dirname, 'probe.js'),
      log: (line) => port.postMessage({ log: line }),
      background: true,
    }));
  const endpoint: Endpoint = {
    post: (message) => port.postMessage(message),
    onMessage: (listener) => {
      port.on('message', listener);
      return () => port.off('message', listener);
    },
  };
  serveRpc<AnalysisMethods, AnalyzeUpdate>(endpoint, {
    inspect: async (_context, source, modules, rules) => {
      const asked: AskedModule[] = [];
      const reading = withModules(await reader(), modules, (module) => asked.push(module));
      const { models } = inspectSource(textOf(source), reading, __VERSION__, rules);
      return { models, asked };
    },
    analyze: async ({ signal, progress }, source, modules, request) => {
      let last = 0;
      const tools = {
        reader: withModules(await reader(), modules),
        prober: openProber(),
        version: __VERSION__,
      };
      return analyze(textOf(source), tools, {
        ...request,
        signal,
        onUpdate: (report, update) => {
          const now = performance.now();
          if (now - last >= updateEveryMs || update.share === 0) {
            last = now;
            progress({ report, progress: update });
          }
        },
      });
    },
    restFor: (_context, ms) => prober?.restFor(ms),
    stop: () => prober?.dispose(),
  });
}

function createReader(): Promise<Reader> {
  const load = (name: string): Uint8Array => fs.readFileSync(path.join(__dirname, name));
  return createPythonReader({
    core: load('web-tree-sitter.wasm'),
    grammar: load('tree-sitter-python.wasm'),
  });
}

/** The reader with the files that were found for it; tells of every import that it meets. */
function withModules(
  reader: Reader,
  modules: readonly FoundModule[],
  onAsked: (module: AskedModule) => void = () => undefined,
): Reader {
  const found = new Map(
    modules.map(({ module, from, source }) => [`${from}:${module}`, source && textOf(source)]),
  );
  const resolve: NonNullable<ReadOptions['resolve']> = (module, from) => {
    onAsked({ module, from });
    return found.get(`${from}:${module}`) ?? undefined;
  };
  return { read: (source, options) => reader.read(source, { resolve, ...options }) };
}

function textOf({ path: at, language, cells }: PlainSource): SourceText {
  return new SourceText(at, language, cells);
}

/** Makes the value at the first call and keeps it. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** Linux knows priorities of threads; elsewhere this would slow down the whole extension host. */
function giveWay(): void {
  if (process.platform === 'linux') {
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
  }
}

if (parentPort) {
  if ((workerData as { readonly background?: boolean } | null)?.background) {
    giveWay();
  }
  serve(parentPort);
}
