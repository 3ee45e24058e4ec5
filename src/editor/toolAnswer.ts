import { formatNumber, formatShare } from '../core/format';
import { isOffered } from '../core/fixes/trial';
import { memorySentence } from '../core/report/memory';
import type { Fix, ModelReport, Report } from '../core/report/report';
import type { Range } from '../core/text/range';
import { inlineLines } from './inlineText';

const mostDiffLines = 30;

/** The report in short, as a language model reads it best: verdict first, then findings, fixes with their diff, layers, what was assumed. */
export function toolAnswer(report: Report): string {
  return report.models.map(modelAnswer).join('\n\n');
}

function modelAnswer(model: ModelReport): string {
  const { probe } = model;
  const lines = [`Model '${model.id}' (${place(model.range)}): ${model.verdict}. ${model.headline}`];
  if (probe) {
    lines.push(
      `Probed for ${probe.steps} steps with ${probe.seeds.length} seeds on ${probe.data.kind} data: loss ${formatNumber(probe.loss[0] ?? null)} → ${formatNumber(probe.loss.at(-1) ?? null)}, explained ${formatShare(probe.explainedLoss.at(-1) ?? null)}.`,
      ...[memorySentence(probe)].filter((line) => line !== null),
    );
  }
  for (const { id, rule, severity, range, message, confidence } of model.findings) {
    lines.push(
      `Finding ${id} ${rule} (${severity}, ${place(range)}, ${confidence.agreeing} of ${confidence.seeds} seeds): ${message}`,
    );
  }
  model.fixes.filter(isOffered).forEach((fix, i) => lines.push(...fixLines(fix, i)));
  if (model.findings.length > 0) {
    const layers = inlineLines(model).map(
      ({ line, cell, text, trouble }) =>
        `${cell === undefined ? '' : `cell ${cell + 1} `}line ${line}: ${text}${trouble ? ` ${trouble.words}` : ''}`,
    );
    lines.push('Layers by line (output size, activation variance, gradient norm):', ...layers);
  }
  lines.push(
    ...model.assumptions.map(({ text }) => `Assumed: ${text}`),
    ...model.unknowns.map(({ text }) => `Not known: ${text}`),
  );
  return lines.join('\n');
}

function fixLines({ id, title, diff, verified }: Fix, i: number): readonly string[] {
  const lines = diff.trimEnd().split('\n');
  const more = lines.length - mostDiffLines;
  return [
    `Fix ${i + 1} (${id}, ${verified.status}): ${title}. Measured: ${verified.reason}`,
    ...(i === 0 ? [...lines.slice(0, mostDiffLines), ...(more > 0 ? [`… ${more} more lines`] : [])] : []),
  ];
}

function place({ startLine, cell }: Range): string {
  return cell === undefined ? `line ${startLine}` : `cell ${cell + 1}, line ${startLine}`;
}
