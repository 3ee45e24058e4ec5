import * as vscode from 'vscode';
import type { Finding, Severity } from '../core/report/report';
import { documentOf, toEditorRange } from './analyzable';
import type { Analysis, AnalysisStore } from './analysisStore';
import { diagnosticSource } from './ids';
import { rulePageUri } from './rulePageDocuments';

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** Underlines each finding on the layer's own argument; takes the marks away as soon as the text is another one. */
export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('gradient-doctor');
  private readonly subscription: vscode.Disposable;
  /** Documents (cells, for notebooks) that a file's marks were set on. */
  private readonly marked = new Map</* uri */ string, readonly vscode.Uri[]>();

  constructor(store: AnalysisStore) {
    this.subscription = store.onDidChange((analysis) => this.publish(analysis));
  }

  dispose(): void {
    this.subscription.dispose();
    this.collection.dispose();
  }

  private publish(analysis: Analysis): void {
    const byDocument = new Map</* uri */ string, { uri: vscode.Uri; marks: vscode.Diagnostic[] }>();
    for (const model of analysis.stale ? [] : (analysis.report?.models ?? [])) {
      for (const finding of model.findings) {
        const uri =
          documentOf(analysis.uri, finding.range)?.uri ??
          (finding.range.cell === undefined ? analysis.uri : undefined);
        if (uri) {
          const entry = byDocument.get(uri.toString()) ?? { uri, marks: [] };
          entry.marks.push(diagnosticOf(finding));
          byDocument.set(uri.toString(), entry);
        }
      }
    }
    const key = analysis.uri.toString();
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

function diagnosticOf(finding: Finding): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    toEditorRange(finding.range),
    finding.message,
    severities[finding.severity],
  );
  diagnostic.source = diagnosticSource;
  diagnostic.code = { value: `${finding.id} ${finding.rule}`, target: rulePageUri(finding.id) };
  return diagnostic;
}
