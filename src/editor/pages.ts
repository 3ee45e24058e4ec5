import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Range } from '../core/text/range';
import type { PageMethods, PageState, PastAnalysis, Told, ToPage } from '../shared/pageProtocol';
import { serveRpc, type Handlers } from '../shared/rpc';
import { activeAnalyzable, openAnalyzable } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import type { History, HistoryEntry } from './history';
import { exportPicture, exportReport } from './exportFiles';
import type { FixCommands } from './fixCommands';
import { commands, panelType, views } from './ids';
import { reveal } from './navigation';
import { shownModel } from './shownModel';

/** The command that asks for what the source does not tell. */
const telling: Readonly<Record<Told, string>> = {
  shape: commands.tellInputShape,
  data: commands.useData,
  weights: commands.useWeights,
};

/** Panel and sidebar dashboard: the same state, shown by two pages. */
export class Pages implements vscode.WebviewViewProvider, vscode.WebviewPanelSerializer, vscode.Disposable {
  /** Open pages, each with what stops answering it. */
  private readonly open = new Map<vscode.Webview, () => void>();
  private readonly modelChanged = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private panel: vscode.WebviewPanel | undefined;
  /** The model that was chosen; where there is none of that name, `shownModel` decides. */
  modelId: string | undefined;
  private focus: PageState['focus'];
  private compared: PageState['compared'];
  readonly onDidChange = this.modelChanged.event;

  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly store: AnalysisStore,
    private readonly fixes: FixCommands,
    private readonly history: History,
  ) {
    this.subscriptions = [
      store.onDidChange(() => this.update()),
      history.onDidChange(() => this.update()),
      vscode.window.onDidChangeActiveTextEditor(() => this.update()),
      vscode.window.registerWebviewViewProvider(views.dashboard, this),
      vscode.window.registerWebviewPanelSerializer(panelType, this),
    ];
  }

  /** Opens the panel beside the file, or brings it to the front. */
  openPanel(): void {
    if (this.panel) {
      this.panel.reveal(undefined, true);
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.connectPanel(
      vscode.window.createWebviewPanel(panelType, vscode.l10n.t('Gradient Doctor'), column, {}),
    );
  }

  /** Opens the panel with this layer selected. */
  showLayer(uri: vscode.Uri, modelId: string, layerId: string): void {
    this.store.show(uri);
    this.modelId = modelId;
    this.focus = { layerId, at: Date.now() };
    this.openPanel();
    this.modelChanged.fire();
    this.update();
  }

  /** Shows two entries of the history against each other in the sidebar, the older one first. */
  async compare(one: HistoryEntry, other: HistoryEntry): Promise<void> {
    const [earlier, later] = [one, other].sort((a, b) => a.at - b.at).map((entry) => pastAnalysis(entry).key);
    if (earlier !== undefined && later !== undefined) {
      this.compared = { earlier, later, at: Date.now() };
      await vscode.commands.executeCommand(`${views.dashboard}.focus`);
      this.update();
    }
  }

  /** Whether a page can be seen, so that nothing has to be opened. */
  get hasPanel(): boolean {
    return this.panel !== undefined;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.connect(view.webview, 'sidebar');
    view.onDidDispose(() => this.disconnect(view.webview));
  }

  deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.connectPanel(panel);
    return Promise.resolve();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) {
      subscription.dispose();
    }
    this.panel?.dispose();
    this.modelChanged.dispose();
  }

  private connectPanel(panel: vscode.WebviewPanel): void {
    this.panel?.dispose();
    this.panel = panel;
    const media = vscode.Uri.joinPath(this.extensionUri, 'media');
    panel.iconPath = {
      light: vscode.Uri.joinPath(media, 'panel-light.svg'),
      dark: vscode.Uri.joinPath(media, 'panel-dark.svg'),
    };
    this.connect(panel.webview, 'panel');
    panel.onDidDispose(() => {
      this.disconnect(panel.webview);
      if (this.panel === panel) {
        this.panel = undefined;
      }
    });
  }

  private connect(webview: vscode.Webview, page: 'panel' | 'sidebar'): void {
    const root = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    webview.options = { enableScripts: true, localResourceRoots: [root] };
    const endpoint = {
      post: (message: unknown): void => void webview.postMessage(message),
      onMessage: (listener: (message: unknown) => void): (() => void) => {
        const subscription = webview.onDidReceiveMessage(listener);
        return () => void subscription.dispose();
      },
    };
    const stop = serveRpc<PageMethods>(endpoint, this.handlers());
    this.open.set(webview, stop);
    webview.html = pageHtml(webview, root, page);
  }

  private disconnect(webview: vscode.Webview): void {
    this.open.get(webview)?.();
    this.open.delete(webview);
  }

  private handlers(): Handlers<PageMethods> {
    const uri = (): vscode.Uri | undefined => this.store.current?.uri;
    const withUri = async (use: (uri: vscode.Uri) => Promise<void>): Promise<void> => {
      const current = uri();
      if (current) {
        await use(current);
      }
    };
    return {
      ready: () => this.state(),
      selectModel: (_, modelId) => {
        this.modelId = modelId;
        this.modelChanged.fire();
        this.update();
      },
      goTo: (_, range) => withUri((current) => (isRange(range) ? reveal(current, range) : Promise.resolve())),
      applyFix: (_, modelId, fixId) => withUri((current) => this.fixes.apply(current, modelId, fixId)),
      previewFix: (_, modelId, fixId) => withUri((current) => this.fixes.preview(current, modelId, fixId)),
      undoFix: () => this.fixes.undo(),
      analyze: async () => {
        const current = uri();
        const analyzable = activeAnalyzable() ?? (current && (await openAnalyzable(current)));
        await vscode.commands.executeCommand(commands.analyze, analyzable?.uri);
      },
      cancel: () => this.store.cancel(),
      tell: (_, modelId, what) =>
        withUri(async (current) => {
          const model = this.store.current?.report?.models.find(({ id }) => id === modelId);
          if (model && Object.hasOwn(telling, what)) {
            await vscode.commands.executeCommand(telling[what], current, model.range);
          }
        }),
      exportReport: (_, format) => exportReport(this.store.current, format === 'html' ? 'html' : 'json'),
      exportPicture: (_, png) => exportPicture(this.store.current, png),
      openPanel: () => this.openPanel(),
      openExample: async () => {
        await vscode.commands.executeCommand(commands.openExample);
      },
    };
  }

  private update(): void {
    const message: ToPage = { type: 'state', state: this.state() };
    for (const webview of this.open.keys()) {
      void webview.postMessage(message);
    }
  }

  private state(): PageState {
    const analysis = this.store.current;
    const active =
      vscode.window.activeTextEditor?.document.languageId === 'python' ||
      vscode.window.activeNotebookEditor !== undefined;
    const hint = active
      ? vscode.l10n.t('Measure the network in the open file.')
      : vscode.l10n.t('Open a Python file or notebook with a Keras model.');
    const history = this.history.entries.map(pastAnalysis);
    const compared = this.compared ? { compared: this.compared } : {};
    if (!analysis) {
      return { analysis: null, hint, history, ...compared };
    }
    const { report, running, error, stale, measuredAt, before, source } = analysis;
    const modelId = shownModel(report, this.modelId)?.id ?? '';
    const empty = {
      schemaVersion: 1,
      tool: { name: 'gradient-doctor', version: '' },
      source: { path: source.path, language: source.language },
      models: [],
    } as const;
    const fileName = source.path.split('/').at(-1) ?? source.path;
    return {
      hint,
      history,
      ...compared,
      ...(this.focus ? { focus: this.focus } : {}),
      analysis: { fileName, report: report ?? empty, modelId, measuredAt, running, error, stale, before },
    };
  }
}

