import * as vscode from 'vscode';
import { formatNumber, formatShare } from '../core/format';
import { isOffered } from '../core/fixes/trial';
import type { ModelReport, Severity, Verdict } from '../core/report/report';
import type { Range } from '../core/text/range';
import type { Analysis, AnalysisStore } from './analysisStore';
import { entryLabel, type History } from './history';
import { commands, views } from './ids';
import { effect } from './quickFixes';
import { shownModel } from './shownModel';

const severityIcons: Readonly<Record<Severity, vscode.ThemeIcon>> = {
  error: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  information: new vscode.ThemeIcon('info'),
  hint: new vscode.ThemeIcon('lightbulb'),
};

const verdictIcons: Readonly<Record<Verdict, vscode.ThemeIcon>> = {
  healthy: new vscode.ThemeIcon('pass', new vscode.ThemeColor('charts.green')),
  warning: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
  failing: new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground')),
  unknown: new vscode.ThemeIcon('question'),
};

/** A tree of one level whose rows are made anew whenever something changes. */
class RowsProvider implements vscode.TreeDataProvider<vscode.TreeItem>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private readonly view: vscode.TreeView<vscode.TreeItem>;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    id: string,
    private readonly title: string,
    private readonly rows: () => readonly vscode.TreeItem[],
    ...events: vscode.Event<unknown>[]
  ) {
    this.view = vscode.window.createTreeView(id, { treeDataProvider: this });
    this.subscriptions = events.map((event) => event(() => this.refresh()));
  }

  getTreeItem(item: vscode.TreeItem): vscode.TreeItem {
    return item;
  }

  getChildren(parent?: vscode.TreeItem): vscode.TreeItem[] {
    return parent ? [] : [...this.rows()];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
    this.view.dispose();
    this.changed.dispose();
  }

  private refresh(): void {
    const count = this.rows().length;
    this.view.title = count > 0 ? `${this.title} (${count})` : this.title;
    this.changed.fire();
  }
}

/** Findings, fixes, layers and history of the sidebar. `shown` tells which model the pages show. */
export function createTrees(
  store: AnalysisStore,
  history: History,
  shown: { readonly modelId: string | undefined; readonly onDidChange: vscode.Event<unknown> },
): vscode.Disposable[] {
  const current = (): { analysis: Analysis; model: ModelReport } | undefined => {
    const analysis = store.current;
    const model = shownModel(analysis?.report, shown.modelId);
    return analysis && model ? { analysis, model } : undefined;
  };
  const rows =
    (make: (analysis: Analysis, model: ModelReport) => readonly vscode.TreeItem[]) =>
    (): readonly vscode.TreeItem[] => {
      const c = current();
      return c ? make(c.analysis, c.model) : [];
    };
  return [
    new RowsProvider(
      views.findings,
      vscode.l10n.t('Findings'),
      rows(findingRows),
      store.onDidChange,
      shown.onDidChange,
    ),
    new RowsProvider(
      views.fixes,
      vscode.l10n.t('Fixes'),
      rows(fixRows),
      store.onDidChange,
      shown.onDidChange,
    ),
    new RowsProvider(
      views.layers,
      vscode.l10n.t('Layers'),
      rows(layerRows),
      store.onDidChange,
      shown.onDidChange,
    ),
    new RowsProvider(
      views.history,
      vscode.l10n.t('History'),
      () => historyRows(history),
      history.onDidChange,
    ),
  ];
}

function findingRows({ uri }: Analysis, model: ModelReport): vscode.TreeItem[] {
  return model.findings.map((finding) => {
    const item = new vscode.TreeItem(finding.title);
    const { seeds, agreeing } = finding.confidence;
    item.description = [
      finding.id,
      place(finding.range),
      seeds > 1 ? vscode.l10n.t('{0} of {1} seeds', agreeing, seeds) : '',
    ]
      .filter(Boolean)
      .join(' · ');
    item.tooltip = finding.message;
    item.iconPath = severityIcons[finding.severity];
    item.command = goTo(uri, finding.range);
    return item;
  });
}

