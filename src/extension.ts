import * as vscode from 'vscode';
import { AnalysisStore } from './editor/analysisStore';
import { AnalysisThread } from './editor/analysisThread';
import { Analyst } from './editor/analyst';
import { CodeLenses } from './editor/codeLenses';
import { CommentActions } from './editor/commentActions';
import { registerCommands } from './editor/commandHandlers';
import { keepContextKeys } from './editor/contextKeys';
import { Diagnostics } from './editor/diagnostics';
import { DisposableStore } from './editor/disposables';
import { followDocuments } from './editor/documentEvents';
import { FixCommands, PreviewDocuments } from './editor/fixCommands';
import { GivenActions } from './editor/givenActions';
import { GivenFiles } from './editor/givenFiles';
import { History } from './editor/history';
import { Hovers } from './editor/hovers';
import { InlineValues } from './editor/inlineValues';
import { AnalyzeTool } from './editor/languageModelTool';
import { NativeEngine } from './editor/nativeEngine';
import { Pages } from './editor/pages';
import { QuickFixes } from './editor/quickFixes';
import { RulePageDocuments } from './editor/rulePageDocuments';
import { SiblingFiles } from './editor/siblingFiles';
import { StatusItem } from './editor/statusItem';
import { TypingInspector } from './editor/typingInspector';
import { restWhileTyping } from './editor/typingRest';
import { createTrees } from './editor/trees';

/** For the tests. */
export interface Activated {
  readonly store: AnalysisStore;
  readonly activationMs: number;
}

/** Wiring only: nothing is read, started or loaded before the user asks for it. */
export function activate(context: vscode.ExtensionContext): Activated {
  const started = performance.now();
  const own = new DisposableStore();
  context.subscriptions.push(own);
  const { extensionUri } = context;
  const log = own.add(vscode.window.createOutputChannel('Gradient Doctor', { log: true }));
  const given = new GivenFiles(context.workspaceState);
  const native = new NativeEngine(context.globalStorageUri);
  const siblings = own.add(new SiblingFiles());
  const analyst = own.add(createAnalyst(extensionUri, siblings, log));
  const store = own.add(new AnalysisStore(analyst, given, native, log));
  const fixes = new FixCommands(store, own.add(new PreviewDocuments()));
  const history = own.add(new History(store, context.workspaceState));
  const pages = own.add(new Pages(extensionUri, store, fixes, history));
  const inspector = own.add(new TypingInspector(analyst, siblings, log));
  [
    keepContextKeys(store, given),
    restWhileTyping(analyst),
    followDocuments(store, given, siblings),
    new Diagnostics(store, inspector),
    new CommentActions(store, inspector).register(),
    new GivenActions(store, given).register(),
    new StatusItem(store),
    new InlineValues(store),
    new Hovers(store).register(),
    new RulePageDocuments().register(),
    new AnalyzeTool(store).register(),
    new QuickFixes(store).register(),
    own.add(new CodeLenses(store, inspector)).register(),
    ...createTrees(store, history, pages),
    ...registerCommands({ store, fixes, pages, history, given, native, log, extensionUri }),
  ].forEach((item) => own.add(item));
  return { store, activationMs: performance.now() - started };
}

function createAnalyst(
  extensionUri: vscode.Uri,
  siblings: SiblingFiles,
  log: vscode.LogOutputChannel,
): Analyst {
  const modulePath = vscode.Uri.joinPath(extensionUri, 'dist', 'analysis.js').fsPath;
  const thread = (background: boolean): AnalysisThread =>
    new AnalysisThread(modulePath, (line) => log.debug(line), background);
  return new Analyst(thread(false), thread(true), siblings);
}
