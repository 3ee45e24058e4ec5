import { formatCount, formatNumber, formatShape, formatShare, plural } from '../core/format';
import { isOffered } from '../core/fixes/trial';
import type {
  ArchitectureLayer,
  Finding,
  Fix,
  LayerMeasurement,
  ModelReport,
  Report,
  Severity,
  Shape,
  Verdict,
} from '../core/report/report';
import { conditions } from '../core/report/condition';
import { layerRows } from '../core/report/layerRows';
import { memorySentence } from '../core/report/memory';
import { openingStep } from '../core/report/probeSteps';
import type { Range } from '../core/text/range';
import type { Style } from './style';
import { renderTable, type Column } from './table';

/** The report as text: verdict, layers, findings, fixes, what was assumed. */
export function renderReport(report: Report, style: Style): string {
  return report.models.map((model) => renderModel(report, model, style).join('\n')).join('\n\n') + '\n';
}

const verdictMarks: Readonly<Record<Verdict, string>> = {
  healthy: '✓ healthy',
  warning: '! warning',
  failing: '✗ failing',
  unknown: '? cannot tell',
};

function renderModel(report: Report, model: ModelReport, style: Style): string[] {
  const paint = verdictPaint(style)[model.verdict];
  const { architecture: a } = model;
  const place = (range: Range): string => location(report.source.path, range);
  const lines = [
    `${style.bold(model.id)} ${style.dim(`${a.className}, ${formatCount(a.totalParams)} parameters, ${place(model.range)}`)}`,
    `${paint(verdictMarks[model.verdict])}  ${style.bold(model.headline)}`,
  ];
  if (model.probe) {
    const { probe } = model;
    const memory = memorySentence(probe);
    const loss = `loss ${formatNumber(probe.loss[0] ?? null)} → ${formatNumber(probe.loss.at(-1) ?? null)}, explained ${formatShare(probe.explainedLoss.at(-1) ?? null)}`;
    lines.push(
      style.dim(`${probe.steps} steps, ${loss}. Data: ${probe.data.description}.`),
      ...(memory === null ? [] : [style.dim(memory)]),
      '',
      ...layerTable(model, style),
    );
  } else {
    lines.push('', ...architectureTable(model, style));
  }
  const section = (title: string, content: readonly string[]): void => {
    if (content.length > 0) {
      lines.push('', style.bold(title), ...content);
    }
  };
  section(
    'Findings',
    model.findings.flatMap((finding) => findingLines(finding, place, style)),
  );
  const offered = model.fixes.filter(isOffered);
  section(
    'Fixes, each probed',
    offered.flatMap((fix, i) => fixLines(fix, i, style)),
  );
  section(
    'Advice',
    model.fixes
      .filter((fix) => fix.edits.length === 0)
      .flatMap((fix) => [`  ${fix.title}`, ...sourceLine(fix, style)]),
  );
  section(
    'Tried, not offered',
    model.fixes
      .filter((fix) => !isOffered(fix) && fix.edits.length > 0)
      .map((fix) =>
        style.dim(`  ${fix.title} (${fix.id}): ${statusWords[fix.verified.status]}, ${fix.verified.reason}`),
      ),
  );
  section(
    'Assumed',
    [...model.assumptions, ...(model.probe?.scaledDown ?? [])].map(
      (note) => `  ${note.text}${note.range ? style.dim(` ${place(note.range)}`) : ''}`,
    ),
  );
  section(
    'Not known',
    model.unknowns.map((note) => `  ${note.text}${note.range ? style.dim(` ${place(note.range)}`) : ''}`),
  );
  if (model.probe) {
    const { engine, batchSize, seeds, durationMs } = model.probe;
    const times = [
      `read ${Math.round(durationMs.read)} ms`,
      `probe ${formatNumber(durationMs.probe / 1000)} s`,
      ...(durationMs.verifyFixes > 0 ? [`fixes ${formatNumber(durationMs.verifyFixes / 1000)} s`] : []),
    ];
    lines.push(
      '',
      style.dim(
        `TensorFlow.js ${engine.name} ${engine.version} · batch ${batchSize} · seeds ${seeds.join(', ')} · ${times.join(', ')}`,
      ),
    );
  }
  return lines;
}

const statusWords: Readonly<Record<Fix['verified']['status'], string>> = {
  works: 'works',
  helps: 'helps',
  'no-effect': 'no effect',
  worse: 'makes it worse',
  'not-verified': 'not verified',
};

function findingLines(finding: Finding, place: (range: Range) => string, style: Style): readonly string[] {
  const { seeds, agreeing } = finding.confidence;
  const agree = seeds > 1 ? style.dim(` (${agreeing} of ${seeds} seeds)`) : '';
  return [
    `  ${severityPaint(style)[finding.severity](severityMarks[finding.severity])} ${style.bold(finding.title)} ${style.dim(`${finding.id} ${finding.rule}`)}${agree}`,
    `    ${place(finding.range)}`,
    ...wrap(finding.message, 100).map((line) => `    ${line}`),
  ];
}

function fixLines(fix: Fix, i: number, style: Style): readonly string[] {
  const diff = fix.diff.split('\n').filter((line) => /^[+-](?![+-]{2})/.test(line));
  const shown = diff
    .slice(0, 6)
    .map((line) => `      ${line.startsWith('+') ? style.green(line) : style.red(line)}`);
  return [
    `  ${i + 1} ${style.bold(fix.title)} ${style.dim(`(--fix ${fix.id})`)}`,
    `    ${style.green(statusWords[fix.verified.status])}: ${fix.verified.reason}`,
    ...(fix.cost === undefined ? [] : [style.dim(`    Costs ${fix.cost}`)]),
    ...sourceLine(fix, style),
    ...shown,
    ...(diff.length > shown.length
      ? [style.dim(`      … ${plural(diff.length - shown.length, 'more line')}`)]
      : []),
  ];
}

