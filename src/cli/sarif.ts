import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { isOffered } from '../core/fixes/trial';
import type { Finding, Fix, ModelReport, Report, Severity } from '../core/report/report';
import { renderRulePage, rulePages } from '../core/rules/rulePages';
import type { Range } from '../core/text/range';

/** SARIF 2.1.0 (OASIS), as far as it is used here: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export interface SarifLog {
  readonly $schema: string;
  readonly version: '2.1.0';
  readonly runs: readonly object[];
}

type Level = 'error' | 'warning' | 'note';

const levels: Readonly<Record<Severity, Level>> = {
  error: 'error',
  warning: 'warning',
  information: 'note',
  hint: 'note',
};

/** The report as tools for static analysis read it. `folder`: what paths are given from. */
export function toSarif(report: Report, file: string, folder: string): SarifLog {
  const artifactLocation = locationOf(file, folder);
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Gradient Doctor',
            semanticVersion: report.tool.version,
            rules: rulePages.map((page) => ({
              id: page.id,
              name: page.name,
              shortDescription: { text: page.title },
              fullDescription: { text: page.means },
              help: { text: `${page.hurts}\n\n${page.remedies}`, markdown: renderRulePage(page) },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            toolExecutionNotifications: report.models.flatMap((model) =>
              model.unknowns.map(({ text, range }) => ({
                level: 'note',
                message: { text: `${model.id}: ${text}` },
                locations: [place(artifactLocation, model, range ?? model.range)],
              })),
            ),
          },
        ],
        artifacts: [{ location: artifactLocation, sourceLanguage: 'python' }],
        results: report.models.flatMap((model) =>
          model.findings.map((finding) => resultOf(artifactLocation, model, finding)),
        ),
        properties: {
          models: report.models.map(({ id, verdict, headline }) => ({ id, verdict, headline })),
        },
      },
    ],
  };
}

interface ArtifactLocation {
  readonly uri: string;
  readonly uriBaseId?: string;
}

function resultOf(artifact: ArtifactLocation, model: ModelReport, finding: Finding): object {
  const fixes = model.fixes.filter(
    (fix) =>
      isOffered(fix) && finding.fixes.includes(fix.id) && fix.edits.every(({ range }) => isOfFile(range)),
  );
  return {
    ruleId: finding.id,
    ruleIndex: rulePages.findIndex(({ id }) => id === finding.id),
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: [place(artifact, model, finding.range)],
    partialFingerprints: {
      'gradientDoctor/v1': [model.id, finding.id, finding.layers[0] ?? ''].join('/'),
    },
    ...(fixes.length > 0 ? { fixes: fixes.map((fix) => fixOf(artifact, fix)) } : {}),
    properties: { layers: finding.layers, confidence: finding.confidence, evidence: finding.evidence },
  };
}

function fixOf(artifactLocation: ArtifactLocation, { title, edits, verified }: Fix): object {
  return {
    description: { text: `${title}. ${verified.reason}` },
    artifactChanges: [
      {
        artifactLocation,
        replacements: edits.map(({ range, newText }) => ({
          deletedRegion: regionOf(range),
          insertedContent: { text: newText },
        })),
      },
    ],
  };
}

/** Lines of a notebook's cell are no lines of its file: there the cell is named, and no region and no fix is given. */
function place(artifactLocation: ArtifactLocation, model: ModelReport, range: Range): object {
  const name = isOfFile(range)
    ? model.id
    : `${model.id}, cell ${(range.cell ?? 0) + 1}, line ${range.startLine}`;
  return {
    physicalLocation: { artifactLocation, ...(isOfFile(range) ? { region: regionOf(range) } : {}) },
    logicalLocations: [{ name, kind: 'object' }],
  };
}

function isOfFile({ cell }: Range): boolean {
  return cell === undefined;
}

/** Both count lines and columns from 1 and exclude the end. */
function regionOf({ startLine, startColumn, endLine, endColumn }: Range): object {
  return { startLine, startColumn, endLine, endColumn };
}

function locationOf(file: string, folder: string): ArtifactLocation {
  const relative = path.relative(folder, path.resolve(folder, file));
  return relative.startsWith('..') || path.isAbsolute(relative)
    ? { uri: pathToFileURL(path.resolve(folder, file)).href }
    : { uri: relative.split(path.sep).map(encodeURIComponent).join('/'), uriBaseId: '%SRCROOT%' };
}
