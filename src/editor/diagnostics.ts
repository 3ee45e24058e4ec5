import * as vscode from 'vscode';
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
          entry.marks.push(diagnosticOf(finding));
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
