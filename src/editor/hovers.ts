import * as vscode from 'vscode';
import type { ModelReport } from '../core/report/report';
import { containsRange } from '../core/text/range';
import { documentOf, ownerUri, pythonSelector, toEditorRange } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { hoverText } from './hoverText';
import { commands } from './ids';

/** The numbers of the layers that a line makes, over the measured steps, while they are those of this very text. */
export class Hovers implements vscode.HoverProvider {
  constructor(private readonly store: AnalysisStore) {}

  register(): vscode.Disposable {
    return vscode.languages.registerHoverProvider(pythonSelector, this);
  }

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const uri = ownerUri(document);
    const analysis = this.store.get(uri);
    if (!analysis?.report || analysis.stale) {
      return undefined;
    }
    for (const model of analysis.report.models) {
      const layers = model.architecture.layers.flatMap(({ range }) =>
        range && documentOf(uri, range) === document && toEditorRange(range).contains(position)
          ? [range]
          : [],
      );
      // Calls may stand in calls (a wrapper and what it wraps): the innermost is meant.
      const range = layers.find((r) => layers.every((other) => containsRange(other, r)));
      const text = range && hoverText(model, range.startLine, range.cell);
      if (range && text !== undefined) {
        return new vscode.Hover(
          this.markdown(model, text, range.startLine, range.cell),
          toEditorRange(range),
        );
      }
    }
    return undefined;
  }

  private markdown(
    model: ModelReport,
    text: string,
    line: number,
    cell: number | undefined,
  ): vscode.MarkdownString {
    const markdown = new vscode.MarkdownString(text);
    markdown.isTrusted = { enabledCommands: [commands.openPanel, commands.explain] };
    const link = (title: string, command: string, ...args: readonly unknown[]): string =>
      `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
    const rules = new Map(
      model.findings
        .filter(({ range }) => range.startLine === line && range.cell === cell)
        .map(({ id, rule }) => [id, rule]),
    );
    const links = [
      link(vscode.l10n.t('Open panel'), commands.openPanel),
      ...[...rules].map(([id, rule]) => link(`${id} ${rule}`, commands.explain, id)),
    ];
    return markdown.appendMarkdown(`\n\n${links.join(' · ')}`);
  }
}
