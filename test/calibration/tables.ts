import type { Judged } from './calibrate';

interface Score {
  readonly n: number;
  readonly precision: number;
  readonly recall: number;
  readonly falseAlarms: number;
  readonly healthyRight: number;
}

/** Positive = the net does not train; predicted = the verdict is 'failing'. */
function score(judged: readonly Judged[]): Score {
  const share = (part: number, whole: number): number => (whole === 0 ? NaN : part / whole);
  const failing = judged.filter((j) => j.verdict === 'failing');
  const sick = judged.filter((j) => !j.recorded.trains);
  const healthy = judged.filter((j) => j.verdict === 'healthy');
  const hits = failing.filter((j) => !j.recorded.trains).length;
  return {
    n: judged.length,
    precision: share(hits, failing.length),
    recall: share(hits, sick.length),
    falseAlarms: share(failing.length - hits, judged.length - sick.length),
    healthyRight: share(healthy.filter((j) => j.recorded.trains).length, healthy.length),
  };
}

const percent = (value: number): string => (Number.isNaN(value) ? '–' : `${(100 * value).toFixed(1)} %`);
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** Markdown: the verdict's error by kind of net, by rule, the confusion, and how well the profile agrees with the recorded one. */
export function printTables(judged: readonly Judged[]): string {
  const groups = new Map<string, Judged[]>();
  for (const j of judged) {
    const { kind, net } = j.recorded;
    for (const name of [
      kind,
      `${kind}, ${net.opt === 'mom' ? 'sgd' : net.opt}`,
      ...(kind === 'mlp' ? [`${kind}, ${net.act}`] : []),
    ]) {
      groups.set(name, [...(groups.get(name) ?? []), j]);
    }
  }
  const lines = [
    row(['nets', 'n', 'precision', 'recall', 'false alarms', '"healthy" is right']),
    row(['---', '---', '---', '---', '---', '---']),
  ];
  for (const [name, members] of [...groups].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const s = score(members);
    lines.push(
      row([
        name,
        String(s.n),
        percent(s.precision),
        percent(s.recall),
        percent(s.falseAlarms),
        percent(s.healthyRight),
      ]),
    );
  }
  lines.push('', row(['rule (as error)', 'raised', 'precision']), row(['---', '---', '---']));
  for (const id of [...new Set(judged.flatMap((j) => j.errors))].sort()) {
    const raising = judged.filter((j) => j.errors.includes(id));
    lines.push(
      row([
        id,
        String(raising.length),
        percent(raising.filter((j) => !j.recorded.trains).length / raising.length),
      ]),
    );
  }
  lines.push('', row(['verdict', 'trains', 'does not']), row(['---', '---', '---']));
  for (const verdict of ['healthy', 'warning', 'failing', 'unknown'] as const) {
    const of = judged.filter((j) => j.verdict === verdict);
    lines.push(
      row([
        verdict,
        String(of.filter((j) => j.recorded.trains).length),
        String(of.filter((j) => !j.recorded.trains).length),
      ]),
    );
  }
  const errors = judged
    .map((j) => j.rangeError)
    .filter((e) => e !== null)
    .map(Math.abs)
    .sort((a, b) => a - b);
  const at = (q: number): string => (errors[Math.floor(q * (errors.length - 1))] ?? NaN).toFixed(2);
  lines.push(
    '',
    `Dynamic range at step 0 against the recorded one, ${errors.length} MLPs: median ${at(0.5)}, 90 % ${at(0.9)} decades.`,
    '',
    ...memoryTable(judged),
  );
  return lines.join('\n');
}

/** Which of the two tasks is like the one that a recorded recurrent net was trained on. */
const likeRecorded = { first: 'early', mid: 'early', integrate: 'all' } as const;
/** Explained loss of a task: not learned, in between, learned. */
const learned = [-Infinity, 0.05, 0.3, Infinity] as const;

/** How what is learned of the tasks of memory agrees with what became of the recorded nets; nothing where there are no recurrent ones. */
function memoryTable(judged: readonly Judged[]): string[] {
  const rows = Object.entries(likeRecorded).flatMap(([recorded, task]) => {
    const nets = judged.flatMap(({ recorded: { net, trains }, tasks }) => {
      const explained = tasks.find(({ name }) => name === task)?.explainedLoss ?? null;
      return net.task === recorded && explained !== null ? [{ trains, explained }] : [];
    });
    const trained = learned.slice(1).map((above, i) => {
      const own = nets.filter(({ explained }) => explained >= (learned[i] ?? 0) && explained < above);
      return `${own.filter(({ trains }) => trains).length} of ${own.length}`;
    });
    return nets.length === 0 ? [] : [row([recorded, `\`${task}\``, String(nets.length), ...trained])];
  });
  return rows.length === 0
    ? []
    : [
        row(['recorded task', 'ours', 'n', 'trains, explained < 0.05', '0.05 … 0.3', '≥ 0.3']),
        row(['---', '---', '---', '---', '---', '---']),
        ...rows,
        '',
      ];
}
