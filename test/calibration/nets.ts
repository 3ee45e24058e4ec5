import fs from 'node:fs';
import zlib from 'node:zlib';

/** One line of the trainability file: a net and what really happened when it was trained. */
export interface RecordedNet {
  readonly kind: string;
  readonly net: NetDescription;
  readonly explainedAtEnd: number;
  readonly trains: boolean;
  readonly explained: Readonly<Record<string, number>>;
  readonly measured: Readonly<Record<string, { readonly d?: readonly (number | null)[] }>>;
  /** Updates that nets of its kind were given. */
  readonly steps: number;
}

export interface NetDescription {
  readonly fam?: 'mlp' | 'cnn';
  readonly depth: number;
  readonly width: number;
  readonly act: string;
  readonly init: string;
  readonly bn: 'none' | 'pre' | 'post';
  readonly res: 0 | 1;
  readonly data: string;
  readonly opt: 'sgd' | 'mom' | 'adam' | 'rmsprop';
  readonly lr: number;
  readonly seed: number;
  readonly head?: 'gap' | 'flat';
  readonly pool?: 'avg' | 'max';
  readonly clipnorm?: number;
  readonly gclipnorm?: number;
  readonly clipvalue?: number;
  readonly bias0?: number;
  readonly drop?: readonly [kind: string, rate: number];
  readonly prob?: string;
  readonly fix?: string;
  // recurrent nets
  readonly cell?: 'rnn' | 'lstm' | 'gru';
  readonly T?: number;
  readonly H?: number;
  readonly kinit?: string;
  readonly rinit?: string;
  readonly task?: 'first' | 'mid' | 'integrate';
}

export function loadNets(file: string): readonly RecordedNet[] {
  const nets = zlib
    .gunzipSync(fs.readFileSync(file))
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Omit<RecordedNet, 'steps'>);
  // a net whose numbers overflow has fewer records than steps
  const steps = new Map<string, number>();
  for (const { kind, explained } of nets) {
    steps.set(kind, Math.max(steps.get(kind) ?? 0, ...Object.keys(explained).map(Number)));
  }
  return nets.map((net) => ({ ...net, steps: steps.get(net.kind) ?? 0 }));
}

/** Every n-th net of a kind, spread evenly over outcome, depth and activation, the same ones at every call. */
export function sample(nets: readonly RecordedNet[], size: number): readonly RecordedNet[] {
  const key = ({ trains, net }: RecordedNet): string =>
    [trains, net.act, String(net.depth).padStart(4), net.init, net.seed].join(' ');
  const sorted = [...nets].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const step = Math.max(1, sorted.length / size);
  return Array.from({ length: Math.min(size, sorted.length) }, (_, i) => sorted[Math.floor(i * step)]).filter(
    (net) => net !== undefined,
  );
}
