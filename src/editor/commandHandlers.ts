import * as vscode from 'vscode';
import type { Range } from '../core/text/range';
import { activeAnalyzable, openAnalyzable } from './analyzable';
import type { AnalysisStore } from './analysisStore';
import { tellInputShape } from './commentActions';
import type { FixCommands } from './fixCommands';
import { chooseGiven, type GivenFiles, type GivenKind } from './givenFiles';
import { HumanError } from '../core/humanError';
import { overallShare } from '../shared/progress';
import type { NativeEngine } from './nativeEngine';
import { findFix, stopped } from './analysisStore';
import { exportReport } from './exportFiles';
import { entryLabel, type History, type HistoryEntry } from './history';
import { commands } from './ids';
import { InlineValues } from './inlineValues';
import { reveal } from './navigation';
import type { Pages } from './pages';
import { showRulePage } from './rulePageDocuments';

export interface CommandServices {
  readonly store: AnalysisStore;
  readonly fixes: FixCommands;
  readonly pages: Pages;
  readonly history: History;
  readonly given: GivenFiles;
  readonly native: NativeEngine;
  readonly log: vscode.LogOutputChannel;
  readonly extensionUri: vscode.Uri;
}

/** Every command of the manifest. */
export function registerCommands(services: CommandServices): vscode.Disposable[] {
  const { store, fixes, pages, history, log } = services;
  const handlers: Record<string, (...args: never[]) => unknown> = {
    [commands.analyze]: (target?: vscode.Uri | { notebookEditor?: { notebookUri: vscode.Uri } }) =>
      analyzeCommand(services, uriOf(target)),
    [commands.openPanel]: () => pages.openPanel(),
    [commands.cancel]: () => store.cancel(),
    [commands.applyFix]: async (...args: FixArguments) => {
      const [uri, modelId, fixId, how] = fixArguments(args);
      const analysis = store.get(uri);
      const found = findFix(analysis?.report ?? null, modelId, fixId);
      if (how?.applied && analysis && found) {
        await fixes.analyzeAfter(analysis, found.fix.title);
      } else {
        await fixes.apply(uri, modelId, fixId);
      }
    },
    [commands.previewFix]: (...args: FixArguments) => {
      const [uri, modelId, fixId] = fixArguments(args);
      return fixes.preview(uri, modelId, fixId);
    },
    [commands.goTo]: (uri: vscode.Uri, range: Range) => reveal(uri, range),
    [commands.clearHistory]: () => history.clear(),
    [commands.showLog]: () => log.show(),
    [commands.openExample]: () => openExample(services),
    [commands.remeasure]: async (uri: vscode.Uri) => {
      const analyzable = await openAnalyzable(uri);
      if (analyzable) {
        await store.run(analyzable);
      }
    },
    [commands.tellInputShape]: (uri: vscode.Uri, range: Range, shape?: readonly number[]) =>
      tellInputShape(uri, range, shape),
    [commands.toggleInlineValues]: () => InlineValues.toggle(),
    [commands.explain]: (id: string) => showRulePage(id),
    [commands.useData]: (uri?: vscode.Uri, path?: unknown) => useGiven(services, 'data', uri, path),
    [commands.useWeights]: (uri?: vscode.Uri, path?: unknown) => useGiven(services, 'weights', uri, path),
    [commands.useMadeUpData]: (uri?: vscode.Uri) => useGiven(services, 'data', uri, null),
    [commands.useNewWeights]: (uri?: vscode.Uri) => useGiven(services, 'weights', uri, null),
    [commands.showLayer]: (uri: string, modelId: string, layerId: string) =>
      pages.showLayer(vscode.Uri.parse(uri), modelId, layerId),
    [commands.installEngine]: () => services.native.install(),
    [commands.exportHtml]: () => exportReport(store.current, 'html'),
    [commands.exportJson]: () => exportReport(store.current, 'json'),
    [commands.compareWith]: (row: { readonly entry: HistoryEntry }) => compareWith(services, row.entry),
  };
  return Object.entries(handlers).map(([id, handler]) =>
    vscode.commands.registerCommand(id, told(log, handler as (...args: unknown[]) => unknown)),
  );
}

/** Errors that are meant for the user are shown as they are; others are the editor's to report. */
function told(
  log: vscode.LogOutputChannel,
  handler: (...args: unknown[]) => unknown,
): (...args: unknown[]) => Promise<unknown> {
  return async (...args) => {
    try {
      return await handler(...args);
    } catch (error) {
      if (!(error instanceof HumanError)) {
        throw error;
      }
      log.warn(error.message);
      void vscode.window.showErrorMessage(error.message);
      return undefined;
    }
  };
}

