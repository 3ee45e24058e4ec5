import * as vscode from 'vscode';
import type { ModelReport } from '../core/report/report';
import { containsRange, type Range } from '../core/text/range';
import { documentOf, ownerUri, pythonSelector, toEditorRange } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { hoverText } from './hoverText';
import { commands } from './ids';

interface HoveredLayer {
  readonly id: string;
  readonly range: Range;
}

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
      const layers = model.architecture.layers.flatMap(({ id, range }) =>
        range && documentOf(uri, range) === document && toEditorRange(range).contains(position)
          ? [{ id, range }]
          : [],
      );
      // Calls may stand in calls (a wrapper and what it wraps): the innermost is meant.
      const layer = layers.find(({ range }) => layers.every((other) => containsRange(other.range, range)));
      const text = layer && hoverText(model, layer.range.startLine, layer.range.cell, vscode.l10n);
      if (layer && text !== undefined) {
        return new vscode.Hover(this.markdown(uri, model, layer, text), toEditorRange(layer.range));
      }
    }
    return undefined;
  }

  private markdown(
    uri: vscode.Uri,
    model: ModelReport,
    layer: HoveredLayer,
    text: string,
  ): vscode.MarkdownString {
    const markdown = new vscode.MarkdownString(text);
    markdown.isTrusted = { enabledCommands: [commands.showLayer, commands.explain] };
    const link = (title: string, command: string, ...args: readonly unknown[]): string =>
      `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
    const rules = new Map(
      model.findings
        .filter(({ range }) => range.startLine === layer.range.startLine && range.cell === layer.range.cell)
        .map(({ id, rule }) => [id, rule]),
    );
    const links = [
      link(vscode.l10n.t('Show in panel'), commands.showLayer, uri.toString(), model.id, layer.id),
      ...[...rules].map(([id, rule]) => link(`${id} ${rule}`, commands.explain, id)),
    ];
    return markdown.appendMarkdown(`\n\n${links.join(' · ')}`);
  }
}