function sourceLine({ source }: Fix, style: Style): readonly string[] {
  return source === undefined ? [] : [style.dim(`    Source: ${source}`)];
}

interface MeasuredRow {
  readonly layer: ArchitectureLayer;
  readonly measured: LayerMeasurement;
  /** What it suffers from, in words; empty where nothing is said of it. */
  readonly state: string;
}

/** One row a measured layer, at the last step whose numbers are finite. */
function layerTable(model: ModelReport, style: Style): readonly string[] {
  const { probe } = model;
  if (!probe) {
    return [];
  }
  const byId = new Map(model.architecture.layers.map((layer) => [layer.id, layer]));
  const step = openingStep(probe);
  const judged = conditions(model, layerRows(model), step);
  const rows = probe.layers.flatMap((measured, i): MeasuredRow[] => {
    const layer = byId.get(measured.id);
    const { glyph = '', word = '' } = judged[i] ?? {};
    return layer ? [{ layer, measured, state: glyph && `${glyph} ${word}` }] : [];
  });
  const gradient = ({ measured }: MeasuredRow): number | null => measured.gradientNorm[step] ?? null;
  const columns: Column<MeasuredRow>[] = [
    { title: 'layer', align: 'left', text: (row) => shorten(row.layer.id, 34) },
    {
      title: 'line',
      align: 'right',
      text: (row) => String(row.layer.range?.startLine ?? ''),
      paint: style.dim,
    },
    { title: 'class', align: 'left', text: (row) => describe(row.layer), paint: style.dim },
    { title: 'output', align: 'left', text: (row) => shapeText(row.layer.outputShape), paint: style.dim },
    {
      title: 'variance',
      align: 'right',
      text: (row) => formatNumber(row.measured.variance[step] ?? null),
    },
    { title: 'gradient', align: 'right', text: (row) => formatNumber(gradient(row)) },
    {
      title: '1e-12        1    1e6',
      align: 'left',
      text: (row) => bar(gradient(row)),
      paint: (text, row) => (row.state === '' ? style.blue(text) : style.red(text)),
    },
    { title: 'update', align: 'right', text: (row) => updateText(row.measured, step), paint: style.dim },
    { title: '', align: 'left', text: (row) => row.state, paint: style.red },
  ];
  return renderTable(rows, columns, style.dim);
}

function architectureTable(model: ModelReport, style: Style): readonly string[] {
  const rows = model.architecture.layers;
  return renderTable<ArchitectureLayer>(
    rows,
    [
      { title: 'layer', align: 'left', text: (layer) => shorten(layer.id, 34) },
      {
        title: 'line',
        align: 'right',
        text: (layer) => String(layer.range?.startLine ?? ''),
        paint: style.dim,
      },
      { title: 'class', align: 'left', text: describe, paint: style.dim },
      { title: 'output', align: 'left', text: (layer) => shapeText(layer.outputShape) },
      { title: 'parameters', align: 'right', text: (layer) => formatCount(layer.params) },
    ],
    style.dim,
  );
}

/** The layers as `read` prints them without --json. */
export function renderArchitecture(model: ModelReport, path: string, style: Style): string {
  const { architecture: a } = model;
  return [
    `${style.bold(model.id)} ${style.dim(`${a.className} '${a.name}', ${formatCount(a.totalParams)} parameters, ${location(path, model.range)}`)}`,
    ...architectureTable(model, style),
    ...model.unknowns.map((note) => `  ${note.text}`),
  ].join('\n');
}

/** 20 cells from 1e-12 to 1e6, nine tenths of a decade a cell: ▇ up to the value, ✕ where it is not finite. */
function bar(value: number | null): string {
  if (value === null) {
    return '✕';
  }
  const cells = value <= 0 ? 0 : Math.min(20, Math.max(0, Math.round((Math.log10(value) + 12) / 0.9)));
  return value <= 0 ? '·' : '▇'.repeat(Math.max(1, cells));
}

function updateText(measured: LayerMeasurement, step: number): string {
  const ratios = measured.weights
    .filter((weight) => weight.trainable)
    .map((weight) => weight.updateRatio[step] ?? null);
  const [first] = ratios;
  return first === undefined ? '' : formatNumber(first);
}

function describe(layer: ArchitectureLayer): string {
  const activation = layer.config['activation'];
  return typeof activation === 'string' && activation !== 'linear'
    ? `${layer.className} ${activation}`
    : layer.className;
}

function shapeText(shape: Shape | readonly Shape[]): string {
  const isList = (value: Shape | readonly Shape[]): value is readonly Shape[] => Array.isArray(value[0]);
  return isList(shape) ? shape.map(formatShape).join(' ') : formatShape(shape);
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `…${text.slice(text.length - width + 1)}`;
}

function location(path: string, range: Range): string {
  const cell = range.cell === undefined ? '' : `#cell-${range.cell}`;
  return `${path}${cell}:${range.startLine}:${range.startColumn}`;
}

const severityMarks: Readonly<Record<Severity, string>> = {
  error: '✗',
  warning: '!',
  information: 'i',
  hint: '·',
};

function severityPaint(style: Style): Readonly<Record<Severity, (text: string) => string>> {
  return { error: style.red, warning: style.yellow, information: style.blue, hint: style.dim };
}

function verdictPaint(style: Style): Readonly<Record<Verdict, (text: string) => string>> {
  return { healthy: style.green, warning: style.yellow, failing: style.red, unknown: style.blue };
}

function wrap(text: string, width: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length >= width) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
    }
  }
  return lines;
}