function fixRows({ uri, stale }: Analysis, model: ModelReport): vscode.TreeItem[] {
  return model.fixes.filter(isOffered).map((fix) => {
    const item = new vscode.TreeItem(fix.title);
    item.description = effect(fix);
    item.tooltip = `${fix.title}\n${fix.verified.reason}`;
    item.iconPath = new vscode.ThemeIcon('lightbulb');
    item.contextValue = stale ? 'fix-stale' : 'fix';
    item.command = {
      command: commands.previewFix,
      title: vscode.l10n.t('Preview'),
      arguments: [uri, model.id, fix.id],
    };
    return Object.assign(item, { fix: [uri, model.id, fix.id] as const });
  });
}

/** Half a character a decade from 1e-12 to 1. */
const blocks = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

function layerRows({ uri }: Analysis, model: ModelReport): vscode.TreeItem[] {
  const sick = new Map(
    model.findings
      .filter((f) => f.severity === 'error' || f.severity === 'warning')
      .flatMap((f) => f.layers.map((id) => [id, f.severity] as const)),
  );
  const ranges = new Map(model.architecture.layers.map((layer) => [layer.id, layer.range]));
  return (model.probe?.layers ?? []).map((layer) => {
    const gradient = layer.gradientNorm.findLast((value) => value !== null) ?? null;
    const item = new vscode.TreeItem(layer.id);
    item.description = `${bar(gradient)} ${formatNumber(gradient)}`;
    item.tooltip = vscode.l10n.t(
      '{0}: gradient {1}, activation variance {2}',
      layer.id,
      formatNumber(gradient),
      formatNumber(layer.variance.at(-1) ?? null),
    );
    const severity = sick.get(layer.id);
    item.iconPath = severity ? severityIcons[severity] : new vscode.ThemeIcon('circle-outline');
    const range = ranges.get(layer.id);
    if (range) {
      item.command = goTo(uri, range);
    }
    return item;
  });
}

function bar(value: number | null): string {
  const eighths =
    value === null || value <= 0 ? 1 : Math.min(48, Math.max(1, Math.round((Math.log10(value) + 12) * 4)));
  return '█'.repeat(Math.floor(eighths / 8)) + (eighths % 8 === 0 ? '' : (blocks[(eighths % 8) - 1] ?? ''));
}

function historyRows(history: History): vscode.TreeItem[] {
  const { entries } = history;
  return entries.map((entry, i) => {
    const earlier = entries.slice(i + 1).find((e) => e.uri === entry.uri && e.modelId === entry.modelId);
    const item = new vscode.TreeItem(entryLabel(entry));
    const change = earlier
      ? `${formatShare(earlier.explainedLoss)} → ${formatShare(entry.explainedLoss)}`
      : formatShare(entry.explainedLoss);
    item.description =
      entry.explainedLoss === null
        ? entry.headline
        : vscode.l10n.t('explains {0} · {1}', change, new Date(entry.at).toLocaleTimeString());
    item.tooltip = `${entry.fileName} · ${entry.modelId}\n${entry.headline}\n${new Date(entry.at).toLocaleString()}`;
    item.iconPath = verdictIcons[entry.verdict];
    item.contextValue = entries.length > 1 ? 'analysis' : 'only-analysis';
    item.command = {
      command: 'vscode.open',
      title: vscode.l10n.t('Open'),
      arguments: [vscode.Uri.parse(entry.uri)],
    };
    return Object.assign(item, { entry });
  });
}

function place(range: Range): string {
  return range.cell === undefined
    ? vscode.l10n.t('line {0}', range.startLine)
    : vscode.l10n.t('cell {0}, line {1}', range.cell + 1, range.startLine);
}

function goTo(uri: vscode.Uri, range: Range): vscode.Command {
  return { command: commands.goTo, title: vscode.l10n.t('Go to line'), arguments: [uri, range] };
}
