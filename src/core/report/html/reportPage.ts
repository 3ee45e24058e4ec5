import { formatNumber, formatShare, plural } from '../../format';
import { conditions } from '../condition';
import { layerCount, layerRows } from '../layerRows';
import { memorySentence } from '../memory';
import { openingStep } from '../probeSteps';
import type { Finding, Fix, FixStatus, ModelReport, Note, Report, Verdict } from '../report';
import type { Range } from '../../text/range';
import { layerChart } from './layerChart';
import { html, type Content, type Markup } from './markup';
import { reportStyle } from './reportStyle';

const verdicts: Readonly<Record<Verdict, string>> = {
  healthy: '✓ Healthy',
  warning: '! Could be better',
  failing: '✕ Failing',
  unknown: '? Cannot tell',
};

const statuses: Readonly<Record<FixStatus, string>> = {
  works: 'Works',
  helps: 'Helps, but does not cure',
  'no-effect': 'No effect',
  worse: 'Worse',
  'not-verified': 'Not measured',
};

/** The report as one file that anyone can open: no script, nothing loaded from elsewhere. */
export function reportPage(report: Report): string {
  const { source, tool } = report;
  const name = source.path.split(/[/\\]/).at(-1) ?? source.path;
  return html`<!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${name}: Gradient Doctor</title>
        ${reportStyle}
      </head>
      <body>
        <main>
          <p class="quiet">${name}</p>
          ${report.models.map((model) => modelPart(model))}
        </main>
        <footer class="quiet">Gradient Doctor ${tool.version}</footer>
      </body>
    </html> `.text;
}

function modelPart(model: ModelReport): Markup {
  const { probe, findings, fixes, unknowns, assumptions } = model;
  const best = model.verdict === 'healthy' ? null : (fixes.find(isOffered) ?? null);
  const chart = layerChart(model, best);
  return html`<article>
    <p class="word ${model.verdict}">
      ${verdicts[model.verdict]}
      <span class="quiet"
        >${model.id} · ${model.architecture.className}, ${layerCount(model)}, ${place(model.range)}</span
      >
    </p>
    <h1>${model.headline}</h1>
    ${
      probe &&
      html`<p>
        Loss ${formatNumber(probe.loss[0] ?? null)} → ${formatNumber(probe.loss.at(-1) ?? null)} in
        ${plural(probe.steps, 'step')}; it explains ${formatShare(probe.explainedLoss.at(-1) ?? null)} of the
        loss. ${memorySentence(probe)}
      </p>`
    }
    ${
      chart &&
      html`<section>
        <h2>Layer by layer</h2>
        <p class="quiet legend">
          <span class="key now">measured</span>
          ${hasSeeds(model) && html`<span class="key seeds">${plural(probe?.seeds.length ?? 0, 'seed')}</span> `}<span
            class="key band"
            >healthy gradient</span
          >
          ${best?.verified.after.profile && html`<span class="key after">with the best fix, at the last step</span>`}
        </p>
        ${chart}
      </section>`
    }
    ${part('Findings', findings.map(findingItem))}
    ${part('Fixes', [...fixes.filter(isOffered), ...wholeSet(model)].map(fixItem))}
    ${part('Tried, did not help', fixes.filter((fix) => !isOffered(fix)).map(triedItem))} ${layerTable(model)}
    ${part('Not known', unknowns.map(noteItem))}
    ${part('Assumed', [...assumptions, ...(probe?.scaledDown ?? [])].map(noteItem))}
    ${
      probe &&
      html`<p class="quiet">
        Measured with ${probe.engine.name} ${probe.engine.version}, batch ${probe.batchSize}, seeds
        ${probe.seeds.join(', ')}, data ${probe.data.description}.
      </p>`
    }
  </article>`;
}

const isOffered = ({ verified }: Fix): boolean => verified.status === 'works' || verified.status === 'helps';
const wholeSet = ({ fixes, fixAll }: ModelReport): readonly Fix[] =>
  fixAll && isOffered(fixAll) && !fixes.some(({ id }) => id === fixAll.id) ? [fixAll] : [];
const hasSeeds = ({ probe }: ModelReport): boolean =>
  probe?.layers.some(({ overSeeds }) => overSeeds !== undefined) ?? false;

function part(title: string, items: readonly Markup[]): Content {
  return (
    items.length > 0 &&
    html`<section>
      <h2>${title}</h2>
      <ul>
        ${items}
      </ul>
    </section>`
  );
}

function findingItem({ id, rule, severity, title, message, range, confidence }: Finding): Markup {
  return html`<li>
    <h3>${severity}: ${title}</h3>
    <p>${message}</p>
    <p class="quiet">
      ${id} ${rule} · ${place(range)} · ${confidence.agreeing} of ${plural(confidence.seeds, 'seed')}
    </p>
  </li> `;
}

function fixItem({ title, diff, cost, source, verified }: Fix): Markup {
  const origin = [cost === undefined ? '' : `costs ${cost}`, source ?? ''].filter(Boolean);
  return html`<li>
    <h3>${title}</h3>
    <p>${statuses[verified.status]}: ${verified.reason}</p>
    <p class="quiet">${origin.join(' · ')}</p>
    ${
      diff !== '' &&
      html`<details>
        <summary>Diff</summary>
        <pre>${diff}</pre>
      </details>`
    }
  </li> `;
}

function triedItem({ title, verified }: Fix): Markup {
  return html`<li>${title} <span class="quiet">${statuses[verified.status]}: ${verified.reason}</span></li> `;
}

function noteItem({ text, range }: Note): Markup {
  return html`<li>${text} ${range && html`<span class="quiet">${place(range)}</span>`}</li> `;
}

function layerTable(model: ModelReport): Content {
  const { probe } = model;
  const rows = layerRows(model);
  if (!probe || rows.length === 0) {
    return null;
  }
  const step = openingStep(probe);
  const judged = conditions(model, rows, step);
  const number = (value: number | null | undefined): Markup =>
    html`<td class="number">${value === undefined ? '–' : formatNumber(value)}</td>`;
  return html`<section>
    <h2>Layers at step ${probe.measuredSteps[step] ?? 0}</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Layers">
      <table>
        <thead>
          <tr>
            <th>#</th>
            <th>Layer</th>
            <th>Class</th>
            <th>Output</th>
            <th class="number">Parameters</th>
            <th class="number">Gradient</th>
            <th class="number">Variance</th>
            <th class="number">Update ratio</th>
            <th>State</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row, i) =>
              html`<tr>
                <td>${row.number ?? ''}</td>
                <td>${row.id}</td>
                <td>${row.className} ${row.activation}</td>
                <td>${row.output}</td>
                <td class="number">${row.params.toLocaleString('en')}</td>
                ${number(row.gradient[step])}${number(row.variance[step])}${number(row.updateRatio ? row.updateRatio[step] : undefined)}
                <td>${judged[i]?.glyph ?? ''} ${judged[i]?.word ?? ''}</td>
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function place({ startLine, cell }: Range): string {
  return cell === undefined ? `line ${startLine}` : `cell ${cell + 1}, line ${startLine}`;
}
