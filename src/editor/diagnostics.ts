import * as vscode from 'vscode';
import { formatNumber } from '../core/format';
import type { Finding, ModelReport, Severity } from '../core/report/report';
import { documentOf, toEditorRange } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { diagnosticSource } from './ids';
import { rulePageUri } from './rulePageDocuments';
import type { TypingInspector } from './typingInspector';

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** Underlines each finding on the layer's own argument; measured ones go as soon as the text is another one. */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('gradient-doctor');
  private readonly subscriptions: vscode.Disposable[];
  /** Documents (cells, for notebooks) that a file's marks were set on. */
  private readonly marked = new Map</* uri */ string, readonly vscode.Uri[]>();

  constructor(
    private readonly store: AnalysisStore,
    private readonly inspector: TypingInspector,
  ) {
    this.subscriptions = [
      store.onDidChange(({ uri }) => this.update(uri)),
      inspector.onDidInspect(({ uri }) => this.update(uri)),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
    this.collection.dispose();
  }

  /** What was measured counts while the text is the measured one; else what the source alone says. */
  private update(uri: vscode.Uri): void {
    const analysis = this.store.get(uri);
    const measured = analysis && !analysis.stale ? analysis.report?.models : undefined;
    this.publish(uri, measured ?? this.inspector.get(uri)?.models ?? []);
  }

  private publish(file: vscode.Uri, models: readonly ModelReport[]): void {
    const byDocument = new Map</* uri */ string, { uri: vscode.Uri; marks: vscode.Diagnostic[] }>();
    for (const model of models) {
      for (const finding of model.findings) {
        const uri =
          documentOf(file, finding.range)?.uri ?? (finding.range.cell === undefined ? file : undefined);
        if (uri) {
          const entry = byDocument.get(uri.toString()) ?? { uri, marks: [] };
          entry.marks.push(diagnosticOf(file, model, finding));
          byDocument.set(uri.toString(), entry);
        }
      }
    }
    const key = file.toString();
    for (const uri of this.marked.get(key) ?? []) {
      this.collection.delete(uri);
    }
    for (const { uri, marks } of byDocument.values()) {
      this.collection.set(uri, marks);
    }
    this.marked.set(
      key,
      [...byDocument.values()].map(({ uri }) => uri),
    );
  }
}

const mostRelated = 10;

/** The other places that a finding speaks of, each once, with the gradient that was measured there. */
function relatedPlaces(
  file: vscode.Uri,
  model: ModelReport,
  finding: Finding,
): vscode.DiagnosticRelatedInformation[] {
  const layers = new Map(model.architecture.layers.map((layer) => [layer.id, layer]));
  const measured = new Map(model.probe?.layers.map((layer) => [layer.id, layer]));
  const seen = new Set([`${finding.range.cell ?? ''}:${finding.range.startLine}`]);
  const related: vscode.DiagnosticRelatedInformation[] = [];
  for (const id of finding.layers) {
    const range = layers.get(id)?.range;
    const key = range ? `${range.cell ?? ''}:${range.startLine}` : '';
    const uri = range && documentOf(file, range)?.uri;
    if (range && uri && !seen.has(key) && related.length < mostRelated) {
      seen.add(key);
      const gradient = measured.get(id)?.gradientNorm.findLast((value) => value !== null);
      const text =
        gradient === undefined || gradient === null
          ? id
          : vscode.l10n.t('{0}: gradient {1}', id, formatNumber(gradient));
      related.push(
        new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, toEditorRange(range)), text),
      );
    }
  }
  return related;
}

function diagnosticOf(file: vscode.Uri, model: ModelReport, finding: Finding): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    toEditorRange(finding.range),
    finding.message,
    severities[finding.severity],
  );
  diagnostic.source = diagnosticSource;
  diagnostic.relatedInformation = relatedPlaces(file, model, finding);
  diagnostic.code = { value: `${finding.id} ${finding.rule}`, target: rulePageUri(finding.id) };
  return diagnostic;
}