type Target = readonly [uri: vscode.Uri, modelId: string, fixId: string, how?: { readonly applied: boolean }];
/** From a quick fix or a page as they are, from a tree's inline button as the row. */
type FixArguments = Target | readonly [row: { readonly fix: Target }];

function fixArguments(args: FixArguments): Target {
  const [first] = args;
  return 'fix' in first ? first.fix : (args as Target);
}

function openSomething(): string {
  return vscode.window.activeTextEditor?.document.languageId === 'python'
    ? vscode.l10n.t(
        'This is an older or a read-only text, where nothing could be mended. Open the file itself, then run Analyze Gradients.',
      )
    : vscode.l10n.t('Open a Python file or a notebook with a Keras model, then run Analyze Gradients.');
}

function uriOf(
  target: vscode.Uri | { notebookEditor?: { notebookUri: vscode.Uri } } | undefined,
): vscode.Uri | undefined {
  return target instanceof vscode.Uri ? target : target?.notebookEditor?.notebookUri;
}

async function analyzeCommand(
  { store, pages, log }: CommandServices,
  uri: vscode.Uri | undefined,
): Promise<void> {
  const analyzable = uri ? await openAnalyzable(uri) : activeAnalyzable();
  if (!analyzable) {
    void vscode.window.showInformationMessage(openSomething());
    return;
  }
  if (!pages.hasPanel) {
    pages.openPanel();
  }
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('Gradient Doctor'),
    cancellable: true,
  };
  await vscode.window.withProgress(options, async (progress, token) => {
    let reported = 0;
    const subscription = store.onDidChange(({ running }) => {
      const share = running ? overallShare(running.stage, running.share) : 1;
      const message =
        running?.stage === 'fixes' ? vscode.l10n.t('probing fixes') : vscode.l10n.t('measuring gradients');
      progress.report({ message, increment: Math.max(0, share - reported) * 100 });
      reported = Math.max(reported, share);
    });
    try {
      await store.run(analyzable, token);
    } finally {
      subscription.dispose();
    }
  });
  const error = store.get(analyzable.uri)?.error;
  if (error && error !== stopped() && !store.get(analyzable.uri)?.running) {
    const showLog = vscode.l10n.t('Show Log');
    // whoever waits for the command does not wait for the message to be read
    void vscode.window.showWarningMessage(error, showLog).then((answer) => answer === showLog && log.show());
  }
}

/** Remembers the user's file, asked for unless it is given, or forgets it (null); then measures with what is told. */
async function useGiven(
  services: CommandServices,
  kind: GivenKind,
  uri: vscode.Uri | undefined,
  path: unknown,
): Promise<void> {
  const analyzable = uri ? await openAnalyzable(uri) : activeAnalyzable();
  if (!analyzable) {
    throw new HumanError(openSomething());
  }
  // menus and pages hand over more than the file
  const given = typeof path === 'string' || path === null ? path : undefined;
  const chosen = given === undefined ? await chooseGiven(analyzable.uri, kind) : given;
  if (chosen !== undefined) {
    await services.given.set(analyzable.uri, kind, chosen);
    await analyzeCommand(services, analyzable.uri);
  }
}

/** Asks for the analysis to compare with: those of the same model come first. */
async function compareWith({ history, pages }: CommandServices, entry: HistoryEntry): Promise<void> {
  const same = (other: HistoryEntry): boolean => other.uri === entry.uri && other.modelId === entry.modelId;
  // what is kept comes back as a copy
  const others = history.entries.filter((other) => other.at !== entry.at || !same(other));
  const items = [...others.filter(same), ...others.filter((other) => !same(other))].map((other) => ({
    label: entryLabel(other),
    description: new Date(other.at).toLocaleString(),
    detail: other.headline,
    other,
  }));
  const placeHolder = vscode.l10n.t('Compare {0} with …', entryLabel(entry));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  if (chosen) {
    await pages.compare(entry, chosen.other);
  }
}

async function openExample({ extensionUri }: CommandServices): Promise<void> {
  const example = vscode.Uri.joinPath(extensionUri, 'media', 'examples', 'deep_sigmoid.py');
  // A copy that may be edited: the extension's own folder may not.
  const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(example));
  await vscode.window.showTextDocument(
    await vscode.workspace.openTextDocument({ language: 'python', content: text }),
  );
}