function pastAnalysis(entry: HistoryEntry): PastAnalysis {
  const { fileName, modelId, at, fixTitle, verdict, explainedLoss, dynamicRange, findings } = entry;
  return {
    key: `${at} ${modelId} ${entry.uri}`,
    fileName,
    modelId,
    at,
    fixTitle,
    verdict,
    explainedLoss,
    dynamicRange: dynamicRange ?? null,
    findings: findings ?? null,
  };
}

/** A page's messages are checked: it shows text that others wrote. */
function isRange(value: unknown): value is Range {
  const { startLine, startColumn, endLine, endColumn, cell } = (value ?? {}) as Partial<
    Record<keyof Range, unknown>
  >;
  return (
    [startLine, startColumn, endLine, endColumn].every((n) => Number.isInteger(n)) &&
    (cell === undefined || Number.isInteger(cell))
  );
}

/** Text between the quotes of an attribute. */
function attribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

function pageHtml(webview: vscode.Webview, root: vscode.Uri, page: 'panel' | 'sidebar'): string {
  const nonce = randomBytes(16).toString('base64');
  const file = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
  const policy = [
    "default-src 'none'",
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${attribute(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${file(`${page}.css`)}">
<title>Gradient Doctor</title>
</head>
<body data-l10n="${attribute(JSON.stringify(vscode.l10n.bundle ?? {}))}">
<script nonce="${nonce}" src="${file(`${page}.js`)}"></script>
</body>
</html>`;
}
